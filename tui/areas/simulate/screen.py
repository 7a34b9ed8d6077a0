"""Time travel: a bar over the days, every invoice's line, what happens on a day, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Static

from engine.services.timeline_frames import Over
from engine.services.timelines import Block, Opening, stamp_of
from tui.areas.simulate import asking
from tui.areas.simulate.acting import Acting
from tui.areas.simulate.columns import columns
from tui.areas.simulate.held import Held
from tui.areas.simulate.model import Span
from tui.areas.simulate.panels import Panel
from tui.areas.simulate.played import Played
from tui.areas.simulate.playing import Playing
from tui.areas.simulate.scenario import Scenario
from tui.areas.simulate.symbols import LOOK, legend
from tui.keys import bindings
from tui.widgets.gantt import Gantt
from tui.widgets.scrubber import Scrubber

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from engine.services.timeline_frames import Frame


class SimulateScreen(Acting):
    """The days of a scenario."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("simulate")
    DEFAULT_CSS = """
    SimulateScreen #lines { height: 1fr; }
    SimulateScreen #legend { height: 1; color: $text-muted; padding: 0 1; }
    SimulateScreen #panels { height: 30%; min-height: 6; max-height: 16; }
    SimulateScreen #why { width: 1.2fr; }
    """

    @dataclass
    class Came(Message):
        """Something of what is played came in."""

        playing: Playing
        frame: Frame

    def __init__(self) -> None:
        super().__init__()
        self.playing: Playing | None = None

    def body(self) -> ComposeResult:
        """Bar, lines, legend, panels."""
        yield Scrubber(id="scrubber")
        yield Gantt(LOOK, "", id="lines")
        yield Static(id="legend", markup=False)
        with Horizontal(id="panels"):
            yield Panel(id="happens")
            yield Panel(id="why")

    def on_mount(self) -> None:
        """Play what comes."""
        self.gantt.focus()
        self.begin(Scenario.next_quarter(self.backend.today()))
        self.look_for_picks()

    def on_screen_resume(self) -> None:
        """Policies may have been written or published meanwhile."""
        if self.held is not None and self.picks is not None:
            self.look_for_picks()

    def refresh_data(self) -> None:
        """Play the scenario once more, if the store holds something else now."""
        held = self.held
        if held is None:
            return

        def compare(stamp: object) -> None:
            if self.held is held and stamp != held.stamp:
                self.begin(held.scenario)
                self.look_for_picks()

        self.ask(lambda: stamp_of(self.backend.database), compare, group="stamp")

    def on_unmount(self) -> None:
        """Nothing goes on behind a screen that is gone."""
        if self.playing is not None:
            self.playing.stop()

    def on_resize(self) -> None:
        """There is other room."""
        self.query_one("#legend", Static).update(legend(self.size.width - 2))

    # -------------------------------------------------------------------------------- playing

    def begin(self, scenario: Scenario) -> None:
        """Play a scenario from its beginning, looked at on the day on which one was."""
        if self.playing is not None:
            self.playing.stop()
        self.halt()
        self.stop_growing()
        if self.held is not None and self.gantt.row is not None:
            self.sought = self.held.played.lines[self.gantt.row].case
        shown = None if self.held is None else self.held.span.date(self.day)
        span = Span.between(scenario.first, scenario.last)
        self.playing = playing = Playing(self.backend, scenario.asked)
        played = Played(span.days, 1 if scenario.against is None else 2)
        self.held = held = Held(scenario, span, played, asking.teller_of(self.backend, scenario))
        self.side = 0
        self.trail = (scenario.told,)
        scrubber = self.query_one(Scrubber)
        today = span.day(self.backend.today())
        scrubber.show(span.first, span.days, today=today)
        scrubber.rise(())
        self.gantt.empty = "The first invoices come in a moment ..."
        self.gantt.follow(
            span.first,
            span.days,
            lambda row, first, end: held.played.part(row, first, end, self.side),
            lambda width: columns(held.played, width),
        )
        self.go((span.day(shown) if shown else None) or 0)
        self.say_lines()

        def stamped(stamp: object) -> None:
            held.stamp = stamp

        self.ask(lambda: stamp_of(self.backend.database), stamped, group="stamp")
        self.work_on(
            "playing",
            lambda job: playing.follow(
                job, lambda frame: self.post_message(self.Came(playing, frame))
            ),
            lambda _: None,
            group="playing",
        )

    def on_simulate_screen_came(self, message: Came) -> None:
        """Show what came in."""
        held = self.held
        if held is None or message.playing is not self.playing:
            return
        played, frame = held.played, message.frame
        match frame:
            case Opening():
                played.opening = frame
                marks = {mark.day: mark.text for mark in frame.ladders[self.side].marks}
                scrubber = self.query_one(Scrubber)
                scrubber.marks, scrubber.rest = marks, frozenset(frame.still)
                scrubber.refresh()
            case Block():
                self.grown(played.add(frame))
                return
            case Over():
                played.is_over = True
                self.gantt.empty = "No invoice has anything to see here; a shows all."
                self.choose_lines()
            case _:
                pass
        self.say_day()
