"""The frame around every screen."""

from __future__ import annotations

import datetime
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg
import pytest
from textual.widgets import Input

from engine.services.demo_store import BERTA
from tests.databases import QUICK
from tests.engine.services.publications import put_in_force, text
from tests.tui.playing import at_rest, clock, lines, play, press, shown, toasts, type_in, until
from tui.app import Admin
from tui.backend import Actor, Backend
from tui.frame.dialogs import Confirm
from tui.frame.too_small import TooSmall
from tui.keymap import Keymap, read_keymap
from tui.state import State
from tui.widgets.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from textual.pilot import Pilot

    from engine.store.database import Database


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
        # The day can be clicked too; what is no day is answered, and esc changes nothing.
        await pilot.click("Header", offset=(lines(pilot)[0].index("as of"), 0))
        await type_in(pilot, "31.2.2026")
        await press(pilot, "enter")
        assert "'31.2.2026' is not in the calendar" in shown(pilot)
        await press(pilot, "escape")
        assert app.as_of == datetime.date(2026, 3, 31)

    play(app, flow)


def test_help_and_palette_find_what_one_looks_for(backend: Backend) -> None:
    app = Admin(backend, keymap=Keymap("default", {"list.sort": "Z"}))

    async def flow(pilot: Pilot[None]) -> None:
        await press(pilot, "question_mark")
        await type_in(pilot, "sort")
        said = shown(pilot)
        assert said.count("Sort by the next column") == 2  # in its place, and among one's own
        assert "Your own keys" in said
        assert "Look at today" not in said
        await press(pilot, "escape", "Z")
        assert app.screen.query_one(Table).order is not None
        await press(pilot, "colon")
        await type_in(pilot, "thm nord")
        await press(pilot, "enter")
        await press(pilot, "enter")
        await until(pilot, lambda: app.theme == "nord", "the theme is chosen")
        await press(pilot, "ctrl+p")
        await type_in(pilot, "today")
        assert "Look at today again" in shown(pilot)
        await press(pilot, "escape")

    play(app, flow)


def test_a_small_terminal_is_told_so_and_nothing_is_lost(backend: Backend) -> None:
    app = Admin(backend)

    async def flow(pilot: Pilot[None]) -> None:
        before = app.screen
        await press(pilot, "slash")
        await type_in(pilot, "leip")
        await pilot.resize_terminal(20, 5)
        await at_rest(pilot)
        assert isinstance(app.screen, TooSmall)
        assert "larger" in shown(pilot)
        await press(pilot, "escape", "q", "enter", "g", "t")
        assert isinstance(app.screen, TooSmall)
        await pilot.resize_terminal(80, 24)
        await at_rest(pilot)
        assert app.screen.query_one(Input).value == "leip"
        await press(pilot, "enter")
        assert app.screen is before

    play(app, flow, (80, 24))


def test_what_others_notice_is_never_confirmed_by_accident(backend: Backend) -> None:
    app = Admin(backend)
    answers: list[bool | None] = []

    async def flow(pilot: Pilot[None]) -> None:
        for keys in (["enter"], ["escape"], ["a", "y"], ["y"]):
            app.push_screen(Confirm("Hold 3 letters.", does="hold them"), answers.append)
            await press(pilot, *keys)
        assert answers == [False, None, True, True]
        answers.clear()
        app.push_screen(Confirm("Send 12 letters.", does="send", count=12), answers.append)
        await press(pilot, "y", "enter", "1", "enter")
        assert answers == []
        await press(pilot, "backspace", "backspace", "1", "2")
        assert answers == [True]

    play(app, flow)


