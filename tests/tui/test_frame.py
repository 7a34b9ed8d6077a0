"""The frame around every screen."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from tests.tui.playing import lines, play, press, shown, type_in
from tui.app import Admin

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from tui.backend import Backend


def test_another_day_stands_out_everywhere_and_one_key_leads_back(backend: Backend) -> None:
    app = Admin(backend)

    async def flow(pilot: Pilot[None]) -> None:
        assert "as of 2026-03-31 today" in lines(pilot)[0]
        await press(pilot, "t")
        await type_in(pilot, "+30")
        assert "Thursday 2026-04-30, in 30 days" in shown(pilot)
        await press(pilot, "enter")
        assert app.as_of == datetime.date(2026, 4, 30)
        assert "as of 2026-04-30 (today 2026-03-31)" in lines(pilot)[0]
        strip = app.screen._compositor.render_strips(app.size)[0]
        day = next(part for part in strip if "as of" in part.text)
        assert day.style is not None
        assert day.style.reverse
        await press(pilot, "0")
        assert app.as_of == datetime.date(2026, 3, 31)

    play(app, flow)
