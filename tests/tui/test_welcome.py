"""The first screen, and the command: there is always a way to begin."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from engine.cli.exits import ExitCode
from tests.engine.cli.command import dun
from tests.tui.playing import clock
from tui.frame.welcome import Welcome, fresh

if TYPE_CHECKING:
    from pathlib import Path


def test_without_a_terminal_it_says_so() -> None:
    ended = dun("admin")
    assert ended.code == ExitCode.ENVIRONMENT
    assert ended.err == (
        "dun: dun admin needs a terminal, and this is none; other commands work without one\n"
    )


def test_a_day_that_is_none_is_told_before_anything_is_opened() -> None:
    assert dun("admin", "--on", "soon").code == ExitCode.USAGE


def test_a_demo_never_takes_the_place_of_another(tmp_path: Path) -> None:
    assert fresh(tmp_path).name == "demo-company"
    (tmp_path / "demo-company").mkdir()
    (tmp_path / "demo-company-2").mkdir()
    assert fresh(tmp_path).name == "demo-company-3"


def test_where_a_demo_cannot_be_made_the_first_screen_stays_and_says_why(tmp_path: Path) -> None:
    app = Welcome("dun.db", clock, tmp_path, is_plain=False)
    app.folder.write_text("", "utf-8")

    async def flow() -> None:
        async with app.run_test(size=(80, 24)) as pilot:
            text = "\n".join(strip.text for strip in app.screen._compositor.render_strips(app.size))
            assert "correct horse berta" in text
            await pilot.press("d")
            await app.workers.wait_for_complete()
            await pilot.pause()
            said = app.query_one("#said").render()
            assert "It could not be made" in str(said)
            await pilot.press("q")

    asyncio.run(flow())
    assert app.return_value is None
