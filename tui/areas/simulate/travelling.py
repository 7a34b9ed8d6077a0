"""Going through the days of what is played, and what is said of each."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Literal

from tui.areas.simulate import asking, said
from tui.areas.simulate.model import SPEEDS, after, before
from tui.areas.simulate.panels import Panel
from tui.frame.area_screen import AreaScreen
from tui.widgets.gantt import Gantt
from tui.widgets.scrubber import Scrubber

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.timer import Timer

    from engine.core.decision import Decision
    from engine.services.decisions import NoCase
    from tui.areas.simulate.held import Held

_REST = 0.12
"""Seconds for which a day or a line must be looked at before it is asked why."""


class Travelling(AreaScreen):
    """The part of the screen that knows the day."""

    NAME = "simulate"

    def __init__(self) -> None:
        super().__init__()
        self.held: Held | None = None
        self.day = 0
        self.side = 0
        """Under which policies lines are shown: 0, or 1 for those that are compared with."""
        self.speed = 0
        self._passing: Timer | None = None
        self._asking: Timer | None = None

    @property
    def gantt(self) -> Gantt:
        """The lines."""
        return self.query_one(Gantt)

    def choose_lines(self) -> None:
        """Choose the lines anew."""
        raise NotImplementedError

    @property
    def shows_day_only(self) -> bool:
        """Whether the lines depend on the day."""
        raise NotImplementedError

    # ------------------------------------------------------------------------------------ days

    def go(self, day: int) -> None:
        """Look at a day."""
        held = self.held
        if held is None:
            return
        self.day = held.span.clamped(day)
        self.own_day = held.span.date(self.day)
        self.gantt.go(self.day)
        self.say_day()
        if self.shows_day_only:
            self.choose_lines()
        self.ask_why()

    def look_at(self, day: datetime.date) -> None:
        """A date was typed, or today is asked for."""
        held = self.held
        if held is None:
            return
        found = held.span.day(day)
        if found is None:
            where = f"{held.span.first} to {held.span.last}"
            self.notify(
                f"{day} is not in what is played, {where}; x chooses other days",
                severity="warning",
                markup=False,
            )
        else:
            self.go(found)

    def action_step(self, days: int) -> None:
        """Some days on or back."""
        self.go(self.day + days)

    def action_month(self, months: int) -> None:
        """A month on or back."""
        if self.held is not None:
            self.go(self.held.span.month(self.day, months))

    def action_range_first(self) -> None:
        """The first day."""
        self.go(0)

    def action_range_last(self) -> None:
        """The last day."""
        if self.held is not None:
            self.go(self.held.span.days - 1)

    def action_change(self, way: Literal[-1, 1]) -> None:
        """The next day on which something happens to the selected invoice."""
        row = self.gantt.row
        if self.held is not None and row is not None:
            self._jump(self.held.played.changes(row, self.side), way, "happens to it")

    def action_run(self, way: Literal[-1, 1]) -> None:
        """The next day on which anything is executed."""
        if self.held is not None:
            self._jump(self.held.played.runs(self.side), way, "is sent")

    def _jump(self, days: list[int], way: Literal[-1, 1], what: str) -> None:
        found = after(days, self.day) if way > 0 else before(days, self.day)
        if found is None:
            self.notify(f"nothing more {what} {'after' if way > 0 else 'before'} this day")
        else:
            self.go(found)

    def action_play(self) -> None:
        """Let the days pass, faster each time, then stop."""
        following = {0: SPEEDS[0], **dict(zip(SPEEDS, (*SPEEDS[1:], 0), strict=True))}
        speed = following[self.speed]
        self.halt()
        if speed:
            self.speed = speed
            self._passing = self.set_interval(1 / speed, self._pass)
            self.say_day()
        else:
            self.ask_why()

    def halt(self) -> None:
        """Let no more days pass."""
        self.speed = 0
        if self._passing is not None:
            self._passing.stop()
            self._passing = None

    def _pass(self) -> None:
        self.admin.awake()
        if self.held is not None and self.day + 1 < self.held.span.days:
            self.go(self.day + 1)
        else:
            self.halt()
            self.say_day()

    # -------------------------------------------------------------------------------- what is said

    def on_scrubber_moved(self, message: Scrubber.Moved) -> None:
        """The bar was dragged or clicked."""
        self.go(message.day)

    def on_gantt_pointed(self, message: Gantt.Pointed) -> None:
        """A day of a line was clicked."""
        self.go(message.day)

    def on_gantt_selected(self, message: Gantt.Selected) -> None:
        """Another line is selected."""
        del message
        self.ask_why()

    def say_day(self) -> None:
        """Tell what happens on the day."""
        held = self.held
        if held is None:
            return
        played = held.played
        line = said.scrubbed(held.span, played, self.day, held.dunned(self.side))
        if self.speed:
            line += f"  ·  ▶ {self.speed} a second"
        self.query_one(Scrubber).go(self.day, line)
        self.query_one("#happens", Panel).say(
            f"What happens on {held.span.date(self.day)}", self._happening(held)
        )

    def _happening(self, held: Held) -> Iterator[tuple[str, str]]:
        for side, name in enumerate(held.names):
            if held.sides > 1:
                yield "bold", name
            for line in said.happens(held.played.figures(self.day, side)):
                yield "", line

    def ask_why(self) -> None:
        """Ask why the selected line stands where it stands, once one rests there."""
        if self._asking is not None:
            self._asking.stop()
        if not self.speed:
            self._asking = self.set_timer(_REST, self._ask_now)

    def _ask_now(self) -> None:
        held, row = self.held, self.gantt.row
        panel = self.query_one("#why", Panel)
        if held is None or row is None:
            panel.say("Why", ())
            return
        case, on = held.played.lines[row].case, held.span.date(self.day)
        title = f"Why {case} on {on}"

        def show(answers: list[Decision | NoCase]) -> None:
            if self.held is not held:
                return
            panel.say(title, _told(held, answers))

        self.ask(lambda: asking.why(held.teller, case, on, held.sides), show, group="why")


def _told(held: Held, answers: list[Decision | NoCase]) -> Iterator[tuple[str, str]]:
    for name, answer in zip(held.names, answers, strict=True):
        if held.sides > 1:
            yield "dim", name
        yield from said.why_lines(answer, last_first=True)
