// Contrast of every word in the page's drawn charts with what lies beneath its middle: [ratio, words] below the limit.
(limit) => {
  const rgb = (text) => (text.match(/[\d.]+/g) ?? []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((c) => c / 255).map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const over = (top, alpha, below) => top.map((c, i) => alpha * c + (1 - alpha) * below[i]);
  const style = document.createElement("style");
  style.textContent = ".hns-chart * { pointer-events: all !important }";
  document.head.append(style);
  const poor = [];
  for (const chart of document.querySelectorAll(".hns-chart")) {
    chart.scrollIntoView({ behavior: "instant", block: "center" });
    const card = getComputedStyle(chart).backgroundColor;
    const paper = rgb(card)[3] === 0 ? rgb(getComputedStyle(document.body).backgroundColor) : rgb(card);
    for (const word of chart.querySelectorAll("svg text")) {
      const box = word.getBoundingClientRect();
      if (!box.width || !word.textContent.trim()) continue;
      const under = document.elementsFromPoint(box.x + box.width / 2, box.y + box.height / 2)
        .filter((node) => node.matches("path, rect, line") && chart.contains(node)).reverse();
      let ground = paper.slice(0, 3);
      for (const node of under) {
        const look = getComputedStyle(node);
        if (look.fill === "none" || !node.isPointInFill(inside(node, box))) continue;
        const fill = rgb(look.fill);
        ground = over(fill.slice(0, 3), (fill[3] ?? 1) * look.fillOpacity * look.opacity, ground);
      }
      const ink = over(rgb(getComputedStyle(word).fill).slice(0, 3), getComputedStyle(word).opacity, ground);
      const [high, low] = [light(ink), light(ground)].sort((a, b) => b - a);
      const ratio = (high + 0.05) / (low + 0.05);
      if (ratio < limit) poor.push([Math.round(100 * ratio) / 100, chart.closest("figure").id, word.textContent]);
    }
  }
  style.remove();
  return poor;

  function inside(node, box) {
    const point = new DOMPoint(box.x + box.width / 2, box.y + box.height / 2);
    return point.matrixTransform(node.getScreenCTM().inverse());
  }
};
