"""Customers and invoices: found, looked at, explained."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, cast

import pytest

from tests.tui.playing import SIZES, Golden, lines, play, press, shown, toasts, type_in
from tui.app import Admin
from tui.areas.customers.case_screen import CaseScreen
from tui.areas.customers.screen import CustomersScreen
from tui.widgets.policy_lines import PolicyLines
from tui.widgets.table import Table

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from engine.services.case_search import FoundCase
    from tui.backend import Backend


def table(app: Admin) -> Table[FoundCase]:
    """The list on the screen."""
    return cast("Table[FoundCase]", app.screen.query_one("#cases", Table))


def cases(app: Admin) -> list[str]:
    """The cases in the list."""
    return [table(app).row(at).decision.case for at in range(len(table(app)))]


async def search(pilot: Pilot[None], text: str) -> None:
    """Type a search and keep it."""
    await press(pilot, "slash")
    await type_in(pilot, text)
    await press(pilot, "enter")


def test_why_is_this_invoice_where_it_is(backend: Backend, golden: Golden) -> None:
    """From the list, with what the screen says and nothing else, to the line of the policy."""
    app = Admin(backend)

    async def flow(pilot: Pilot[None]) -> None:
        assert "enter Open" in lines(pilot)[-1]
        await search(pilot, "leipzig")
        assert cases(app) == ["R-2025-00130", "R-2026-00171", "R-2026-00179", "R-2026-00185"]
        await press(pilot, "down", "enter")
        assert isinstance(app.screen, CaseScreen)
        assert lines(pilot)[1] == " Next: Second reminder on Tue 2026-04-07, if nothing changes"
        assert app.screen.why.selected is not None
        assert app.screen.why.selected.verdict == "so this is next, on 2026-04-07"
        policy = app.screen.query_one(PolicyLines)
        assert (policy.title, policy.at + 1) == ("de_standard/3.dun", 78)
        await golden.check_sizes(pilot, "case")
        await press(pilot, "a")
        assert "segment key_account" in shown(pilot)
        await press(pilot, "w")
        await golden.check_sizes(pilot, "why-not")
        assert "'Second reminder' would come on Tue 2026-04-07 if nothing changes" in shown(pilot)
        await press(pilot, "escape", "escape")
        assert isinstance(app.screen, CustomersScreen)
        assert table(app).at == 1

    play(app, flow)


def test_another_stage_would_come_on_the_day_that_is_told(backend: Backend) -> None:
    app = Admin(backend)

    async def flow(pilot: Pilot[None]) -> None:
        await search(pilot, "R-2026-00171")
        await press(pilot, "enter")
        screen = cast("CaseScreen", app.screen)
        assert screen.look is not None
        told = {each.stage: each.on for each in screen.look.stages}
        await press(pilot, "right_square_bracket")
        assert app.as_of == told["warning"] == datetime.date(2026, 4, 7)
        assert screen.look.story.decision.stage == "warning"
        assert lines(pilot)[1].startswith(" Today: Second reminder by post")
        await press(pilot, "right")
        assert app.as_of == datetime.date(2026, 4, 8)
        await press(pilot, "shift+left", "left")
        assert app.as_of == datetime.date(2026, 3, 31)
        await press(pilot, "c")
        assert "4 open cases, 13,451.86 EUR" in shown(pilot)
        await press(pilot, "escape")
        assert app.screen is screen
        # The list was not seen meanwhile, and follows as soon as it is.
        await press(pilot, "right", "escape")
        assert "24 d" in next(line for line in lines(pilot) if "R-2026-00171" in line)

    play(app, flow)


@pytest.mark.parametrize("size", SIZES)
def test_the_screens_look_as_agreed(
    backend: Backend, golden: Golden, size: tuple[int, int]
) -> None:
    async def flow(pilot: Pilot[None]) -> None:
        golden.check(pilot, "cases")
        await press(pilot, "question_mark")
        golden.check(pilot, "help")
        await press(pilot, "escape", "down", "down", "enter")
        golden.check(pilot, "invoice")
        await press(pilot, "x")
        golden.check(pilot, "what-if")
        await press(pilot, "1", "enter")
        golden.check(pilot, "what-if-paid")
        await press(pilot, "escape", "c")
        golden.check(pilot, "customer")
        await press(pilot, "t")
        golden.check(pilot, "date")
        await press(pilot, "escape", "ctrl+p")
        golden.check(pilot, "palette")

    play(Admin(backend), flow, size)


def test_cases_are_narrowed_down_by_words_and_outcomes(backend: Backend) -> None:
    app = Admin(backend)

    async def flow(pilot: Pilot[None]) -> None:
        every = len(cases(app))
        await press(pilot, "o", "o")
        assert {each.decision.outcome for each in map(table(app).row, range(len(table(app))))} == {
            "held"
        }
        await search(pilot, "outcome:hold")
        assert "there is no outcome 'hold'; did you mean 'held'?" in shown(pilot)
        await press(pilot, "slash", "escape")
        assert len(cases(app)) == every
        await search(pilot, "r-2026-0019")
        assert cases(app)
        assert all(each.startswith("R-2026-0019") for each in cases(app))
        await search(pilot, "nobody of that name")
        assert "No open case fits" in shown(pilot)
        await press(pilot, "c")
        assert toasts(app) == ["No case is selected"]

    play(app, flow)


def test_the_list_is_sorted_and_its_columns_are_kept(backend: Backend) -> None:
    app = Admin(backend)

    async def flow(pilot: Pilot[None]) -> None:
        await press(pilot, "s", "s", "s", "S")
        amounts = [table(app).row(at).decision.open_amount for at in range(len(table(app)))]
        euros = [each.minor for each in amounts if each.currency == "EUR"]
        assert euros == sorted(euros, reverse=True)
        assert "Open ▼" in lines(pilot)[1]
        await press(pilot, "C", "down", "space", "enter")
        assert "Customer" not in lines(pilot)[1]
        assert "customer" not in app.state.names("customers.columns")
        # A click on the head sorts, on a line selects it, twice opens it.
        await pilot.click("#cases", offset=(4, 0))
        assert "Case ▲" in lines(pilot)[1]
        await pilot.click("#cases", offset=(4, 5))
        assert table(app).at == 4
        await pilot.double_click("#cases", offset=(4, 7))
        await press(pilot)
        assert isinstance(app.screen, CaseScreen)

    play(app, flow)
