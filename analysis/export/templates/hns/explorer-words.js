// Numbers and sentences as the reader sees them; the same forms as analysis/formats.py.
const NUMBERS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
const counted = (n, noun) => `${NUMBERS[n] ?? n} ${noun}${n === 1 ? "" : "s"}`;
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
const listed = (items) => (items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`);

function plain(value, decimals = 0) {
  if (!Number.isFinite(value)) return "–";
  const rounded = Number(value.toFixed(decimals)) + 0;
  return rounded.toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals }).replace("-", "−");
}
const percent = (value, decimals = 0) => `${plain(value, decimals)}%`;
const change = (value, decimals = 1) => (Number(value.toFixed(decimals)) > 0 ? "+" : "") + percent(value, decimals);

// Amounts in bn of local money, shown in it or in dollars at the rate of the state.
function purse(one, at) {
  const dollars = at.money === "usd";
  const symbol = dollars ? "$" : one.symbol;
  const factor = dollars ? 1 / at.rate : 1;
  const decimals = dollars ? 2 : 0;
  const money = (bn, places = decimals) => {
    const shown = bn * factor;
    return `${Number(shown.toFixed(places)) < 0 ? "−" : ""}${symbol}${plain(Math.abs(shown), places)}\u00a0bn`;
  };
  return { money, factor, symbol, decimals, year: (bn) => money(bn, 1), unit: dollars ? "bn U.S. dollars" : `bn ${{ JPY: "yen", KRW: "won", EUR: "euros" }[one.currency]}` };
}

const SHOWN = {
  chance: (value) => percent(100 * value),
  share: (value) => plain(value, 2),
  change: (value) => change(value, Math.abs(value) >= 20 ? 0 : 1),
  percent: (value) => percent(value, 1),
  years: (value) => (value ? counted(value, "year") : "none"),
  rate: (value) => plain(value),
  dollars: (value) => (value ? `$${plain(value, 1)} bn` : "none"),
};

// The two courses in words.
function courses(one, at) {
  const full = counted(one.path.length, "year");
  const short = at.years ? `take ${counted(at.years, "year")} and wait` : "wait";
  return { full, short, waiting: at.years ? `${counted(at.years, "year")}, then the winner` : "waiting for the winner" };
}

// Which course, as one word; a difference below a small part of the cost counts as none.
const verdict = (found, tie) => (Math.abs(found.waiting) < tie * found.now ? "tie" : found.waiting > 0 ? "wait" : "sign");

function answer(one, at, found, tie) {
  const { full, short } = courses(one, at);
  const { money } = purse(one, at);
  const what = verdict(found, tie);
  const gap = money(Math.abs(found.waiting));
  const price = `At ${change(at.now)} over the status quo`;
  const course = {
    tie: `${price}, signing for ${full} and waiting cost about the same on average.`,
    wait: `${price}, signing for ${full} costs ${gap} more on average than to ${short}.`,
    sign: `${price}, signing for ${full} costs ${gap} less on average than to ${short}.`,
  }[what];
  return { head: { tie: "Near tie", wait: "Wait", sign: "Sign" }[what], text: `${course} Sign up to ${change(found.reservation)}; above it, ${short}.` };
}

function odds(one, at, found) {
  const [first, second] = one.states;
  if (Number.isNaN(found.breakEven)) return `Waiting costs the same under both outcomes, so the odds do not matter.`;
  if (found.breakEven < 0 || found.breakEven > 1) {
    const cheaper = found.now < Math.min(...found.wait) ? "signing" : "waiting";
    return `At this price ${cheaper} costs less whatever the outcome.`;
  }
  const side = found.wait[0] > found.wait[1] ? "below" : "above";
  return `Waiting pays ${side} a ${percent(100 * found.breakEven)} chance of ${first.name}; assumed here are ${percent(100 * at.p)}, and ${percent(100 - 100 * at.p)} for ${second.name}.`;
}

function regret(one, at, found) {
  const { money } = purse(one, at);
  const worst = (regrets) => Math.max(...regrets);
  const where = (regrets) => (worst(regrets) > 0 ? ` if ${one.states[regrets.indexOf(worst(regrets))].name}` : "");
  const safer = found.smallestRegret === "now" ? "Signing" : "Waiting";
  const said = { Signing: found.regretNow, Waiting: found.regretWait };
  const [never] = Object.keys(said).filter((course) => worst(said[course]) === 0);
  if (never) {
    const other = never === "Signing" ? "Waiting" : "Signing";
    return worst(said[other]) ? `${never} never proves the dearer course; ${other.toLowerCase()} does by ${money(worst(said[other]))} at worst${where(said[other])}.` : "";
  }
  return `At worst, signing proves ${money(worst(found.regretNow))} too dear${where(found.regretNow)}, waiting ${money(worst(found.regretWait))}${where(found.regretWait)}. ${safer} has the smaller worst regret.`;
}

// What a reader must know of inputs that have left the range in which they have support.
function beyond(control, value) {
  const outside = (ends) => ends && (value < ends[0] - 1e-9 || value > ends[1] + 1e-9);
  const end = (value) => (control.kind === "change" && Number.isInteger(value) ? change(value, 0) : SHOWN[control.kind](value));
  const span = (ends) => `${end(ends[0])} to ${end(ends[1])}`;
  if (outside(control.known)) return `outside ${span(control.known)}, the range that past rounds support`;
  if (outside(control.own)) return `outside ${span(control.own)}, the scenario's own range`;
  return "";
}
