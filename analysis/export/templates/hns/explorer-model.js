// The closed forms of analysis/strategy.py: costs from mean prices and the mean path. Uplifts and rates in percent.
const sum = (values) => values.reduce((total, value) => total + value, 0);

// Discounted payments before and after the end of the short deal, and the payment the second round's cost is taken of.
function weights(one, at) {
  const n = one.path.length;
  const path = one.path.map((s, i) => s * (1 + at.drift / 100) ** (one.years[i] - one.base.year));
  const factors = path.map((_, i) => (1 + at.discount / 100) ** -i * one.deflator[i]);
  const counted = path.map((s, i) => s * factors[i]);
  const fee = at.years > 0 && at.years < n ? path[0] * factors[at.years] : 0;
  return { early: sum(counted.slice(0, at.years)), late: sum(counted.slice(at.years)), fee, path };
}

// Mean of max(U - E[U], z) for a price U after the event, from a table of the scenario.
function excess(table, z, grid) {
  const place = (z + grid.reach) / grid.step;
  if (place <= 0) return table[0];
  if (place >= table.length - 1) return z;
  const cell = Math.floor(place);
  return table[cell] + (place - cell) * (table[cell + 1] - table[cell]);
}

// Mean price after the event under each outcome: inside the frame, outside it, and held up by a ratchet.
function later(one, at, bridge, grid) {
  const held = (at.ratchet ?? 0) * bridge;
  return [[at.first, at.weight_first ?? 0], [at.second, at.weight_second ?? 0]].map(([inside, weight], i) => {
    if (one.ratchetRule === "floor") {
      const kept = inside + excess(one.excess[i], held - inside, grid);
      return (1 - weight) * kept + weight * Math.max(at.size ?? 0, held);
    }
    const free = (1 - weight) * inside + weight * (at.size ?? 0);
    return one.ratchetRule === "carry" ? free + Math.max(held, 0) : free;
  });
}

// Costs in bn of local money over the years of the scenario, u* in percent, p* of the first outcome (NaN: no such odds).
function decided(one, at, grid) {
  const w = weights(one, at);
  const bridge = at.bridge ?? at.share * at.now;
  const after = later(one, at, bridge, grid);
  const base = w.early + w.late;
  const cost = (u) => w.early * (1 + bridge / 100) + w.late * (1 + u / 100) + (w.fee * at.fee) / 100;
  const now = base * (1 + at.now / 100);
  const wait = after.map(cost);
  const chances = [at.p, 1 - at.p];
  const average = chances[0] * wait[0] + chances[1] * wait[1];
  const reservation = 100 * (average / base - 1);
  const gap = wait[1] - wait[0];
  const same = Math.abs(gap) <= 1e-12 * Math.max(Math.abs(wait[0]), Math.abs(wait[1]));
  const regretNow = wait.map((cost) => now - Math.min(now, cost));
  const regretWait = wait.map((cost) => cost - Math.min(now, cost));
  const expected = (regrets) => sum(regrets.map((regret, i) => chances[i] * regret));
  return {
    base, now, wait, average, after, bridge, reservation,
    breakEven: same ? NaN : (wait[1] - now) / gap,
    waiting: now - average,
    evpi: Math.min(expected(regretNow), expected(regretWait)),
    regretNow, regretWait,
    smallestRegret: Math.max(...regretNow) <= Math.max(...regretWait) ? "now" : "wait",
    firstYear: w.path[0],
  };
}

// u* at other odds, all else as it is: a straight line.
const reservationAt = (one, at, grid) => (p) => decided(one, { ...at, p }, grid).reservation;
