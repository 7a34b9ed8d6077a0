"""Which version decides a case.

On day D the version in force is the one with the latest effective date <= D. A case with no stage
executed in its cycle is decided by the version in force. `running cases move to this version` takes
them all over, their place kept by stage id; `running cases stay with their version` leaves each
under the version it stands under, until it is settled or a later version moves it. A case that
changes its policy keeps its place by stage id, else starts at the first stage; waits still count
from its last executed stage.
"""

from __future__ import annotations

import pytest

from dunlang.plan import Plan
from engine.core.policies import PolicySet
from tests.engine.ledgers import event, invoice, ledger
from tests.engine.playing import ask, plan, played, policies

LADDER = """stage one
  after 3 days overdue
  task "One"
stage two
  after {wait} days
  task "Two"
"""
STAY = "  running cases stay with their version\n"
MOVE = "  running cases move to this version\n"


def version(number: int, effective: str, wait: int, settings: str = "", name: str = "p") -> Plan:
    """A version whose second stage comes so many days after the first, on 3 February."""
    header = f"policy {name} version {number}\n  effective {effective}\n  currency EUR\n"
    return plan(f"{header}  timezone UTC\n{settings}{LADDER.format(wait=wait)}")


FIRST = version(1, "2025-01-01", 20)
BOOK = ledger([invoice()])


def stages(where: PolicySet, *events: object, first: str = "2026-01-01") -> list[str]:
    """`02-03 one 1`: the stages of R-1 and the versions under which they are executed."""
    book = ledger([invoice()], events)  # type: ignore[arg-type]
    return [
        f"{each.on:%m-%d} {each.stage} {each.version}"
        for each in played(book, where, first, "2026-06-30")
        if each.event == "stage"
    ]


def test_a_version_takes_over_running_cases_unless_it_says_otherwise() -> None:
    for said in ("", MOVE):
        where = policies(FIRST, version(2, "2026-02-05", 5, said))
        assert stages(where) == ["02-03 one 1", "02-08 two 2"]


def test_what_has_become_due_by_the_new_version_is_done_when_it_takes_effect() -> None:
    where = policies(FIRST, version(2, "2026-02-10", 5))
    assert stages(where) == ["02-03 one 1", "02-10 two 2"]


def test_running_cases_can_stay_with_their_version() -> None:
    where = policies(FIRST, version(2, "2026-02-05", 5, STAY))
    assert stages(where) == ["02-03 one 1", "02-23 two 1"]
    found = ask(
        ledger([invoice()], [event("stage", "2026-02-03", stage="one")]), where, "2026-02-10"
    )
    assert (found.version, found.outcome) == (1, "waiting")


def test_a_case_without_a_stage_is_decided_by_the_version_in_force() -> None:
    where = policies(FIRST, version(2, "2026-02-02", 5, STAY))
    assert stages(where) == ["02-03 one 2", "02-08 two 2"]
    assert [ask(BOOK, where, f"2026-02-0{day}").version for day in (1, 2)] == [1, 2]


def test_a_stage_on_the_day_on_which_a_version_takes_effect_is_of_that_version() -> None:
    assert stages(policies(FIRST, version(2, "2026-02-03", 5, STAY))) == [
        "02-03 one 2",
        "02-08 two 2",
    ]


@pytest.mark.parametrize(
    ("second", "third", "expected"),
    [
        (STAY, STAY, "02-23 two 1"),
        (STAY, MOVE, "02-13 two 3"),
        (MOVE, STAY, "02-18 two 2"),
        (MOVE, MOVE, "02-13 two 3"),
    ],
)
def test_a_later_version_may_move_what_an_earlier_one_left(
    second: str, third: str, expected: str
) -> None:
    where = policies(
        FIRST,
        version(2, "2026-02-05", 15, second),
        version(3, "2026-02-07", 10, third),
    )
    assert stages(where) == ["02-03 one 1", expected]


