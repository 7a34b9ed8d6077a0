"""The worklist, as a credit manager works through it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest
from textual.widgets import Input

from engine.services.audit_search import Wanted, search_trail
from engine.services.reviewing import review
from engine.services.run_lines import run_lines
from engine.services.task_lines import open_tasks
from engine.services.worklist import finish
from tests.databases import QUICK
from tests.engine.services import running
from tests.engine.services.publications import new
from tests.tui.dunned import (
    BERTA,
    CLERK,
    DAY,
    MANAGER,
    NOW,
    PASSWORD,
    VIEWER,
    backend_of,
    company,
)
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
from tui.areas.customers.case_screen import CaseScreen
from tui.areas.runs.screen import RunsScreen
from tui.areas.worklist.dialogs import HoldEntry
from tui.areas.worklist.screen import WorklistScreen
from tui.frame.dialogs import Confirm
from tui.state import State

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot

    from engine.services.actors import Actor
    from engine.services.run_lines import Section
    from engine.store.database import Database


def opened(
    database: Database, folder: Path, actor: Actor = MANAGER, area: str = "worklist"
) -> Admin:
    """The admin at the worklist."""
    return Admin(backend_of(database, folder, actor), state=State(None, {"area": area}))


def screen(app: Admin) -> WorklistScreen:
    """The worklist, which is seen."""
    assert isinstance(app.screen, WorklistScreen)
    return app.screen


def cases(database: Database, section: Section) -> list[str]:
    """The cases of a part of the run."""
    return [each.case for each in new(run_lines(database, MANAGER, DAY, section)).lines]


async def previewed(pilot: Pilot[None], text: str) -> None:
    """Wait until it is said below the list what will be sent: the cursor has to rest."""
    await until(pilot, lambda: text in shown(pilot), text)


@pytest.mark.parametrize("size", SIZES)
def test_the_worklist_and_the_runs_look_as_agreed(
    dunned: Database, tmp_path: Path, golden: Golden, size: tuple[int, int]
) -> None:
    app = opened(dunned, tmp_path)

    async def flow(pilot: Pilot[None]) -> None:
        await previewed(pilot, "needs the approval")
        golden.check(pilot, "worklist")
        await press(pilot, "right")
        await previewed(pilot, "+49 40 7")
        golden.check(pilot, "worklist-tasks")
        await press(pilot, "5")
        golden.check(pilot, "runs")
        await press(pilot, "down", "enter")
        golden.check(pilot, "run")
        await press(pilot, "escape", "tab", "end", "enter")
        assert '"file": "customers.csv"' in shown(pilot)
        golden.check(pilot, "audit-entry")

    play(app, flow, size)


def test_from_the_proposal_to_the_letters_and_their_trace(
    dunned: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Look, hold, let another person approve, send, find it in the audit trail, verify."""
    monkeypatch.setattr("engine.services.passwords.hasher", lambda: QUICK)
    app = opened(dunned, tmp_path)

    async def flow(pilot: Pilot[None]) -> None:
        await press(pilot, "n")
        assert "Run of 2026-03-16: 0 new, 0 changed, 0 withdrawn" in toasts(app)[-1]
        # Nobody approves what they have no duty for, and the key says so.
        await press(pilot, "a")
        assert "may not approve as credit_manager" in toasts(app)[-1]
        assert isinstance(app.screen, WorklistScreen)
        # Holding takes a day and a reason.
        await press(pilot, "right", "right", "h")
        assert isinstance(app.screen, HoldEntry)
        await press(pilot, "enter", "enter")
        assert "to hold something takes a reason" in shown(pilot)
        await type_in(pilot, "calls back")
        await press(pilot, "enter")
        assert cases(dunned, "held") == ["R-2"]
        await another_person(pilot, app, dunned)
        await sent(pilot, app, dunned, tmp_path)
        await record(pilot, app)

    play(app, flow)


async def another_person(pilot: Pilot[None], app: Admin, dunned: Database) -> None:
    """Another person goes on at the same screen."""
    app.action_login()
    await at_rest(pilot)
    await type_in(pilot, "berta")
    await press(pilot, "enter")
    app.screen.query_one("#password", Input).value = PASSWORD
    await press(pilot, "enter")
    assert app.backend.actor.name == "berta"
    await press(pilot, "left", "left", "space", "space", "a")
    assert isinstance(app.screen, Confirm)
    await press(pilot, "enter")
    assert cases(dunned, "review") == ["R-1", "R-4", "R-5", "R-6"]
    await press(pilot, "a", "y")
    assert cases(dunned, "review") == ["R-5", "R-6"]
    await press(pilot, "E")
    assert "berta is approver, who may not perform a run" in toasts(app)[-1]


