"""What is asked before something is played."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import TYPE_CHECKING

from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Button, Input, Label, Select, Static

from tui.areas.simulate.scenario import QUARTER, wrong_with
from tui.frame.dates import HINT, NoDate, read_date
from tui.frame.dialogs import Dialog

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from textual.app import ComposeResult
    from textual.widget import Widget

    from tui.areas.simulate.scenario import Pick, Scenario

_YEAR = datetime.timedelta(days=364)
NOTHING = "nothing"
_FIRST, _SECOND = "first", "second"
_PAYMENTS = "as the ledger has them", "nobody pays any more"
_KNOWN = "everything that is known today", "on each day what was known by then"
_SUPPOSED = "keep it", "leave it out"


def ranges(today: datetime.date) -> list[tuple[str, datetime.date, datetime.date]]:
    """Ranges that many ask for: what they are called, and their first and last days."""
    day = datetime.timedelta(days=1)
    return [
        ("the next quarter", today, today + QUARTER),
        ("the last quarter", today - QUARTER, today),
        ("the last twelve months", today - _YEAR, today),
        ("the next twelve months", today, today + _YEAR),
        (
            "this month",
            today.replace(day=1),
            (today.replace(day=28) + 4 * day).replace(day=1) - day,
        ),
    ]


class ScenarioDialog(Dialog["Scenario"]):
    """Days, customers, payments and policies."""

    DEFAULT_CSS = """
    ScenarioDialog > Vertical { width: 78; }
    ScenarioDialog VerticalScroll { height: auto; max-height: 100%; }
    ScenarioDialog .row { height: auto; }
    ScenarioDialog .row Label { width: 14; padding: 0 1 0 0; }
    ScenarioDialog Input, ScenarioDialog Input:focus {
        width: 1fr; height: 1; border: none; padding: 0; background: $panel; margin: 0 1 0 0;
    }
    ScenarioDialog Input:focus { background: $primary-muted; }
    ScenarioDialog Select { width: 1fr; }
    ScenarioDialog Button { margin: 1 2 0 0; }
    """

    def __init__(self, scenario: Scenario, picks: Sequence[Pick], today: datetime.date) -> None:
        """`picks`: the sets of policies that can be played, those in force first."""
        super().__init__()
        self.scenario = scenario
        self.picks = {each.name: each for each in (*_given(scenario), *picks)}
        self.today = today

    def compose(self) -> ComposeResult:
        """The questions, filled in with what is played now."""
        now = self.scenario
        names = [
            (f"{each.name} ({each.note})" if each.note else each.name, each.name)
            for each in self.picks.values()
        ]
        against = now.against.name if now.against is not None else NOTHING
        with Vertical():
            yield Label("What is to be played?", classes="title")
            with VerticalScroll(can_focus=False):
                named = [(name, name) for name, _, _ in ranges(self.today)]
                yield from _row(
                    "Days", Select[str](named, prompt="as below", id="range", compact=True)
                )
                yield from _row(
                    "from, to",
                    Input(str(now.first), id="first", compact=True),
                    Input(str(now.last), id="last", compact=True),
                )
                yield from _row(
                    "Policies",
                    Select(names, value=now.side.name, allow_blank=False, id="side", compact=True),
                )
                others = [("nothing", NOTHING), *names]
                yield from _row(
                    "against",
                    Select(others, value=against, allow_blank=False, id="against", compact=True),
                )
                said = "all, or a part of an id or name"
                yield from _row(
                    "Customers", Input(now.customer, placeholder=said, id="customer", compact=True)
                )
                said = "every run day, or monday,thursday or month-end"
                yield from _row(
                    "Runs on", Input(now.run_on, placeholder=said, id="run_on", compact=True)
                )
                yield from _row("Payments", _either(_PAYMENTS, "payments", is_on=now.nobody_pays))
                yield from _row("Known", _either(_KNOWN, "known", is_on=now.each_day))
                if now.supposed:
                    yield from _row("Supposed", _either(_SUPPOSED, "supposed", is_on=False))
                    yield Static(_supposed(now), classes="hint", markup=False)
            yield Static(HINT, classes="hint", id="said", markup=False)
            yield Horizontal(
                Button("Play", id="play", variant="primary", compact=True),
                Button("Cancel", id="cancel", compact=True),
                classes="row",
            )

    def on_mount(self) -> None:
        """Days are asked for first."""
        self.query_one("#first", Input).focus()

    def on_select_changed(self, event: Select.Changed) -> None:
        """A range was chosen by name."""
        if event.select.id == "range":
            for name, first, last in ranges(self.today):
                if name == event.value:
                    self.query_one("#first", Input).value = str(first)
                    self.query_one("#last", Input).value = str(last)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter plays: nothing outside is touched by it."""
        event.stop()
        self._play()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Play, or leave everything as it was."""
        event.stop()
        if event.button.id == "play":
            self._play()
        else:
            self.dismiss(None)

    def _play(self) -> None:
        found = self._read()
        if isinstance(found, str):
            said = self.query_one("#said", Static)
            said.update(found)
            said.set_class(True, "problem")  # noqa: FBT003 - as Textual has it
        else:
            self.dismiss(found)

    def _read(self) -> Scenario | str:
        """What was filled in, or what is wrong with it."""
        days = []
        for name in ("first", "last"):
            date = read_date(self.query_one(f"#{name}", Input).value, self.today)
            if isinstance(date, NoDate):
                return date.reason
            days.append(date)
        against = str(self.query_one("#against", Select).value)
        found = replace(
            self.scenario,
            first=days[0],
            last=days[1],
            customer=self.query_one("#customer", Input).value.strip(),
            run_on=self.query_one("#run_on", Input).value.strip(),
            nobody_pays=self._is_on("payments"),
            each_day=self._is_on("known"),
            side=self.picks[str(self.query_one("#side", Select).value)],
            against=None if against == NOTHING else self.picks[against],
            supposed=() if self._is_on("supposed") else self.scenario.supposed,
        )
        return wrong_with(found) or found

    def _is_on(self, name: str) -> bool:
        """Whether the second of two answers was chosen."""
        return any(select.value == _SECOND for select in self.query(f"#{name}").results(Select))


def _row(title: str, *fields: Widget) -> Iterator[Horizontal]:
    """A question."""
    yield Horizontal(Label(title), *fields, classes="row")


def _either(answers: tuple[str, str], name: str, *, is_on: bool) -> Select[str]:
    """One of two answers; `is_on`: the second."""
    choices = list(zip(answers, (_FIRST, _SECOND), strict=True))
    value = _SECOND if is_on else _FIRST
    return Select(choices, value=value, allow_blank=False, id=name, compact=True)


def _given(scenario: Scenario) -> list[Pick]:
    """What is played now stays to be chosen, whatever became of its file."""
    return [each for each in (scenario.side, scenario.against) if each is not None]


def _supposed(scenario: Scenario) -> str:
    return "Supposed: " + "; ".join(map(str, scenario.supposed))
