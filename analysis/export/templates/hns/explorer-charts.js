// Three charts, drawn at the width of their frame so that words keep their size.
const SVG = "http://www.w3.org/2000/svg";
const LINE = 15; // height of a line of words

function put(parent, name, attributes = {}, text) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, typeof value === "number" ? Math.round(value * 100) / 100 : value);
  if (text !== undefined) node.textContent = text;
  parent.append(node);
  return node;
}

function canvas(frame, height, alt) {
  const style = getComputedStyle(frame);
  const width = Math.max(frame.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight), 240);
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({ viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": alt })) svg.setAttribute(key, value);
  frame.replaceChildren(svg);
  return { svg, width };
}

// Whether names at the left and values at the right of the same lines would meet.
function tight(frame, rows) {
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = `650 13px ${getComputedStyle(document.documentElement).getPropertyValue("--sans")}`;
  const room = frame.clientWidth - 12;
  return rows.some(([name, value]) => pen.measureText(name).width + pen.measureText(value).width > room);
}

const scaled = ([low, high], [from, to]) => (value) => from + ((value - low) / (high - low)) * (to - from);

// About `count` round numbers inside a span.
function ticks(low, high, count) {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough * 0.999);
  const found = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + 1e-9; i++) found.push(i * step);
  return found;
}

let heldSpan = null; // the price axis while the point is dragged: it must not move under the hand

// Chart of the price at which waiting begins to pay, over the odds of the first outcome; the point can be dragged.
function priceLine(frame, one, at, found, line, moved) {
  const height = 300, left = 46, bottom = height - 42, top = 8;
  const ends = [line(0), line(1)];
  const reach = [...ends, at.now, 0];
  const [low, high] = heldSpan ?? [5 * Math.floor((Math.min(...reach) - 2.5) / 5), 5 * Math.ceil((Math.max(...reach) + 2.5) / 5)];
  const alt = `Price at which signing and waiting cost the same, over the chance of ${one.states[0].name}: ${change(ends[0])} at 0%, ${change(found.reservation)} at ${percent(100 * at.p)}, ${change(ends[1])} at 100%. Below the line sign, above it wait. The price now is ${change(at.now)}.`;
  const { svg, width } = canvas(frame, height, alt);
  const right = width - 12;
  const x = scaled([0, 1], [left, right]), y = scaled([low, high], [bottom, top]);
  put(svg, "path", { class: "area-wait", d: `M${x(0)},${y(ends[0])}L${x(1)},${y(ends[1])}V${top}H${left}Z` });
  put(svg, "path", { class: "area-sign", d: `M${x(0)},${y(ends[0])}L${x(1)},${y(ends[1])}V${bottom}H${left}Z` });
  for (const value of ticks(low, high, 5)) put(svg, "text", { class: "tick", x: left - 7, y: y(value) + 4, "text-anchor": "end" }, change(value, 0));
  for (const p of [0, 0.25, 0.5, 0.75, 1]) put(svg, "text", { class: "tick", x: x(p), y: bottom + 17, "text-anchor": p === 1 ? "end" : p ? "middle" : "start" }, percent(100 * p));
  put(svg, "text", { class: "tick", x: (left + right) / 2, y: height - 6, "text-anchor": "middle" }, `chance of ${one.states[0].name}`);
  if (low < 0 && high > 0) {
    put(svg, "line", { class: "zero", x1: left, x2: right, y1: y(0), y2: y(0) });
  }
  put(svg, "line", { class: "edge", x1: x(0), y1: y(ends[0]), x2: x(1), y2: y(ends[1]) });
  const falls = ends[1] <= ends[0];
  put(svg, "text", { class: "word-wait", x: falls ? right - 8 : left + 8, y: top + 20, "text-anchor": falls ? "end" : "start" }, "Wait");
  put(svg, "text", { class: "word-sign", x: falls ? left + 8 : right - 8, y: bottom - 10, "text-anchor": falls ? "start" : "end" }, "Sign");
  const px = x(at.p), py = y(at.now);
  if (found.breakEven >= 0 && found.breakEven <= 1) {
    const bx = x(found.breakEven);
    put(svg, "path", { class: "lead", d: `M${px},${py}H${bx}V${bottom}` });
    const near = bx < left + 110;
    put(svg, "text", { class: "note", x: near ? bx + 5 : bx - 5, y: bottom - (near && falls ? 30 : 10), "text-anchor": near ? "start" : "end" }, `break-even ${percent(100 * found.breakEven)}`);
  }
  put(svg, "circle", { class: "here", cx: px, cy: py, r: 6 });
  const flip = px > (left + right) / 2;
  const above = at.now >= found.reservation;
  // Words keep clear of the corner that says which side is which.
  const crowded = above && py < top + 46 && (falls ? px > right - 190 : px < left + 190);
  const wordY = Math.min(Math.max(py + (above && !crowded ? -12 : 22), top + 12), bottom - 4);
  put(svg, "text", { class: "note strong", x: flip ? px + 4 : px - 4, y: wordY, "text-anchor": flip ? "end" : "start" }, `price now ${change(at.now)}`);
  const drag = (event) => {
    const box = svg.getBoundingClientRect();
    const p = (event.clientX - box.left - left) / (right - left), price = high - ((event.clientY - box.top - top) / (bottom - top)) * (high - low);
    moved(p, Math.min(Math.max(price, low), high));
  };
  svg.addEventListener("pointerdown", (event) => { frame.setPointerCapture(event.pointerId); heldSpan = [low, high]; drag(event); });
  frame.onpointermove = (event) => { if (frame.hasPointerCapture(event.pointerId)) drag(event); };
}

