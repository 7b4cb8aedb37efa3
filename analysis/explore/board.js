// The live side of the explorer: the answer in words, key figures, and the charts, which take new tables as they come.
const CHART_NAMES = ["price", "outcomes", "years"];

function node(tag, name, text = "") {
  const made = document.createElement(tag);
  made.className = name;
  made.textContent = text;
  return made;
}

function tiles(box, figures) {
  box.replaceChildren(
    ...figures.map(([label, value, was]) => {
      const tile = node("div", "hns-tile");
      tile.append(node("span", "hns-tile-label", label), node("strong", "hns-tile-value", value));
      tile.append(node("span", "hns-tile-was", was));
      return tile;
    }),
  );
}

// Slider handles come without a name of their own; a screen reader gets that of their row.
function nameHandles(explorer) {
  for (const row of explorer?.querySelectorAll(".hns-controls .widget-slider") ?? []) {
    const words = row.querySelector(".widget-label")?.textContent ?? "";
    row.querySelector(".noUi-handle")?.setAttribute("aria-label", words);
  }
}

async function draw(model, places) {
  const views = {};
  for (const name of CHART_NAMES) {
    const spec = structuredClone(model.get("specs")[name]);
    views[name] = (await window.vegaEmbed(places[name].chart, spec, { actions: false, renderer: "svg" })).view;
  }
  return views;
}

function render({ model, el }) {
  el.classList.add("hns-board");
  const answer = node("p", "hns-answer");
  answer.setAttribute("aria-live", "polite");
  const [reasons, figures, ask] = [node("p", "hns-reasons"), node("div", "hns-tiles"), node("p", "hns-ask")];
  const places = {};
  const charts = node("div", "hns-charts");
  for (const name of CHART_NAMES) {
    const figure = node("figure", `hns-chart-${name}`);
    const [title, said, chart] = [node("strong", "hns-chart-title"), node("span", "hns-chart-sub"), node("div", "")];
    const caption = node("figcaption", "");
    caption.append(title, said);
    const picture = node("div", "hns-picture"); // Vega takes the role of its own element away
    picture.setAttribute("role", "img");
    const marks = node("div", ""); // one description for the whole chart; single marks would flood a screen reader
    marks.setAttribute("aria-hidden", "true");
    marks.append(chart);
    picture.append(marks);
    figure.append(caption, picture);
    charts.append(figure);
    places[name] = { title, said, picture, chart };
  }
  el.append(answer, reasons, figures, charts, ask);

  let views = null;
  const speak = () => {
    const words = model.get("words");
    answer.textContent = words.answer;
    reasons.textContent = words.reasons;
    ask.textContent = words.ask;
    tiles(figures, words.figures);
    for (const [name, place] of Object.entries(places)) {
      place.title.textContent = words.charts[name].title;
      place.said.textContent = words.charts[name].subtitle;
      place.picture.setAttribute("aria-label", words.charts[name].alt);
    }
  };
  const follow = () => {
    if (!views) return;
    for (const [name, tables] of Object.entries(model.get("tables"))) {
      for (const [table, rows] of Object.entries(tables)) views[name].data(table, rows);
      views[name].runAsync();
    }
    nameHandles(el.closest(".hns-explorer"));
    el.dataset.drawn = String(Number(el.dataset.drawn ?? 0) + 1);
  };
  const begin = async () => {
    for (const view of Object.values(views ?? {})) view.finalize();
    views = null;
    views = await draw(model, places);
    follow();
  };
  speak();
  begin();
  model.on("change:words", speak);
  model.on("change:tables", follow);
  model.on("change:specs", begin);
}

export default { render };
