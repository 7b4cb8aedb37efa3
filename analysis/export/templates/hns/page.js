// Turns the drawings into charts with tooltips. Without it, or in print, the drawings stay as they are.
(() => {
  // The contents stand open beside the text; on a phone they fold away again once something is chosen.
  const contents = document.getElementById("contents");
  const wide = matchMedia("(min-width: 64rem)");
  const fold = () => { contents.open = wide.matches; };
  if (contents) {
    fold();
    wide.addEventListener("change", fold);
    contents.querySelector("ol").addEventListener("click", fold);
    follow([...contents.querySelectorAll("a")]);
  }

  // Marks the section being read in the contents.
  function follow(links) {
    const sections = links.map((link) => document.getElementById(link.hash.slice(1)));
    const mark = () => {
      const passed = sections.filter((section) => section && section.getBoundingClientRect().top < innerHeight / 3);
      const current = passed.length ? sections.indexOf(passed.at(-1)) : -1;
      links.forEach((link, i) => (i === current ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current")));
    };
    addEventListener("scroll", () => requestAnimationFrame(mark), { passive: true });
    mark();
  }

  // A chart wider than a phone scrolls in its frame, which the keyboard must then reach.
  function frame(chart) {
    const over = chart.scrollWidth > chart.clientWidth + 1;
    const named = { tabindex: "0", role: "region", "aria-label": "Chart, scrolls sideways: " + title(chart) };
    Object.entries(named).forEach(([name, value]) => (over ? chart.setAttribute(name, value) : chart.removeAttribute(name)));
  }
  const title = (chart) => chart.closest("figure")?.querySelector(".hns-title")?.textContent ?? "";
  const frames = [...document.querySelectorAll(".hns-chart")];
  frames.forEach(frame);
  addEventListener("resize", () => frames.forEach(frame));

  const store = document.getElementById("vega");
  const charts = frames.filter((chart) => chart.querySelector(".hns-spec"));
  if (!store || !charts.length || !("DecompressionStream" in window)) return;

  async function load() {
    const bytes = Uint8Array.from(atob(store.textContent.trim()), (c) => c.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    const script = document.createElement("script");
    script.textContent = await new Response(stream).text();
    document.head.append(script);
    script.remove();
    store.remove();
  }

  async function draw(chart) {
    const spec = JSON.parse(chart.querySelector(".hns-spec").textContent);
    const style = getComputedStyle(chart);
    const room = chart.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    // A chart that can be laid out anew takes the width of a narrow column; wide ones keep what their labels need.
    const fits = typeof spec.autosize === "object" && typeof spec.width === "number";
    if (fits) spec.width = Math.floor(Math.min(Math.max(room, Math.min(spec.width, 544), 280), spec.width * 1.12));
    const live = document.createElement("div");
    live.className = "hns-live";
    live.setAttribute("role", "img");
    live.setAttribute("aria-label", chart.dataset.alt);
    chart.append(live);
    chart.classList.add("hns-drawn");
    try {
      // `ast` evaluates expressions without eval, which the page's security policy forbids.
      await window.vegaEmbed(live, spec, { ast: true, renderer: "svg", actions: false, defaultStyle: false });
      // One description stands for the whole chart; the marks inside would be nameless pictures.
      for (const node of live.querySelectorAll("*"))
        for (const name of ["role", "aria-roledescription", "aria-hidden", "aria-label"]) node.removeAttribute(name);
      if (!live.querySelector("svg.marks")) throw new Error("nothing drawn");
    } catch (error) {
      chart.classList.remove("hns-drawn");
      live.remove();
      return error;
    } finally {
      frame(chart);
    }
    return null;
  }

  async function run() {
    await load();
    // Vega measures labels as it draws, so the faces of the charts must be there before.
    const faces = ["Narrowed Arial", "Narrowed DejaVu"].flatMap((face) => [`12px "${face}"`, `bold 12px "${face}"`]);
    await Promise.allSettled(faces.map((face) => document.fonts.load(face)));
    // Vega's hints to chart authors are not for readers of the page; faults (console.error) still show.
    const warn = console.warn;
    console.warn = () => {};
    const failed = [];
    for (const chart of charts) {
      failed.push(await draw(chart));
      await new Promise((done) => setTimeout(done));
    }
    console.warn = warn;
    failed.filter(Boolean).forEach((error) => console.warn("A chart stays a still drawing:", error.message));
    document.documentElement.dataset.charts = "ready";
  }
  run().catch((error) => console.warn("Charts stay still drawings:", error.message));
})();