def test_a_settled_case_stays_no_longer() -> None:
    where = policies(FIRST, version(2, "2026-02-05", 5, STAY))
    paid = event("payment", "2026-02-07", amount="100.00", id="P-1")
    bounced = event("reversal", "2026-02-12", value="P-1")
    assert stages(where, paid, bounced) == ["02-03 one 1", "02-12 one 2", "02-17 two 2"]


def test_a_stage_of_the_ledger_says_under_which_version_the_case_stands() -> None:
    where = policies(FIRST, version(2, "2026-02-02", 5, STAY))
    under_1 = event("stage", "2026-02-03", stage="one", policy="p", version=1)
    assert stages(where, under_1, first="2026-02-04") == ["02-23 two 1"]
    under_2 = event("stage", "2026-02-03", stage="one", policy="p", version=2)
    assert stages(where, under_2, first="2026-02-04") == ["02-08 two 2"]


def test_a_later_version_that_moves_takes_over_a_case_of_an_earlier_one_from_its_stage_on() -> None:
    """Version 2 was in force already when somebody executed a stage of version 1."""
    where = policies(FIRST, version(2, "2026-02-02", 5, MOVE))
    under_1 = event("stage", "2026-02-03", stage="one", policy="p", version=1)
    assert stages(where, under_1, first="2026-02-04") == ["02-08 two 2"]


def test_who_is_covered_is_asked_of_the_version_under_which_the_case_stands() -> None:
    german, austrian = (f"  applies when customer.country is {each}\n" for each in ("DE", "AT"))
    where = policies(
        version(1, "2025-01-01", 20, german), version(2, "2026-02-05", 5, austrian + STAY)
    )
    lives_in = event("fact", "2026-01-01", "C-1", name="country", value="DE")
    assert stages(where, lives_in) == ["02-03 one 1", "02-23 two 1"]
    book = ledger([invoice(due="2026-02-10")], [lives_in])
    assert ask(book, where, "2026-02-20").outcome == "no_policy"


def test_a_case_that_changes_its_policy_keeps_its_place_by_stage_id() -> None:
    elsewhere = "  applies when customer.country is AT\n"
    where = policies(FIRST, version(1, "2025-01-01", 4, elsewhere, "q"))
    moved = event("assign", "2026-02-05", policy="q")
    assert stages(where, moved) == ["02-03 one 1", "02-07 two 1"]


def test_a_case_whose_stage_the_new_policy_does_not_know_begins_at_the_first_one() -> None:
    other = plan(
        "policy q version 1\n  effective 2025-01-01\n  currency EUR\n  timezone UTC\n"
        "  applies when customer.country is AT\n"
        'stage letter\n  after 6 days\n  task "Letter"\n'
        'stage call\n  after 4 days since letter\n  task "Call"\n'
    )
    moved = event("assign", "2026-02-05", policy="q")
    # The first wait still counts from the stage that was executed on 3 February.
    assert stages(policies(FIRST, other), moved) == [
        "02-03 one 1",
        "02-09 letter 1",
        "02-13 call 1",
    ]


def test_an_assignment_ends_and_the_case_goes_back() -> None:
    elsewhere = "  applies when customer.country is AT\n"
    where = policies(FIRST, version(1, "2025-01-01", 90, elsewhere, "q"))
    moved = [event("assign", "2026-02-05", policy="q"), event("assign", "2026-03-01")]
    assert stages(where, *moved) == ["02-03 one 1", "03-01 two 1"]


def test_a_policy_that_is_not_in_force_or_lacks_the_currency_leaves_the_case_without_one() -> None:
    later = version(1, "2026-03-01", 4, name="q")
    found = ask(
        ledger([invoice()], [event("assign", "2026-02-05", policy="q")]),
        policies(FIRST, later),
        "2026-02-10",
    )
    assert found.outcome == "no_policy"
    swiss = plan(
        "policy q version 1\n  effective 2025-01-01\n  currency CHF\n  timezone UTC\n"
        + LADDER.format(wait=4)
    )
    found = ask(
        ledger([invoice()], [event("assign", "2026-02-05", policy="q")]),
        policies(FIRST, swiss),
        "2026-02-10",
    )
    assert found.outcome == "no_policy"
