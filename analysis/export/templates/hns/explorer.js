// State, controls and the link that restores them. The script asks for nothing and keeps nothing.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const byId = (id) => document.getElementById(id);
  const GROUPS = { choice: "Odds and price", later: "The talks afterwards", short: "The short deal", bill: "The bill" };
  const MONEY = ["local", "usd"], COUNT = ["strict", "central", "full"];
  let one, at;

  const scenario = (id) => data.scenarios.find((each) => each.id === id);
  const starting = (it) => ({ ...Object.fromEntries(it.controls.map((control) => [control.key, control.value])), money: "local", count: "central" });

  function element(parent, name, properties = {}, ...inside) {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(properties)) key in node ? (node[key] = value) : node.setAttribute(key, value);
    node.append(...inside);
    parent?.append(node);
    return node;
  }

  // A slider with its value, the range that has support drawn beneath it, and what to say when it leaves that range.
  function slider(control) {
    const id = `at-${control.key}`;
    const row = element(null, "div", { className: "row" });
    element(row, "label", { htmlFor: id }, control.label);
    element(row, "output", { id: `${id}-value`, htmlFor: id });
    const input = element(row, "input", { type: "range", id });
    for (const [key, end] of [["min", control.low], ["max", control.high], ["step", control.step]]) input[key] = String(end);
    input.setAttribute("aria-describedby", `${id}-note`);
    input.addEventListener("input", () => set({ [control.key]: Number(input.value) }));
    input.addEventListener("change", remember);
    const support = control.known && control.own ? [Math.max(control.known[0], control.own[0]), Math.min(control.known[1], control.own[1])] : (control.known ?? control.own);
    const band = element(row, "div", { className: "band", ariaHidden: "true" });
    const place = (value) => (100 * (Math.min(Math.max(value, control.low), control.high) - control.low)) / (control.high - control.low);
    if (support) {
      const span = element(band, "i", { className: "support" });
      span.style.left = `${place(support[0])}%`;
      span.style.width = `${place(support[1]) - place(support[0])}%`;
    }
    element(band, "i", { className: "start" }).style.left = `${place(control.value)}%`;
    element(row, "p", { className: "beyond", id: `${id}-note` });
    return row;
  }

  function build() {
    const box = byId("controls");
    box.replaceChildren();
    for (const [group, words] of Object.entries(GROUPS)) {
      const fields = element(box, "fieldset", {}, element(null, "legend", {}, words));
      for (const control of one.controls) if (control.group === group) fields.append(slider(control));
    }
    byId("count").hidden = one.credits.length < 2;
    byId("money-local").nextElementSibling.textContent = { JPY: "Yen", KRW: "Won", EUR: "Euros" }[one.currency];
    byId("scenario").value = one.id;
    about();
  }

  // What does not change with the sliders: which question, which definitions, which sources, and the briefing.
  function about() {
    byId("where").textContent = `${one.host}, ${one.span} · as of ${one.asOf}`;
    byId("question").textContent = one.question;
    const twin = one.twin && scenario(one.twin);
    byId("twin").textContent = twin ? `Same numbers as “${twin.title}”: the two briefings differ only in the course they follow, here “${one.course}”.` : "";
    byId("twin").hidden = !twin;
    const briefing = byId("to-briefing");
    briefing.replaceChildren(one.briefing ? "Read on: " : `The briefing “${one.title}” does not lie beside this page.`);
    if (one.briefing) element(briefing, "a", { href: one.briefing }, `the briefing “${one.title}”`);
    byId("definition").textContent = `${one.definition}. Nothing published after ${one.asOf} is used.`;
    byId("kept").hidden = one.ratchetRule === "none";
    byId("sources").replaceChildren();
    for (const [words, ids] of one.sources) {
      const item = element(byId("sources"), "li", {}, element(null, "b", {}, words), ": ");
      ids.forEach((id, i) => {
        const { producer, title, url } = data.sources[id];
        if (i) item.append("; ");
        element(item, url ? "a" : "span", url ? { href: url, rel: "noreferrer" } : {}, `${producer}, ${title}`);
      });
      item.append(".");
    }
    compare();
  }

  // The closed form beside the simulation of the briefing, both at the scenario's own values.
  function compare() {
    const { simulated } = one;
    byId("simulated").hidden = !simulated;
    if (!simulated) return;
    const own = starting(one), here = decided(one, own, data.floor), { money } = purse(one, own);
    byId("simulated").textContent =
      `At this scenario's own values: reservation uplift ${change(here.reservation)} here, ${change(simulated.reservation)} simulated; ` +
      `value of waiting ${money(here.waiting)} here, ${money(simulated.waiting)} simulated. In the simulation the worst 5% of outcomes ` +
      `cost ${money(simulated.worstWait)} with waiting and ${money(simulated.worstNow)} with signing, which no average shows.`;
  }

  const number = (id, value, text) => Object.assign(byId(id), { value: String(value), textContent: text });

  function show() {
    const found = decided(one, at, data.floor);
    const { money } = purse(one, at);
    const said = answer(one, at, found, data.nearTie);
    const outside = [];
    for (const control of one.controls) {
      const value = at[control.key], input = byId(`at-${control.key}`);
      input.value = String(value);
      const words = SHOWN[control.kind](value);
      byId(`at-${control.key}-value`).textContent = words;
      input.setAttribute("aria-valuetext", words);
      const note = beyond(control, value);
      byId(`at-${control.key}-note`).textContent = capital(note);
      input.closest(".row").classList.toggle("outside", Boolean(note));
      if (note) outside.push(`“${control.label}”`);
    }
    for (const [name, values] of [["money", MONEY], ["count", COUNT]]) for (const value of values) byId(`${name}-${value}`).checked = at[name] === value;
    document.body.dataset.verdict = verdict(found, data.nearTie);
    byId("head").textContent = said.head;
    byId("said").textContent = said.text;
    byId("odds").textContent = odds(one, at, found);
    byId("regret").textContent = regret(one, at, found);
    byId("warning").textContent = outside.length
      ? `${capital(counted(outside.length, "value"))} outside the range that past rounds or the scenario support: ${listed(outside)}. The answer is an extrapolation.`
      : "";
    byId("warning").hidden = !outside.length;
    number("reservation", found.reservation, change(found.reservation));
    const odd = found.breakEven >= 0 && found.breakEven <= 1;
    number("break-even", found.breakEven, odd ? percent(100 * found.breakEven) : "none");
    byId("break-even-name").textContent = `break-even probability${odd ? ` of ${one.states[0].name}` : ""}`;
    number("waiting", found.waiting, money(found.waiting));
    number("evpi", found.evpi, money(found.evpi));
    charts(found);
    table(found);
  }

  function charts(found) {
    const full = counted(one.path.length, "year");
    const { money, unit } = purse(one, at);
    byId("line-title").textContent = `Sign below ${change(found.reservation)}, wait above it`;
    byId("line-sub").textContent = `Price of ${full} now, percent over the status quo path, by the chance of ${one.states[0].name}; drag the point${"share" in at ? ". The line moves with the price, of which the short deal costs a part" : ""}`;
    priceLine(byId("line"), one, at, found, reservationAt(one, at, data.floor), (p, price) => {
      const [odds, now] = ["p", "now"].map((key) => one.controls.find((control) => control.key === key));
      const near = (value, control) => Math.min(Math.max(control.step * Math.round(value / control.step), control.low), control.high);
      set({ p: Number(near(p, odds).toFixed(2)), now: Number(near(price, now).toFixed(1)) });
    });
    const best = found.wait.map((cost) => (cost < found.now ? "less" : "more"));
    byId("costs-title").textContent = best[0] === best[1]
      ? `Waiting costs ${best[0]} than signing whatever the outcome`
      : `Waiting saves ${money(Math.max(...found.regretNow))} or costs ${money(Math.max(...found.regretWait))} more`;
    byId("costs-sub").textContent = `Mean cost over ${one.span}, ${unit}; bars show the distance from signing now`;
    costDots(byId("costs"), one, at, found);
    const total = sum(one.credits.map((line) => line.amount * line[at.count])) || one.base.total;
    const asked = at.ask * at.rate;
    byId("ask-title").textContent = asked
      ? `The ask is ${plain(asked / one.base.total, 1)} times the bill${one.credits.length > 1 ? `; ${percent((100 * total) / asked)} of it is paid already on this count` : ""}`
      : "No ask is on record; set one to compare";
    const suggested = asked && one.kappa !== null ? `For an ask of this size, past rounds and ${plain(one.kappa, one.kappa % 1 ? 1 : 0)} points for each e-fold of the ask suggest a price of ${change(one.reference + one.kappa * Math.log(asked / one.base.total))}.` : "";
    byId("ask-sub").textContent = `${capital(unit.replace("bn", "Billion"))} a year; filled: recorded, dashed: worked out, outlined: asked`;
    byId("ask-note").textContent = suggested;
    askBars(byId("ask"), one, at, found);
  }

  function table(found) {
    const rows = [
      ["Status quo path", found.base],
      [`${capital(counted(one.path.length, "year"))} now`, found.now],
      ...one.states.map((state, i) => [`Short deal, then ${state.name}`, found.wait[i]]),
      ["Short deal, then the winner at these odds", found.average],
      ...one.states.flatMap((state, i) => [[`Regret of signing, ${state.name}`, found.regretNow[i]], [`Regret of waiting, ${state.name}`, found.regretWait[i]]]),
      ["Value of waiting", found.waiting],
      ["Value of knowing the outcome", found.evpi],
    ];
    const ids = ["base", "now", "wait-0", "wait-1", "average", "regret-now-0", "regret-wait-0", "regret-now-1", "regret-wait-1"];
    const body = byId("numbers");
    body.replaceChildren();
    rows.forEach(([name, bn], i) => {
      const row = element(body, "tr", {}, element(null, "th", { scope: "row" }, name));
      element(row, "td", { className: "num" }, element(null, "data", { value: String(bn), ...(ids[i] && { id: `n-${ids[i]}` }) }, plain(bn, 1)));
      element(row, "td", { className: "num" }, plain(bn / at.rate, 2));
    });
    byId("numbers-local").textContent = `bn ${one.currency}`;
    const lines = [["item", `bn ${one.currency}`, "bn USD"], ...rows.map(([name, bn]) => [name, bn, bn / at.rate]), ...one.controls.map((control) => [`input: ${control.label}`, at[control.key], ""])];
    const csv = lines.map((line) => line.map((cell) => (typeof cell === "string" ? `"${cell.replaceAll('"', '""')}"` : cell)).join(",")).join("\r\n");
    Object.assign(byId("csv"), { href: `data:text/csv;charset=utf-8,${encodeURIComponent(csv)}`, download: `explorer-${one.id}.csv` });
  }

  // ---------------------------------------------------------------------------------------------------------- state
  function set(changed) {
    at = { ...at, ...changed };
    show();
  }

  function choose(id, values = {}) {
    one = scenario(id) ?? data.scenarios[0];
    at = { ...starting(one), ...values };
    build();
    show();
  }

  // The link names the scenario and whatever differs from it.
  function link() {
    const own = starting(one), parts = new URLSearchParams({ scenario: one.id });
    for (const [key, value] of Object.entries(at)) if (value !== own[key]) parts.set(key, value);
    return `#${parts}`;
  }

  function remember() {
    history.replaceState(null, "", link());
  }

  // Values of a link are held to the sliders' ends; names that mean nothing here are passed over.
  function restore() {
    const given = new URLSearchParams(location.hash.slice(1));
    if (!given.has("scenario")) return Boolean(one);
    const it = scenario(given.get("scenario"));
    byId("lost").hidden = Boolean(it);
    const values = {};
    for (const { key, low, high } of it?.controls ?? []) {
      const value = given.has(key) && given.get(key).trim() !== "" ? Number(given.get(key)) : NaN;
      if (Number.isFinite(value)) values[key] = Math.min(Math.max(key === "years" ? Math.round(value) : value, low), high);
    }
    if (MONEY.includes(given.get("money"))) values.money = given.get("money");
    if (COUNT.includes(given.get("count"))) values.count = given.get("count");
    choose(it?.id, values);
    return true;
  }

  async function copy() {
    remember();
    const done = byId("copied");
    try {
      await navigator.clipboard.writeText(location.href);
      done.textContent = "Copied";
    } catch {
      done.textContent = "Copy the address of this page: it holds every value";
    }
  }

  byId("scenario").addEventListener("change", (event) => { byId("lost").hidden = true; choose(event.target.value); remember(); });
  for (const [name, values] of [["money", MONEY], ["count", COUNT]])
    for (const value of values) byId(`${name}-${value}`).addEventListener("change", () => { set({ [name]: value }); remember(); });
  byId("reset").addEventListener("click", () => { choose(one.id); remember(); });
  byId("copy").addEventListener("click", copy);
  byId("line").addEventListener("lostpointercapture", () => { heldSpan = null; show(); remember(); });
  addEventListener("hashchange", restore);
  let waiting = 0;
  addEventListener("beforeprint", show);
  byId("app").hidden = false; // before anything is drawn: a chart takes the width of its frame
  if (!restore()) choose(data.scenarios[0].id);
  new ResizeObserver(() => { cancelAnimationFrame(waiting); waiting = requestAnimationFrame(show); }).observe(byId("app"));
})();
