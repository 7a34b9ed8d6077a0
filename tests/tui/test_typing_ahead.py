"""Keys that come faster than they can be followed, as over a slow link: each acts where it goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.tui.playing import at_rest, play, press, shown
from tui.app import Admin
from tui.areas.customers.case_screen import CaseScreen
from tui.areas.customers.screen import CustomersScreen
from tui.areas.runs.screen import RunsScreen

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from tui.backend import Backend


async def at_once(pilot: Pilot[None], *keys: str) -> None:
    """Keys that come in one piece."""
    for key in keys:
        pilot.app.simulate_key(key)
    await at_rest(pilot)


def seen(app: Admin) -> type[object]:
    """The kind of the screen."""
    return type(app.screen)


def test_what_is_typed_after_a_key_that_opens_something_goes_there(backend: Backend) -> None:
    app = Admin(backend)

    async def flow(pilot: Pilot[None]) -> None:
        await at_once(pilot, "slash", *"leipzig", "enter")
        assert "4 open cases" in shown(pilot)
        # Letters of the word are keys of the list: none of them did anything there.
        assert "leipzig" in shown(pilot)
        await at_once(pilot, "down", "enter")
        assert seen(app) is CaseScreen
        await at_once(pilot, "question_mark", "escape", "escape")
        assert seen(app) is CustomersScreen
        await at_once(pilot, "t", *"2026-04-01", "enter")
        assert str(app.as_of) == "2026-04-01"

    play(app, flow)


def test_keys_of_two_strokes_and_of_every_screen_may_come_at_once(backend: Backend) -> None:
    app = Admin(backend)

    async def flow(pilot: Pilot[None]) -> None:
        await at_once(pilot, "g", "r")
        assert seen(app) is RunsScreen
        await at_once(pilot, "escape", "ctrl+p", *"log in", "enter")
        await at_once(pilot, *"berta", "enter", *"correct horse berta", "enter")
        assert app.backend.actor.name == "berta"
        await at_once(pilot, "question_mark", "ctrl+q")
        assert app._exit

    play(app, flow)


def test_a_key_whose_widget_goes_away_holds_up_no_other(backend: Backend) -> None:
    app = Admin(backend)

    async def flow(pilot: Pilot[None]) -> None:
        await press(pilot, "slash")
        await at_once(pilot, "escape", "escape", "6", "right", "4")
        assert app.state.text("area", "") == "customers"

    play(app, flow)
