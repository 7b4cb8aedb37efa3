// Turns the drawings into charts with tooltips. Without it, or in print, the drawings stay as they are.
(() => {
  const contents = document.getElementById("contents");
  if (contents && matchMedia("(min-width: 64rem)").matches) contents.open = true;

  const store = document.getElementById("vega");
  const charts = [...document.querySelectorAll(".hns-chart")];
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
      live.querySelectorAll("[aria-roledescription]").forEach((node) => node.removeAttribute("aria-roledescription"));
      if (!live.querySelector("svg.marks")) throw new Error("nothing drawn");
    } catch (error) {
      chart.classList.remove("hns-drawn");
      live.remove();
      return error;
    }
    return null;
  }

  async function run() {
    await load();
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
