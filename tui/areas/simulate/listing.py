"""Which lines are shown, and in which order."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from tui.areas.simulate.model import Choice, chosen, kept, place_of
from tui.areas.simulate.travelling import Travelling
from tui.frame.list_dialogs import FilterEntry
from tui.widgets.gantt import Gantt
from tui.widgets.scrubber import Scrubber

if TYPE_CHECKING:
    from textual.timer import Timer

_QUICK = 2_000
"""Lines that are put in order at once, not in a thread."""
_TOGETHER = 0.2
"""Seconds in which lines that come in are gathered."""
_AGAIN = 1.0
"""Seconds after which lines that came in meanwhile are put in order too."""


class Listing(Travelling):
    """The part of the screen that knows which lines are shown."""

    def __init__(self) -> None:
        super().__init__()
        self.choice = Choice()
        self._arranging: Timer | None = None
        self._growing: Timer | None = None
        self._new = 0
        self.sought: str | None = None
        """The case to be selected as soon as it comes in."""

    @property
    def shows_day_only(self) -> bool:
        """Whether the lines depend on the day."""
        return self.choice.only == "day"

    def grown(self, rows: range) -> None:
        """Lines came in; several times in a moment they are shown together."""
        if self._growing is None:
            self._new = rows.start
            self._growing = self.set_timer(_TOGETHER if rows.start else 0, self.show_grown)

    def show_grown(self) -> None:
        """Show what came in since."""
        held, start = self.held, self._new
        self.stop_growing()
        self.admin.awake()
        if held is None:
            return
        if self.choice.is_plain:
            new = kept(held.played, self.choice, range(start, len(held.played)))
            self._show([*self.gantt.rows, *new])
        elif self._arranging is None:
            self._arranging = self.set_timer(_AGAIN, self.choose_lines)
        self.say_day()

    def stop_growing(self) -> None:
        """Nothing waits to be shown."""
        if self._growing is not None:
            self._growing.stop()
            self._growing = None

    def choose_lines(self) -> None:
        """Choose the lines anew, beside the screen where it takes longer."""
        self.stop_growing()
        self.admin.awake()
        self._arranging = None
        held = self.held
        if held is None:
            return
        question = partial(chosen, held.played, self.choice, self.day)
        if len(held.played) <= _QUICK:
            self._show(question())
        else:

            def show(rows: list[int]) -> None:
                if self.held is held:
                    self._show(rows)

            self.ask(question, show, group="lines", label="putting in order")

    def _show(self, rows: list[int]) -> None:
        gantt = self.gantt
        row = gantt.row
        sought = self._found(rows)
        if self.held is not None:
            self.query_one(Scrubber).rise(self.held.dunned(self.side))
        kept_row = row if sought is None else sought
        at = place_of(rows, kept_row, self.choice.order) if kept_row is not None else 0
        gantt.show(rows, at)
        self.say_lines()
        if gantt.row != row:
            self.ask_why()

    def _found(self, rows: list[int]) -> int | None:
        """The row of the case that is sought, once it is among those that are shown."""
        if self.sought is None or self.held is None:
            return None
        lines = self.held.played.lines
        new = rows[len(self.gantt.rows) :] if self.choice.is_plain else rows
        found = next((row for row in new if lines[row].case == self.sought), None)
        if found is not None or self.held.played.is_over:
            self.sought = None
        return found

    def on_gantt_selected(self, message: Gantt.Selected) -> None:
        """Somebody chose a line: no other one is sought."""
        del message
        self.sought = None

    def say_lines(self) -> None:
        """Tell how many lines are shown, and which."""
        held = self.held
        if held is None:
            return
        shown = {
            "open": "with anything to see",
            "all": "all",
            "day": "with something happening on this day",
            "differing": "that differ",
        }[self.choice.only]
        parts = [f"{len(self.gantt):,} of {len(held.played):,} invoices, {shown}"]
        if self.choice.wanted:
            parts.append(f"with '{self.choice.wanted}'")
        if self.choice.order != "ledger":
            parts.append(f"by {self.choice.order}")
        if self.side:
            parts.append(f"under {held.names[1]}")
        self.note = " · ".join(parts)

    def choose(self, choice: Choice) -> None:
        """Show other lines."""
        self.choice = choice
        self.choose_lines()

    def action_only(self) -> None:
        """All lines, or those with something to see."""
        self.choose(replace(self.choice, only="open" if self.choice.only == "all" else "all"))

    def action_today_only(self) -> None:
        """Lines to which something happens on this day."""
        self.choose(replace(self.choice, only="open" if self.choice.only == "day" else "day"))

    def action_sort(self) -> None:
        """Another order."""
        self.choose(self.choice.following(self.held is not None and self.held.sides > 1))

    def action_filter(self) -> None:
        """Only lines with a text."""
        hint = "case, customer or name; enter keeps it, esc takes it away"

        def follow(text: str) -> None:
            self.choose(replace(self.choice, wanted=text))

        self.app.push_screen(FilterEntry(self.choice.wanted, hint, follow))