def test_another_person_goes_on_at_the_same_screen(
    backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.services.passwords.hasher", lambda: QUICK)
    app = Admin(backend)

    async def flow(pilot: Pilot[None]) -> None:
        app.action_login()
        await at_rest(pilot)
        await type_in(pilot, "berta")
        await press(pilot, "enter")
        await type_in(pilot, "wrong password")
        await press(pilot, "enter")
        assert "the name or the password is wrong" in shown(pilot)
        app.screen.query_one("#password", Input).value = BERTA.password
        await press(pilot, "enter")
        assert app.backend.actor.name == "berta"
        assert "berta (approver)" in lines(pilot)[0]

    play(app, flow)


def test_where_one_was_is_restored_and_the_day_only_offered(
    backend: Backend, tmp_path: Path
) -> None:
    state = State(tmp_path / "admin.json", {"theme": "nord", "as_of": "2026-05-01", "area": "gone"})
    (tmp_path / "keys.toml").write_text('[keys]\n"list.sort" = "slash"\n', "utf-8")
    app = Admin(backend, state=state, keymap=read_keymap(tmp_path / "keys.toml"))

    async def flow(pilot: Pilot[None]) -> None:
        assert app.theme == "nord"
        assert app.as_of == datetime.date(2026, 3, 31)
        told = toasts(app)
        assert "The last time you looked at 2026-05-01; t and 2026-05-01 goes there again." in told
        assert any("keys.toml:2: 'slash' would start both" in each for each in told)
        await press(pilot, "t", *"+1", "enter")
        await press(pilot, "ctrl+q")

    play(app, flow)
    assert '"as_of": "2026-04-01"' in (tmp_path / "admin.json").read_text("utf-8")


def test_without_colour_everything_is_still_told(
    backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")

    async def flow(pilot: Pilot[None]) -> None:
        strips = app.screen._compositor.render_strips(app.size)
        filters = app.get_line_filters()
        background = app.screen.background_colors[1]
        for strip in strips:
            segments = list(strip)
            for each in filters:
                segments = each.apply(segments, background)
            for _, style, _ in segments:
                if style is not None:
                    assert style.color is None or style.color.is_default
                    assert style.bgcolor is None or style.bgcolor.is_default
        assert "▸ R-2025-00090" in shown(pilot)

    app = Admin(backend)
    play(app, flow)


@contextmanager
def unreachable(address: str) -> Iterator[None]:
    """A database of a server that nobody can reach for a while."""
    server, _, rest = address.partition("/t")
    name = "t" + rest.partition("?")[0]
    admin = f"{server}/postgres?{address.partition('?')[2]}"
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        )
        try:
            yield
        finally:
            connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")


@pytest.mark.parametrize("address", ["postgresql"], indirect=True)
def test_a_store_that_is_lost_is_told_of_until_it_is_back(database: Database, address: str) -> None:
    put_in_force(database, text())
    app = Admin(Backend(database, Actor("anna", "admin"), clock))

    async def flow(pilot: Pilot[None]) -> None:
        assert "0 open cases" in shown(pilot)
        with unreachable(address):
            await press(pilot, "r")
            await until(pilot, lambda: bool(app.trouble), "the loss is noticed")
            await at_rest(pilot)
            assert "The store does not answer" in shown(pilot)
            assert "r tries again" in shown(pilot)
            await press(pilot, "r")
            assert app.trouble
            app.screen.query_one(Table).show([])
        await press(pilot, "r")
        await until(pilot, lambda: not app.trouble, "it is back")
        await at_rest(pilot)
        assert "The store does not answer" not in shown(pilot)
        assert "0 open cases" in shown(pilot)

    play(app, flow)


def test_a_command_is_done_once_however_often_enter_is_pressed(backend: Backend) -> None:
    app = Admin(backend)

    async def flow(pilot: Pilot[None]) -> None:
        await press(pilot, "ctrl+p")
        await type_in(pilot, "theme: nord")
        asked = app.screen.query_one(Input)
        for _ in range(4):  # more often than a screen can be drawn in between
            await asked.action_submit()
        await at_rest(pilot)
        assert app.theme == "nord"
        assert len(app.screen_stack) == 1

    play(app, flow)
