"""Time travel: a quarter is played, looked at, questioned, and compared."""

from __future__ import annotations

import datetime
import json
import shlex
from collections import Counter
from typing import TYPE_CHECKING, cast

import pytest
from textual.widgets import Input, Select

from engine.services.actors import Refused
from engine.services.plain import plain_event
from engine.services.simulations import simulate
from engine.services.stored_company import company, in_force_now
from tests.engine.cli.command import dun
from tests.tui.playing import (
    SIZES,
    Golden,
    at_rest,
    lines,
    play,
    press,
    shown,
    toasts,
    type_in,
    until,
)
from tui.app import Admin
from tui.areas.simulate.case_screen import CaseScreen
from tui.areas.simulate.compare_screen import CompareScreen
from tui.areas.simulate.panels import Panel
from tui.areas.simulate.screen import SimulateScreen
from tui.state import State
from tui.widgets.scrubber import Scrubber
from tui.widgets.table import Table

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot

    from engine.core.simulate import SimulationEvent
    from tui.areas.simulate.held import Held
    from tui.areas.simulate.scenario import Supposed
    from tui.backend import Backend


def admin(backend: Backend) -> Admin:
    """The admin, where one was in this area the last time."""
    return Admin(backend, state=State(None, {"area": "simulate"}))


def screen(app: Admin) -> SimulateScreen:
    return cast("SimulateScreen", app.get_screen_stack("simulate")[0])


def top(app: Admin) -> object:
    return app.screen


def held(app: Admin) -> Held:
    found = screen(app).held
    assert found is not None
    return found


async def played(pilot: Pilot[None]) -> None:
    """Wait until everything is played, and it is told why."""
    app = cast("Admin", pilot.app)
    await until(pilot, lambda: held(app).played.is_over, "everything is played")
    await told(pilot)


async def told(pilot: Pilot[None]) -> None:
    """Wait until it is told why the selected line stands where it stands on the day."""
    app = cast("Admin", pilot.app)
    row = screen(app).gantt.row
    if isinstance(app.screen, SimulateScreen) and row is not None:
        title = f"Why {held(app).played.lines[row].case} on {screen(app).own_day}"
        panel = screen(app).query_one("#why", Panel)
        await until(pilot, lambda: str(panel.border_title) == title, title)
    await at_rest(pilot)


async def story_told(pilot: Pilot[None]) -> None:
    """Wait until the story of an invoice is there, and why its first day is as it is."""
    story = pilot.app.screen
    assert isinstance(story, CaseScreen)
    table = story.query_one(Table)
    await until(pilot, lambda: len(table) > 0, "the story")
    title = f"Why on {table.row(0).on}"
    panel = story.query_one("#why0", Panel)
    await until(pilot, lambda: str(panel.border_title).startswith(title), title)
    await at_rest(pilot)


def day(app: Admin) -> datetime.date:
    found = screen(app).own_day
    assert found is not None
    return found


def expected(backend: Backend, found: Held) -> list[SimulationEvent]:
    """What `dun simulate` says of the same scenario."""
    now = in_force_now(backend.database)
    assert not isinstance(now, Refused)
    with backend.database.reading() as connection:
        index = company(connection, now).index
    return simulate(index, now.together, found.scenario.asked.simulation)


def test_the_next_quarter_is_played_and_every_day_of_it_explained(
    backend: Backend, golden: Golden, tmp_path: Path
) -> None:
    app = admin(backend)

    async def flow(pilot: Pilot[None]) -> None:
        await played(pilot)
        events = expected(backend, held(app))
        stages = [each for each in events if each.event == "stage"]
        assert held(app).played.total()["event", "stage"] == len(stages)
        for width, height in SIZES:
            await pilot.resize_terminal(width, height)
            await told(pilot)
            golden.check(pilot, "simulate")
        await pilot.resize_terminal(120, 36)
        # To the first change of the invoice that is dunned most.
        case = max({each.case for each in stages}, key=lambda name: (len(of(stages, name)), name))
        await press(pilot, "slash")
        await type_in(pilot, case)
        await press(pilot, "enter")
        await told(pilot)
        assert len(screen(app).gantt) == 1
        first = of(events, case)[0]
        while day(app) < first.on:
            await press(pilot, "right_square_bracket")
        assert day(app) == first.on
        await told(pilot)
        assert f"as of {first.on} (today 2026-03-31)" in lines(pilot)[0]
        assert "✔ line" in screen(app).query_one("#why", Panel).said
        # The story of the invoice, and back to the day.
        await press(pilot, "enter")
        await story_told(pilot)
        assert shown(pilot).count("2026-0") >= len({each.on for each in of(events, case)})
        await golden.check_sizes(pilot, "simulate-case")
        await press(pilot, "escape")
        assert day(app) == first.on
        await other_days(pilot, {each.on for each in stages})
        # The other areas never heard of these days.
        assert app.as_of == datetime.date(2026, 3, 31)
        await written(pilot, tmp_path, events)
        app.clear_notifications()
        await press(pilot, "f")
        await golden.check_sizes(pilot, "simulate-flows")
        await press(pilot, "escape")
        await scenario(pilot)

    play(app, flow)


