"""The explorer as it is used: sliders on the left, answer and charts on the right, a form to save what was found."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from analysis.errors import HnsError
from analysis.explore.board import Board
from analysis.explore.controls import GROUPS, Control, Dial, Value, controls, idle, settings_of
from analysis.explore.model import explored
from analysis.explore.saving import save
from analysis.explore.start import Start, opened
from analysis.scenario_files import scenario_names


class Panel:
    """One explorer; `view` is what the notebook shows.

    Loading a scenario builds new sliders; the board and the form to save stay.
    """

    def __init__(self, name: str) -> None:
        self.board = Board()
        self.inputs: dict[str, widgets.ValueWidget] = {}
        self.notes: dict[str, widgets.HTML] = {}
        self.scenario = widgets.Dropdown(description="Scenario", options=scenario_names(), value=name)
        self.currency = widgets.ToggleButtons(description="", options=[("local", "local"), ("dollars", "dollars")])
        self.reset = widgets.Button(description="Reset", tooltip="All sliders back to the scenario's own values")
        self.question = widgets.HTML()
        self.groups = widgets.VBox()
        self.groups.add_class("hns-controls")
        self.form = SaveForm(self)
        self.view = self._laid_out()
        self._loading = self._following = True
        self.scenario.observe(lambda change: self.load(change["new"]) if self._loading else None, "value")
        self.currency.observe(lambda _: self.follow(anew=True), "value")
        self.reset.on_click(lambda _: self.set(settings_of(self.start)))
        self.load(name)

    def _laid_out(self) -> widgets.Widget:
        style = widgets.HTML(f"<style>{Path(__file__).with_name('panel.css').read_text(encoding='utf-8')}</style>")
        bar = widgets.HBox([self.scenario, self.currency, self.reset])
        place = widgets.VBox([self.board])
        body = widgets.HBox([self.groups, place])
        view = widgets.VBox([style, bar, self.question, body, self.form.view])
        for box, name in ((bar, "hns-bar"), (place, "hns-board-place"), (body, "hns-body"), (view, "hns-explorer")):
            box.add_class(name)
        self.question.add_class("hns-question")
        return view

    @property
    def settings(self) -> dict[str, Value]:
        """The values as the sliders and menus stand."""
        return {key: widget.value for key, widget in self.inputs.items()}

    def load(self, name: str) -> None:
        """Begin again with another scenario."""
        try:
            self.start: Start = opened(name)
        except HnsError as error:
            self.question.value = f"<span class='hns-note'>{escape(error.sentence)}</span>"
            return
        self.own = explored(self.start, settings_of(self.start))
        self.question.value = escape(f"{self.start.scenario.question} (as of {self.start.scenario.as_of})")
        local = str(self.start.scenario.money.currency)
        self._following = False
        self.currency.options = [(local, "local"), ("U.S. dollars", "dollars")]
        self._build()
        self.follow(anew=True)

    def offer_scenarios(self) -> None:
        """Offer the scenarios that stand in the folder now, a new one among them."""
        kept = self.scenario.value
        self._loading = False
        self.scenario.options = scenario_names()
        self.scenario.value = kept
        self._loading = True

    def set(self, settings: dict[str, Value]) -> None:
        """Move every control at once and answer once."""
        self._following = False
        for key, value in settings.items():
            self.inputs[key].value = value
        self._following = True
        self.follow()

    def follow(self, *, anew: bool = False) -> None:
        """Answer the values as they stand; a value the model refuses is told in place of the answer."""
        if not self._following:
            return
        settings = self.settings
        try:
            found = explored(self.start, settings)
        except HnsError as error:
            self.form.say(error.sentence, refused=True)
            return
        self.board.show(found, self.own, self.currency.value, anew=anew)
        self._mark(found.beyond, idle(settings))

    def _mark(self, beyond: dict[str, str], still: set[str]) -> None:
        for key, note in self.notes.items():
            words = f"<span class='hns-note'>▲ {escape(beyond[key])}</span>" if key in beyond else ""
            if note.value != words:
                note.value = words
                note.layout.display = "" if words else "none"
        for key, widget in self.inputs.items():
            widget.disabled = key in still
            (widget.add_class if key in still else widget.remove_class)("hns-idle")

    def _build(self) -> None:
        """New sliders and menus for the scenario that was loaded."""
        self._following = False
        found = controls(self.start)
        self.inputs = {control.key: _input(control) for control in found}
        self.notes = {c.key: widgets.HTML(layout={"display": "none"}) for c in found if isinstance(c, Dial)}
        shown: list[widgets.Widget] = []
        for group, title in GROUPS.items():
            shown.append(widgets.HTML(f"<div class='hns-group-title'>{escape(title)}</div>"))
            for control in found:
                if control.group == group:
                    shown += [w for w in (self.inputs[control.key], self.notes.get(control.key)) if w is not None]
        for widget in self.inputs.values():
            widget.observe(lambda _: self.follow(), "value")
        self.groups.children = shown
        self._following = True


def _input(control: Control) -> Any:
    if not isinstance(control, Dial):
        return widgets.Dropdown(description=control.label, options=control.options, value=control.value)
    given = {"description": f"{control.label}, {control.unit}", "continuous_update": True}
    limits = {"min": control.low, "max": control.high, "step": control.step}
    if control.unit == "years":
        whole = {name: int(value) for name, value in limits.items()}
        return widgets.IntSlider(value=int(control.value), **whole, **given)
    decimals = 0 if control.step >= 1 else 2 if control.step < 0.1 else 1
    return widgets.FloatSlider(value=control.value, **limits, **given, readout_format=f".{decimals}f")


class SaveForm:
    """Name, question and author of a new scenario, and what became of saving it."""

    def __init__(self, panel: Panel) -> None:
        self.panel = panel
        self.name = widgets.Text(description="Name", placeholder="a to z, 0 to 9, hyphens")
        self.question = widgets.Text(description="Question", placeholder="What does it ask?")
        self.author = widgets.Text(description="Author", placeholder="Who stands behind it?")
        self.replace = widgets.Checkbox(description="replace a scenario of that name", indent=False)
        self.button = widgets.Button(description="Save as scenario", button_style="primary")
        self.said = widgets.HTML()
        self.button.on_click(lambda _: self.save())
        title = widgets.HTML("<div class='hns-group-title' style='border:0;padding:0'>Save as scenario</div>")
        row = widgets.HBox([self.button, self.replace])
        self.view = widgets.VBox([title, self.name, self.question, self.author, row, self.said])
        self.view.add_class("hns-save")

    def save(self) -> None:
        """Write the scenario file and say so, or say why not."""
        panel = self.panel
        given = (self.name.value, self.question.value, self.author.value)
        try:
            saved = save(panel.start, panel.settings, *given, replace=self.replace.value)
        except HnsError as error:
            self.say(error.sentence, refused=True)
            return
        except OSError as error:
            self.say(f"data/scenarios cannot be written: {error.strerror or error}", refused=True)
            return
        self.say(saved.sentence)
        self.replace.value = False
        panel.offer_scenarios()

    def say(self, sentence: str, *, refused: bool = False) -> None:
        """Show one sentence under the form."""
        style = "hns-said hns-refused" if refused else "hns-said"
        self.said.value = f"<div class='{style}' role='status'>{escape(sentence)}</div>"


def panel(name: str) -> widgets.Widget:
    """The explorer of one scenario, for the last line of a cell. Raises as `start.opened` does."""
    opened(name)
    return Panel(name).view
