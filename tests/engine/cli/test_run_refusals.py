"""What runs refuse, in words, and how they are called wrongly."""

from __future__ import annotations

from pathlib import Path

from tests.engine.cli.accounts import fine
from tests.engine.cli.command import dun
from tests.engine.cli.office import DAY, Office, morning, stands

LADDER_SO_FAR = ("reminder", "warning", "call")


def test_nobody_who_is_not_logged_in_sees_a_run(proposed: Office) -> None:
    del proposed
    for words in (("--on", DAY), ("--execute",), ("show",), ("list",), ("approve", "--all")):
        ended = dun("run", *words)
        assert (ended.code, ended.err.partition(" to ")[0]) == (1, "dun: nobody is logged in")
    assert dun("worklist").code == 1


MAY_NOT = {
    ("carla", "run --on 2026-03-16"): "carla is clerk, who may not propose a run",
    ("carla", "run --execute"): "carla is clerk, who may not perform a run",
    ("vera", "run hold R-1 --reason x"): "vera is viewer, who may not review a run",
    ("vera", "worklist done 1"): "vera is viewer, who may not finish a task",
    ("berta", "run cancel R-1 final --reason x"): "berta is approver, who may not cancel a stage",
}


def test_who_may_not_is_told_so_and_who_may(proposed: Office) -> None:
    said = {}
    for who, words in MAY_NOT:
        ended = proposed.by(who, *words.split())
        assert (ended.code, ended.out) == (1, "")
        said[who, words] = ended.err.removeprefix("dun: ").partition("; it takes the role ")[0]
    assert said == MAY_NOT


REFUSED = {
    "run hold R-11 --reason x": (
        "the run of 2026-03-16 proposes nothing for case 'R-11'; did you mean 'R-1'?"
    ),
    "run show --case R-5": (
        "the run of 2026-03-16 proposes nothing for case 'R-5';"
        " 'dun decide --on 2026-03-16 --case R-5' says why"
    ),
    "run approve R-1": "reminder of case 'R-1' needs no approval",
    "run release R-1": (
        "reminder of case 'R-1' goes out by itself; 'dun run --execute' performs it"
    ),
    "run --execute --on 2026-03-15": (
        "no run was proposed for 2026-03-15; 'dun run --on DATE' proposes one"
    ),
    "run cancel R-1 reminder --reason x": (
        "the newest executed stage of case 'R-1' is none, not 'reminder';"
        " only the newest can be cancelled"
    ),
    "run cancel R-77 reminder --reason x": (
        "there is no case 'R-77' in the store;"
        " name an invoice or an account, as 'dun decide' lists them"
    ),
    "worklist done 7": "there is no task 7; 'dun worklist' lists them with their numbers",
}


def test_what_cannot_be_done_is_said_with_the_way_out(proposed: Office) -> None:
    said = {}
    for words in REFUSED:
        ended = proposed.by("dora", *words.split())
        assert (ended.code, ended.out) == (1, "")
        said[words] = ended.err.removeprefix("dun: ").rstrip("\n")
    assert said == REFUSED


def test_nothing_published_is_nothing_to_run(new_office: Office) -> None:
    ended = new_office.by("anna", "run", "--on", DAY)
    assert ended.code == 1
    assert ended.err == (
        "dun: no policy is published and approved, so there is nothing to run;"
        " 'dun publish PATH', then another person's 'dun approve'\n"
    )
    assert new_office.by("anna", "run", "--execute").err == (
        "dun: no run was proposed yet; 'dun run --on DATE' proposes one\n"
    )
    assert fine(new_office.by("anna", "run", "list")).err == "no run was proposed yet\n"
    assert fine(new_office.by("anna", "worklist")).err == "no task is open\n"


