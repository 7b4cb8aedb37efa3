"""Looks at a drawing (SVG) as a printer does: labels that overlap, leave the drawing, or are crossed by a line."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from analysis.fonts import folders

_FACES = {
    ("Source Sans Pro", 400): "SourceSansPro-Regular.ttf",
    ("Source Sans Pro", 600): "SourceSansPro-Semibold.ttf",
    ("IPAexGothic", 400): "ipaexg.ttf",
}  # Chromium refuses the file of NanumGothic; a Korean label is measured in whatever face stands in for it

# Boxes are shrunk by a little, because a line of type is higher than its letters.
_SCRIPT = """
() => {
  const found = [];
  const frame = document.querySelector('svg').getBoundingClientRect();
  const labels = [...document.querySelectorAll('svg text')].filter(t => t.textContent.trim()).map(t => {
    const box = t.getBoundingClientRect();
    const cut = 0.2 * box.height;
    return {words: t.textContent, left: box.left + 0.5, right: box.right - 0.5,
            top: box.top + cut, bottom: box.bottom - cut};
  });
  for (const a of labels) {
    if (a.left < frame.left - 1 || a.right > frame.right + 1 || a.top < frame.top - 1 || a.bottom > frame.bottom + 1)
      found.push(`"${a.words}" leaves the drawing`);
  }
  labels.forEach((a, i) => labels.slice(i + 1).forEach(b => {
    if (a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
      found.push(`"${a.words}" overlaps "${b.words}"`);
  }));
  const lines = document.querySelectorAll(
    'svg .mark-rule line, svg .mark-line path, svg .mark-symbol path:not([d=""])');
  for (const line of lines) {
    if (line.closest('.role-axis-grid, .role-axis-domain, .role-axis-tick, .role-legend')) continue;
    const style = getComputedStyle(line);
    const drawn = style.stroke !== 'none' && style.strokeOpacity !== '0' && style.opacity !== '0';
    const filled = style.fill !== 'none' && line.closest('.mark-symbol');
    if (!drawn && !filled) continue;
    const at = line.getScreenCTM(), length = line.getTotalLength(), steps = Math.ceil(length / 1.5);
    const crossed = new Set();
    for (let step = 0; step <= steps; step++) {
      const p = line.getPointAtLength(length * step / Math.max(steps, 1)).matrixTransform(at);
      for (const a of labels)
        if (p.x > a.left && p.x < a.right && p.y > a.top && p.y < a.bottom) crossed.add(a.words);
    }
    crossed.forEach(words => found.push(`"${words}" is crossed by a line or touched by a point`));
  }
  return [...new Set(found)];
}
"""


def _page() -> str:
    files = {path.name: path for folder in folders() for path in folder.glob("*.ttf")}
    faces = "".join(
        f"@font-face {{ font-family: '{family}'; font-weight: {weight}; src: url('{files[name].as_uri()}'); }}"
        for (family, weight), name in _FACES.items()
    )
    return f"<!doctype html><meta charset='utf-8'><style>{faces} body {{ margin: 40px }}</style><div id='place'></div>"


@contextmanager
def inspector(browser: Any) -> Iterator[Any]:
    """A function from SVG text to a list of complaints, in a tab of `browser`."""
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        page.write_text(_page(), encoding="utf-8")
        tab = browser.new_page(viewport={"width": 900, "height": 1200})
        tab.goto(page.as_uri())
        for family, weight in _FACES:
            wanted = f"{weight} 12px '{family}'"
            assert tab.evaluate("font => document.fonts.load(font).then(faces => faces.length)", wanted), wanted

        def complaints(svg: str) -> list[str]:
            tab.evaluate("svg => { document.getElementById('place').innerHTML = svg }", svg)
            return tab.evaluate(_SCRIPT)

        yield complaints
        tab.close()