async def other_days(pilot: Pilot[None], runs: set[datetime.date]) -> None:
    """Days are chosen run by run, typed, by mouse, and today."""
    app = cast("Admin", pilot.app)
    await press(pilot, "home", "right_curly_bracket")
    assert day(app) == min(on for on in runs if on > held(app).span.first)
    await press(pilot, "end", "l")
    assert day(app) == held(app).span.last
    await press(pilot, "t")
    await type_in(pilot, "2026-05-04")
    await press(pilot, "enter")
    assert day(app) == datetime.date(2026, 5, 4)
    bar = screen(app).query_one(Scrubber)
    await pilot.mouse_down(bar, offset=(1, 2))
    await pilot.hover(bar, offset=(41, 2))
    await pilot.mouse_up(bar, offset=(41, 2))
    assert day(app) == held(app).span.date(bar.scale.day(40))
    await press(pilot, "0")
    assert day(app) == held(app).span.first


async def scenario(pilot: Pilot[None]) -> None:
    """Another range is asked for, wrongly first."""
    app = cast("Admin", pilot.app)
    await press(pilot, "x")
    app.screen.query_one("#last", Input).value = "2026-01-01"
    await press(pilot, "enter")
    assert "is before the first" in shown(pilot)
    app.screen.query_one("#last", Input).value = "2026-04-10"
    app.screen.query_one("#payments", Select).value = "second"
    await press(pilot, "enter")
    await played(pilot)
    assert held(app).span.days == 11
    assert "nobody pays" in lines(pilot)[0]


async def written(pilot: Pilot[None], folder: Path, events: list[SimulationEvent]) -> None:
    """Everything that happens is written to a file, whose ending says how."""
    app = cast("Admin", pilot.app)
    await press(pilot, "e")
    app.screen.query_one("#answer", Input).value = str(folder / "events.xls")
    await press(pilot, "enter")
    assert "a name ends with" in toasts(app)[-1]
    file = folder / "events.json"
    await press(pilot, "e")
    app.screen.query_one("#answer", Input).value = str(file)
    await press(pilot, "enter")
    await until(pilot, file.exists, "it is written")
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert rows == [plain_event(each) for each in events]


async def suppose_paid(pilot: Pilot[None]) -> Supposed:
    """What if the second invoice with something to see is paid tomorrow? It stays selected."""
    app = cast("Admin", pilot.app)
    await press(pilot, "down")
    row = screen(app).gantt.row
    assert row is not None
    line = held(app).played.lines[row]
    await press(pilot, "l", "w", "1")
    await press(pilot, "enter")
    await played(pilot)
    (supposed,) = held(app).scenario.supposed
    assert (supposed.kind, supposed.case) == ("payment", line.case)
    row = screen(app).gantt.row
    assert row is not None
    assert held(app).played.lines[row] == line
    assert held(app).played.symbols(row).decode()[1:].strip("=") == ""
    assert "1 supposed" in lines(pilot)[0]
    return supposed


def of(events: list[SimulationEvent], case: str) -> list[SimulationEvent]:
    return [each for each in events if each.case == case]


def test_another_policy_and_a_supposed_payment_are_compared_and_the_command_is_copied(
    backend: Backend, golden: Golden, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    app = admin(backend)
    copied: list[list[str]] = []
    seen: list[Counter[str]] = []

    async def flow(pilot: Pilot[None]) -> None:
        await played(pilot)
        supposed = await suppose_paid(pilot)
        # Against the version that was in force before.
        await press(pilot, "b")
        text = shown(pilot)
        assert "de_standard 2" in text
        number = next(
            each.split("de_standard 2")[0].split()[-1]
            for each in text.splitlines()
            if "de_standard 2" in each
        )
        await press(pilot, number)
        await until(pilot, lambda: held(app).played.is_over, "both sides are played")
        assert isinstance(top(app), CompareScreen)
        await until(pilot, lambda: "so far" not in shown(pilot), "everything is compared")
        app.clear_notifications()
        await press(pilot, "home")
        await golden.check_sizes(pilot, "simulate-compare")
        await press(pilot, "enter")
        await story_told(pilot)
        await golden.check_sizes(pilot, "simulate-case-compared")
        await press(pilot, "escape", "escape")
        # The command reads files.
        await press(pilot, "y")
        await press(pilot, "enter")
        copied.extend(shlex.split(each) for each in app.clipboard.splitlines())
        seen.extend(held(app).played.total(side).by_name("event") for side in range(2))
        one, other = copied
        what_if = tmp_path / one[one.index("--what-if") + 1]
        assert json.loads(what_if.read_text()) == supposed.columns
        assert "--policy" not in one
        files = [tmp_path / name for at, name in enumerate(other) if other[at - 1] == "--policy"]
        assert any(file.parts[-2:] == ("de_standard", "2.dun") for file in files)
        assert all(file.is_file() for file in files)
        assert one[:4] == ["dun", "simulate", "--database", backend.name]

    play(app, flow)
    for words, events in zip(copied, seen, strict=True):
        rows = dun(*words[1:], "--format", "json").rows
        assert Counter(row["event"] for row in rows) == events
    assert seen[0] != seen[1]