def test_no_day_before_an_executed_run_and_no_future_day_is_performed(proposed: Office) -> None:
    fine(proposed.by("anna", "run", "--on", "2026-03-17"))
    future = proposed.by("anna", "run", "--execute")
    assert future.code == 1
    assert future.err == (
        "dun: 2026-03-17 has not come yet, so nothing can be sent for that day;"
        " the proposal stays; perform it on that day\n"
    )
    fine(proposed.by("anna", "run", "--execute", "--on", DAY))
    before = proposed.by("anna", "run", "--on", "2026-03-13")
    assert before.code == 1
    assert before.err == (
        "dun: the run of 2026-03-16 was executed already, so there is none for 2026-03-13 any more;"
        " what was due then is proposed for 2026-03-16 or later\n"
    )


def test_who_has_no_duty_is_told_who_gives_it(office: Office) -> None:
    at = morning("2026-04-16")
    stages = "".join(f"2026-03-0{n},stage,R-1,{s}\n" for n, s in enumerate(LADDER_SO_FAR, 5))
    Path("stages.csv").write_text(f"date,kind,invoice,stage\n{stages}", encoding="utf-8")
    fine(office.by("carla", "import", "events", "stages.csv", at=at))
    fine(office.by("anna", "run", "--on", "2026-04-16", at=at))
    assert stands(office, "--case", "R-1") == {"R-1": "proposed"}
    waits = "may not approve as credit_manager; an admin gives the duty: 'dun user duty"
    named = office.by("anna", "run", "approve", "R-1", at=at)
    assert (named.code, named.err) == (
        1,
        f"dun: anna is manager and {waits} anna credit_manager'\n",
    )
    every = fine(office.by("anna", "run", "approve", "--all", at=at))
    assert every.err == (
        "nothing in the run of 2026-04-16 can be approved by anna\n"
        f"anna is manager and {waits} anna credit_manager'\n"
    )
    listed = fine(office.by("vera", "worklist", at=at)).out
    assert "R-1    C-1        final   250.00 EUR   approval by credit_manager\n" in listed
    (row,) = fine(office.by("vera", "worklist", "--format", "json", at=at)).rows
    assert (row["kind"], row["approval"], row["case"]) == ("approval", "credit_manager", "R-1")
    fine(office.by("berta", "run", "approve", "R-1", at=at))
    assert (
        "approved by berta on 2026-04-16" in office.by("vera", "run", "show", "--case", "R-1").out
    )


# -------------------------------------------------------------------------------------- wrong usage


WRONG = {
    "run": "give --on DATE to propose a run, or --execute to perform the newest",
    "run --on tomorrow": "--on takes a date such as 2026-03-16, not 'tomorrow'",
    "run --on 2026-03-16 --drop x": "--drop says where --execute puts letters",
    "run --on 2026-03-16 show": "write the options after 'show'",
    "run --on 2026-03-16 --format xml": "--format is one of text, json, not 'xml'",
    "run approve": "name cases, or give --all",
    "run approve R-1 --all": "name cases, or give --all",
    "run show --state gone": "--state is one of proposed, blocked, held, dropped",
    "run show --limit 0": "--limit takes a whole number from 1 on, not '0'",
    "run list --before x": "--before takes a date such as 2026-03-16, not 'x'",
    "worklist --state new": "--state is one of open, done, void, not 'new'",
    "worklist --state done done 1": "write the options after 'done'",
    "worklist done one": "NUMBER takes a whole number from 1 on, not 'one'",
    "run hold R-1 --reason \udcff": "--reason is no text in UTF-8",
    "run show --case \udcff": "--case is no text in UTF-8",
}


def test_wrong_usage_is_told_before_anything_is_done(new_office: Office) -> None:
    for words, said in WRONG.items():
        ended = new_office.by("dora", *words.split())
        assert (words, ended.code, ended.out) == (words, 2, "")
        assert ended.err.startswith(f"dun: {said}")


def test_a_reason_is_needed_to_keep_something_back(proposed: Office) -> None:
    assert proposed.by("carla", "run", "hold", "R-1").code == 2
    blank = proposed.by("carla", "run", "hold", "R-1", "--reason", " ")
    assert (blank.code, blank.err) == (
        1,
        "dun: to hold an action takes a reason; --reason TEXT says why\n",
    )