async def sent(pilot: Pilot[None], app: Admin, dunned: Database, folder: Path) -> None:
    """Anna sends. Neither y nor Enter is enough; the number is typed."""
    app.use_backend(backend_of(dunned, folder))
    await press(pilot, "E")
    assert "Execute the run of 2026-03-16: 4 actions for 4 customers (2 by" in shown(pilot)
    await press(pilot, "y", "enter")
    assert cases(dunned, "done") == []
    await press(pilot, "backspace", "4")
    assert cases(dunned, "done") == ["R-1", "R-8", "R-3", "R-4"]
    assert "4 actions performed" in toasts(app)
    assert len(list((folder / "letters" / "post").glob("*.json"))) == 2


async def record(pilot: Pilot[None], app: Admin) -> None:
    """What was done, by whom, and that nobody changed what is told of it."""
    await press(pilot, "5", "tab", "slash")
    await type_in(pilot, "case:R-1 since:2026-03-16")
    await press(pilot, "enter")
    runs = cast("RunsScreen", app.screen)
    told = [(row.actor, row.action) for row in map(runs.entries.row, range(3))]
    assert told == [
        ("anna", "action performed"),
        ("berta", "action approved"),
        ("anna", "action proposed"),
    ]
    await press(pilot, "V")
    assert runs.verified is not None
    assert runs.verified.flaws == ()
    assert "no flaw" in shown(pilot)


def test_what_others_did_meanwhile_is_told_and_shown(
    dunned: Database, tmp_path: Path, golden: Golden
) -> None:
    app = opened(dunned, tmp_path, BERTA)

    async def flow(pilot: Pilot[None]) -> None:
        await previewed(pilot, "needs the approval")
        await press(pilot, "a")
        await golden.check_sizes(pilot, "worklist-approve")
        new(review(dunned, BERTA, "approve", DAY, ["R-1"], NOW))
        await press(pilot, "y")
        assert toasts(app)[-1].startswith("final of case 'R-1' was approved by berta")
        assert screen(app).lines.row(0).case == "R-4"
        # A run that somebody else takes further counts from then on.
        new(review(dunned, CLERK, "drop", DAY, ["R-4"], NOW, "paid in cash"))
        await press(pilot, "r")
        assert screen(app).lines.row(0).case == "R-5"
        await press(pilot, "right", "right", "right")
        assert "S skipped: paid in cash" in shown(pilot)

    play(app, flow)


def test_what_was_said_is_taken_back(dunned: Database, tmp_path: Path) -> None:
    app = opened(dunned, tmp_path)

    async def flow(pilot: Pilot[None]) -> None:
        await press(pilot, "u")
        assert toasts(app) == ["Nothing was said about actions yet"]
        await press(pilot, "asterisk", "x")
        await type_in(pilot, "the books are late")
        await press(pilot, "enter")
        assert sorted(cases(dunned, "held")) == ["R-1", "R-4", "R-5", "R-6"]
        assert screen(app).lines.marks == set()
        await press(pilot, "u")
        assert cases(dunned, "held") == []
        assert cases(dunned, "review") == ["R-1", "R-4", "R-5", "R-6"]
        # A suggestion is let go, and then it is ready.
        await press(pilot, "end", "up", "l", "y")
        assert cases(dunned, "ready")[-1] == "R-5"

    play(app, flow)


def test_a_call_takes_two_keys_and_a_promise_is_noted(dunned: Database, tmp_path: Path) -> None:
    app = opened(dunned, tmp_path, CLERK)

    async def flow(pilot: Pilot[None]) -> None:
        await press(pilot, "f")
        assert "No task is selected" in toasts(app)[-1]
        await press(pilot, "right")
        await previewed(pilot, "☎ +49 40 7")
        await press(pilot, "f", "2", "enter")
        await type_in(pilot, "20.3")
        await press(pilot, "enter")
        assert new(open_tasks(dunned, CLERK)).lines == ()
        assert "Nobody has to call anybody." in shown(pilot)
        (noted,) = new(search_trail(dunned, CLERK, Wanted(case="R-7", what="task done")))
        assert "promised 1,250.00 EUR by 2026-03-20" in noted.details
        # The other was quicker: that is told, and nothing happens twice.
        answer = finish(dunned, CLERK, 1, "again", NOW)
        assert "is done by carla already" in str(answer)
        # What disputes are about is left out when the run is proposed again.
        await press(pilot, "left", "D", "y")
        app.use_backend(backend_of(dunned, tmp_path))
        await press(pilot, "n")
        assert cases(dunned, "withdrawn") == ["R-1"]

    play(app, flow)


def test_a_role_that_may_only_look_is_told_so_by_every_key(
    dunned: Database, tmp_path: Path
) -> None:
    app = opened(dunned, tmp_path, VIEWER)

    async def flow(pilot: Pilot[None]) -> None:
        for key in ("a", "h", "x", "l", "u", "n", "E", "P", "D"):
            await press(pilot, key)
            assert isinstance(app.screen, WorklistScreen)
            assert "vera is viewer" in toasts(app)[-1], key
        await press(pilot, "X")
        assert toasts(app)[-1] == "Nothing goes on in the background"
        await press(pilot, "A")
        assert "Nothing waits for an approval that vera may give" in toasts(app)[-1]
        await press(pilot, "enter")
        assert "R-1" in lines(pilot)[0]

    play(app, flow)


