"""What the worklist shows and says, without a screen."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len

from engine.core.money import Money
from engine.services.run_lines import RunLine, run_board, run_lines
from tests.engine.services.publications import new
from tests.tui.dunned import BERTA, CLERK, DAY, MANAGER, backend_of
from tui.areas.runs import asking as runs_asking
from tui.areas.worklist import asking
from tui.areas.worklist.model import PARTS, flag_of, flag_tone, next_part, run_note, tabs
from tui.areas.worklist.preview import preview
from tui.areas.worklist.saying import (
    Said,
    TakenBack,
    added,
    approvable,
    approving,
    described,
    marked_note,
    read_amount,
    taken_back,
    why_not_approved,
)
from tui.backend import Backend
from tui.frame.jobs import Job
from tui.widgets.table_model import fitted

if TYPE_CHECKING:
    from pathlib import Path

    from engine.services.reviewing import Verb
    from engine.store.database import Database
    from engine.store.runs import ActionState

NEXT = DAY + datetime.timedelta(days=1)


def line(
    case: str = "R-1",
    state: ActionState = "proposed",
    waits: str | None = None,
    reason: str | None = None,
    amount: Money = Money(10_000, "EUR"),  # noqa: B008 - a tuple
    customer: str = "C-1",
) -> RunLine:
    return RunLine(
        id=1,
        case=case,
        customer=customer,
        name="Weiß & Söhne",
        policy="house",
        version=1,
        stage="final",
        by=("post",),
        state=state,
        waits=waits,
        approval="credit_manager" if waits == "approval" else None,
        approved_by=None,
        mode="suggest" if waits == "release" else "send",
        reason=reason,
        open_amount=amount,
        fee=Money(500, "EUR"),
        overdue=30,
        sha256="x",
    )


def test_parts_follow_one_another_in_a_circle() -> None:
    names = [name for name, _ in PARTS]
    assert [next_part(name, 1) for name in names] == [*names[1:], names[0]]
    assert next_part("review", -1) == names[-1]


@pytest.mark.parametrize("width", [60, 80, 120])
def test_parts_are_told_in_the_room_there_is(dunned: Database, width: int) -> None:
    board = new(run_board(dunned, MANAGER, None, DAY))
    shown = tabs(board, 1, "review", width)
    assert sum(cell_len(text) for text, _ in shown) <= width
    assert [is_seen for _, is_seen in shown] == [True] + [False] * 6
    assert "4" in shown[0][0]


@pytest.mark.parametrize(
    ("row", "said", "tone"),
    [
        (line(waits="approval"), "A by credit_manager", "warning"),
        (line(waits="release"), "L suggest only", "warning"),
        (line(), "● goes out", "dim"),
        (line(state="blocked", reason="unreachable"), "✕ unreachable", "bad"),
        (line(state="held", reason="calls back"), "H calls back", ""),
        (line(state="held", reason=f"until {DAY}: x"), f"! until {DAY}: x", "warning"),
        (line(state="held", reason=f"until {NEXT}: x"), f"H until {NEXT}: x", ""),
        (line(state="held", reason="until the cows come home"), "H until the cows come home", ""),
        (line(state="dropped", reason="paid"), "S skipped: paid", "dim"),
        (line(state="begun", reason="disk full"), "! disk full", "bad"),
        (line(state="performed"), "✓ sent", "good"),
        (line(state="withdrawn", reason="paid"), "- paid", "dim"),
    ],
)
def test_what_is_special_about_an_action_has_a_sign_and_words(
    row: RunLine, said: str, tone: str
) -> None:
    assert (flag_of(row, DAY), flag_tone(row, DAY)) == (said, tone)


def test_amounts_of_different_currencies_are_never_added_up() -> None:
    lines = [
        line("R-1", amount=Money(100_000, "EUR")),
        line("R-2", amount=Money(5_000, "CHF"), customer="C-2"),
        line("R-3", amount=Money(1, "EUR")),
    ]
    said = "3 actions for 2 customers (3 by post): open 50.00 CHF + 1,000.01 EUR, fees 15.00 EUR"
    assert described(added(lines)) == said
    assert marked_note(50_000, []) == "50,000 lines marked"
    assert marked_note(3, lines) == "3 lines marked: 50.00 CHF + 1,000.01 EUR"
    assert approving(added(lines), 2).endswith(
        "Nothing is sent before somebody executes the run."
        " 2 marked lines not for you to approve, left as before."
    )
    assert described(added([])) == "nothing"


def test_only_who_has_the_duty_approves_and_others_are_told_why() -> None:
    rows = [line("R-1", waits="approval"), line("R-2"), line("R-3", waits="release")]
    assert [each.case for each in approvable(rows, BERTA)] == ["R-1"]
    assert approvable(rows, CLERK) == []
    told = why_not_approved(rows[0], CLERK)
    assert told is not None
    assert "carla is clerk and may not approve as credit_manager" in told
    assert why_not_approved(rows[1], BERTA) == "final of R-2 needs no approval"


@pytest.mark.parametrize(
    ("verb", "before", "back"),
    [
        ("hold", line(), TakenBack("release", "", ("R-1",))),
        ("drop", line(state="blocked"), TakenBack("release", "", ("R-1",))),
        ("drop", line(state="held", reason="y"), TakenBack("hold", "y", ("R-1",))),
        ("release", line(state="held", reason="y"), TakenBack("hold", "y", ("R-1",))),
        ("release", line(state="dropped", reason="y"), TakenBack("drop", "y", ("R-1",))),
    ],
)
def test_what_was_said_is_taken_back_to_what_was_before(
    verb: Verb, before: RunLine, back: TakenBack
) -> None:
    assert taken_back(Said(verb, DAY, (before,))) == [back]


def test_what_cannot_be_taken_back_says_so() -> None:
    assert "h holds" in str(taken_back(Said("approve", DAY, (line(),))))
    assert "h holds" in str(taken_back(Said("release", DAY, (line(waits="release"),))))


@pytest.mark.parametrize(
    ("text", "minor"),
    [("500", 50_000), ("1,234.50", 123_450), ("1.234,50", 123_450), ("12,5 EUR", 1_250)],
)
def test_amounts_are_read_as_people_write_them(text: str, minor: int) -> None:
    assert read_amount(text, "EUR") == Money(minor, "EUR")


@pytest.mark.parametrize("text", ["", "much", "0", "-5", "1.005"])
def test_what_is_no_amount_is_told(text: str) -> None:
    assert isinstance(read_amount(text, "EUR"), str)


def test_the_preview_says_what_goes_to_whom_and_why(dunned: Database) -> None:
    backend = Backend(dunned, MANAGER, lambda: datetime.datetime.now(datetime.UTC))
    page = new(run_lines(dunned, MANAGER, DAY, "all"))
    rows = {each.case: each for each in page.lines}
    shared = [text for text, _ in preview(new(asking.look(backend, DAY, rows["R-2"].id)))]
    assert "to Café Müller, Weg 2, 89073 Ulm, DE" in shared
    assert "email: m@example.com" in shared
    assert "one letter for 2 cases: 712.00 EUR" in shared
    assert any("after 3 days overdue" in text for text in shared)
    final = dict(preview(new(asking.look(backend, DAY, rows["R-1"].id))))
    assert final["needs the approval of credit_manager"] == "warning"
    assert "open 41,210.40 EUR, fee 40.00 EUR" in final


def test_the_note_says_what_is_special_about_the_run(dunned: Database) -> None:
    board = new(run_board(dunned, MANAGER, None, DAY))
    assert run_note(board, DAY) == "proposed by anna 03-16 09:30 UTC"
    assert "n proposes one for 2026-03-17" in run_note(board, NEXT)
    over = new(run_board(dunned, MANAGER, datetime.date(2026, 3, 13), DAY))
    assert over.counts["done"] == 1


def test_names_in_any_script_take_the_cells_they_are_given() -> None:
    for name in ("شركة النور للتجارة", "北京龙科技有限公司", "🚀 Rocket GmbH 🇩🇪", "a\u0301\u200dx"):
        for width in (4, 9, 30):
            assert cell_len(fitted(name, width)) == width


def test_what_is_stopped_leaves_nothing_half_done(dunned: Database, tmp_path: Path) -> None:
    backend = backend_of(dunned, tmp_path)
    letters = str(tmp_path / "letters")
    stopped = Job("stopped at once")
    stopped.cancel()
    assert asking.proposed(backend, NEXT, stopped).answer is None
    assert new(run_board(dunned, MANAGER, None, DAY)).run.day == DAY
    assert asking.to_approve(backend, DAY, stopped) is not None  # so few are added up at once
    assert asking.perform(backend, DAY, letters, stopped).is_stopped
    assert new(run_board(dunned, MANAGER, None, DAY)).counts["failed"] == 0
    done = asking.perform(backend, DAY, letters, Job("goes on"))
    assert done.execution is not None
    board = new(run_board(dunned, MANAGER, None, DAY))
    assert (board.counts["done"], board.counts["ready"]) == (3, 0)
    assert len(list((tmp_path / "letters" / "email").glob("*.json"))) == 2
    assert runs_asking.checked(backend, stopped) is None
    file = tmp_path / "trail.ndjson"
    assert runs_asking.exported(backend, file, stopped) is None
    assert not file.exists()
