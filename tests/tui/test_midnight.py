"""The admin stays open over midnight: the clock is the real one, and a test moves it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from freezegun import freeze_time

from engine.cli.store import now
from tests.tui.playing import ANNA, lines, play, press, toasts
from tui.app import Admin
from tui.backend import Backend

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from engine.store.database import Database


def test_a_day_that_is_over_is_no_longer_called_today(demo: Database) -> None:
    # The event loop goes by the real time, and what goes by the clock goes on from there.
    with freeze_time("2026-03-31 12:00", real_asyncio=True, tick=True) as frozen:
        app = Admin(Backend(demo, ANNA, now))

        async def flow(pilot: Pilot[None]) -> None:
            assert "as of 2026-03-31 today" in lines(pilot)[0]
            frozen.move_to("2026-04-01 12:00")
            await press(pilot, "down")
            assert toasts(app) == [
                "It is 2026-04-01 by now, and 2026-03-31 is still looked at; 0 goes to today."
            ]
            assert "as of 2026-03-31 (today 2026-04-01)" in lines(pilot)[0]
            await press(pilot, "0")
            assert "as of 2026-04-01 today" in lines(pilot)[0]

        play(app, flow)