def test_letters_that_cannot_be_written_are_told_of_and_sent_later(
    dunned: Database, tmp_path: Path
) -> None:
    app = opened(dunned, tmp_path)
    blocking = tmp_path / "letters"
    blocking.write_text("a file where the folder should be")

    async def flow(pilot: Pilot[None]) -> None:
        await press(pilot, "E", "3")
        assert "letters cannot be put into" in toasts(app)[-1]
        assert cases(dunned, "ready") == ["R-2", "R-8", "R-3"]
        blocking.unlink()
        await press(pilot, "E", "3")
        assert cases(dunned, "done") == ["R-2", "R-8", "R-3"]
        await press(pilot, "E")
        assert "Nothing is ready: 4 actions must be looked at first" in toasts(app)[-1]

    play(app, flow)


def test_a_run_of_a_day_to_come_is_proposed_and_not_executed(
    dunned: Database, tmp_path: Path
) -> None:
    app = opened(dunned, tmp_path)

    async def flow(pilot: Pilot[None]) -> None:
        await press(pilot, "t")
        await type_in(pilot, "+1")
        await press(pilot, "enter")
        assert "n proposes one for 2026-03-17" in lines(pilot)[-2]
        await press(pilot, "n")
        assert "3 Worklist ▸ 2026-03-17 proposed" in lines(pilot)[0]
        await press(pilot, "E")
        assert "2026-03-17 has not come yet" in toasts(app)[-1]
        assert isinstance(app.screen, WorklistScreen)

    play(app, flow)


def test_a_customer_with_a_great_many_invoices_is_marked_as_a_whole(
    sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More than come on a page: `*` fetches the rest. Each can be looked at."""
    import shutil  # noqa: PLC0415 - for this test alone

    from engine.services.stores import open_store  # noqa: PLC0415 - as above

    monkeypatch.setattr("engine.services.passwords.hasher", lambda: QUICK)
    shutil.copyfile(sqlite_template, tmp_path / "dun.db")
    database = open_store(str(tmp_path / "dun.db"))
    more = [f"S-{n},C-3,2026-02-25,2026-03-11,10.00,EUR" for n in range(5_000)]
    company(database, tmp_path, more)
    app = opened(database, tmp_path)

    async def flow(pilot: Pilot[None]) -> None:
        await press(pilot, "right", "right")
        table = screen(app).lines
        assert table.loaded < 5_003
        await press(pilot, "asterisk")
        assert len(table.marks) == 5_003
        assert "5,003 lines marked" in shown(pilot)
        await press(pilot, "h")
        assert "Hold 5,003 actions" in shown(pilot)
        await press(pilot, "escape", "asterisk", "end")
        assert table.marks == set()
        await previewed(pilot, "one letter for more than 100 cases")
        await press(pilot, "c")
        assert "شركة النور للتجارة" in shown(pilot)
        assert "5,001 open cases, 51,547.00 EUR" in shown(pilot)
        await press(pilot, "end", "enter")
        assert isinstance(app.screen, CaseScreen)
        assert lines(pilot)[1].startswith(" Today: reminder by email")
        assert "warning" in shown(pilot)

    play(app, flow)
    database.close()


def test_what_is_suspended_no_more_is_put_on_the_worklist_though_nothing_goes_out(
    database: Database, tmp_path: Path
) -> None:
    ladder = '\nstage stop\n  after 3 days overdue\n  suspend "deliveries"\n'
    running.company(database, tmp_path, ladder=ladder)
    running.proposed(database, DAY)
    running.performed(database, tmp_path, DAY, NOW)
    for line in new(open_tasks(database, CLERK)).lines:
        new(finish(database, CLERK, line.task.id, "", NOW))
    app = opened(database, tmp_path)

    async def flow(pilot: Pilot[None]) -> None:
        await press(pilot, "E")
        assert "Nothing is left to be sent in the run of 2026-03-16" in toasts(app)[-1]
        running.happens(database, tmp_path, f"{DAY},payment,R-3,80.00,EUR", at=NOW)
        await press(pilot, "n")
        assert "nothing is sent; 1 suspension would end" in toasts(app)[-1]
        await press(pilot, "E")
        said = "Nothing goes out in the run of 2026-03-16, but 1 suspension that is over"
        assert said in cast("Confirm", app.screen).sentence
        await press(pilot, "y")
        assert "1 suspension ended: R-3: deliveries" in toasts(app)
        assert [each.task.text for each in new(open_tasks(database, CLERK)).lines] == [
            "Resume deliveries"
        ]
        await press(pilot, "right", "right", "right")
        await previewed(pilot, "Resume deliveries")

    play(app, flow)
