"""Pages in a browser without network: opened, listened to, and judged by axe-core."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest

PHONE, DESK = 360, 1280


def chromium() -> str:
    """Path of an installed Chromium; a test that needs one and finds none fails with what to install."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.fail("the browser tests need Chromium: apt-get install chromium")
    return found


@dataclass
class Tab:
    """One open page, and what it asked for and said since it was opened."""

    page: Any
    asked: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def show(self, scheme: str = "light", width: int = DESK, media: str = "screen") -> None:
        """Set colour scheme, width and medium, and let the page settle."""
        self.page.emulate_media(color_scheme=scheme, media=media)
        self.page.set_viewport_size({"width": width, "height": 900})
        self.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def faults(self) -> list[str]:
        """Serious and critical findings of axe-core, one line each."""
        self.page.evaluate(_axe())
        found = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
        return [
            f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found if one["impact"] in ("serious", "critical")
        ]


@contextmanager
def opened(browser: Any, file: Path, charts: bool = True, **context: Any) -> Iterator[Tab]:
    """A page of this machine in a tab without network; with `charts` it is ready once all of them are drawn."""
    around = browser.new_context(offline=True, viewport={"width": DESK, "height": 900}, **context)
    try:
        page = around.new_page()
        tab = Tab(page)
        page.on("request", lambda request: tab.asked.append(request.url))
        page.on("console", lambda message: tab.said.append(message.text))
        page.on("pageerror", lambda error: tab.said.append(str(error)))
        page.goto(file.as_uri())
        if charts:
            page.wait_for_selector('html[data-charts="ready"]', state="attached", timeout=60_000)
        yield tab
    finally:
        around.close()


@cache
def _axe() -> str:
    [folder] = importlib.util.find_spec("axe_playwright_python").submodule_search_locations
    return (Path(folder) / "axe.min.js").read_text(encoding="utf-8")