// One row a course: its mean cost as a dot, and how far it lies from signing now.
function costDots(frame, one, at, found) {
  const { money, factor, symbol, decimals } = purse(one, at);
  const { full } = courses(one, at);
  const first = at.years ? `${capital(counted(at.years, "year"))}, then ` : "Wait, then ";
  const rows = [
    ["Status quo path", found.base, "base"],
    [`${capital(full)} now at ${change(at.now)}`, found.now, "now"],
    ...one.states.map((state, i) => [first + state.name, found.wait[i], "wait"]),
    ["Waiting, at these odds", found.average, "mean"],
  ];
  const values = rows.map(([, value]) => value);
  const pad = Math.max(...values) - Math.min(...values) || found.base * 0.02;
  const low = Math.min(...values) - 0.12 * pad, high = Math.max(...values) + 0.12 * pad;
  const against = (value) => (Math.abs(value - found.now) * factor < 0.5 * 10 ** -decimals ? "as signing" : `${money(Math.abs(value - found.now))} ${value < found.now ? "less" : "more"}`);
  const words = rows.map(([name, value, kind]) => [name, kind === "wait" || kind === "mean" ? `${money(value)}, ${against(value)}` : money(value)]);
  const folded = tight(frame, words);
  const step = folded ? 62 : 46, height = rows.length * step + 30;
  const alt = words.map(([name, said]) => `${name}: ${said}`).join("; ");
  const { svg, width } = canvas(frame, height, `Mean cost over ${one.span}, and how it compares with signing now. ${alt}.`);
  const x = scaled([low, high], [6, width - 6]);
  rows.forEach(([name, value, kind], i) => {
    const y = i * step + 33;
    put(svg, "line", { class: "track", x1: 0, x2: width, y1: y, y2: y });
    put(svg, "text", { class: kind === "now" || kind === "mean" ? "name strong" : "name", x: 0, y: y - 15 }, name);
    const dearer = value > found.now;
    if (i > 1) put(svg, "line", { class: "now-rule", x1: x(found.now), x2: x(found.now), y1: y - 9, y2: y + 9 });
    if (kind === "wait" || kind === "mean") put(svg, "line", { class: dearer ? "span more" : "span less", x1: x(found.now), x2: x(value), y1: y, y2: y });
    if (kind === "now") put(svg, "rect", { class: "dot-now", x: x(value) - 5.5, y: y - 5.5, width: 11, height: 11 });
    else if (kind === "base") put(svg, "line", { class: "dot-base", x1: x(value), x2: x(value), y1: y - 7, y2: y + 7 });
    else put(svg, "circle", { class: dearer ? "dot more" : "dot less", cx: x(value), cy: y, r: 6 });
    put(svg, "text", { class: "value", x: width, y: folded ? y + 20 : y - 15, "text-anchor": "end" }, words[i][1]);
  });
  for (const value of ticks(low * factor, high * factor, 4)) {
    const place = x(value / factor);
    if (place > 24 && place < width - 24) put(svg, "text", { class: "tick", x: place, y: height - 4, "text-anchor": "middle" }, symbol + plain(value, high * factor < 20 ? 1 : 0));
  }
}

// Bars from zero: the bill, what else counts on the view chosen, the first year of the deal, and the ask.
function askBars(frame, one, at, found) {
  const { year } = purse(one, at);
  const parts = one.credits.slice(1).map((line) => [line.name, line.amount * line[at.count]]).filter(([, amount]) => amount > 0);
  const asked = at.ask * at.rate;
  const bars = [[`Bill of ${one.base.words}`, [one.base.total], "actual"]];
  if (parts.length) bars.push(["The bill and what else counts", [one.base.total, ...parts.map(([, amount]) => amount)], "actual"]);
  bars.push([`First year of the deal now, ${change(at.now)}`, [found.firstYear * (1 + at.now / 100)], "forecast"]);
  if (asked) bars.push(["Ask", [asked], "announced"]);
  const longest = Math.max(...bars.map(([, amounts]) => sum(amounts)));
  const share = (total) => (asked ? `, ${percent((100 * total) / asked)} of the ask` : "");
  const words = bars.map(([name, amounts, status]) => [name, year(sum(amounts)) + (status === "announced" ? "" : share(sum(amounts)))]);
  const folded = tight(frame, words);
  const step = folded ? 62 : 46, height = bars.length * step + 4;
  const alt = words.map(([name, said]) => `${name}: ${said}`).join("; ");
  const { svg, width } = canvas(frame, height, `Amounts a year. ${alt}.`);
  const x = scaled([0, longest], [0, width]);
  bars.forEach(([name, amounts, status], i) => {
    const y = i * step + 20;
    put(svg, "text", { class: status === "announced" ? "name strong" : "name", x: 0, y: y - 5 }, name);
    put(svg, "text", { class: "value", x: folded ? 0 : width, y: folded ? y + 29 : y - 5, "text-anchor": folded ? "start" : "end" }, words[i][1]);
    let from = 0;
    amounts.forEach((amount, part) => {
      const room = Math.max(x(amount) - (part ? 1.5 : 0), 0.5);
      put(svg, "rect", { class: `bar ${status}${part ? ` part-${1 + ((part - 1) % 2)}` : ""}`, x: x(from) + (part ? 1.5 : 0), y, width: room, height: 15 });
      from += amount;
    });
  });
}
