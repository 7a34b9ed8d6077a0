"""Stages that take over where another stood.

A version that drops a stage says where its cases stand with `replaces OLD` in the stage that takes
them over. A case that changes its policy keeps its place by stage id, else by `replaces
POLICY.STAGE`, else starts at the first stage; waits still count from its last executed stage. A
place taken over by `replaces` is no repetition of the stage that took it over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.engine.ledgers import event, invoice, ledger
from tests.engine.playing import plan, policies, story

if TYPE_CHECKING:
    from dunlang.plan import Plan
    from engine.core.model import Event

OLD = """stage letter
  after 3 days overdue
  task "Letter"
stage call
  after 30 days
  task "Call"
"""


def policy(name: str, number: int, effective: str, stages: str, more: str = "") -> Plan:
    header = f"policy {name} version {number}\n  effective {effective}\n  currency EUR\n"
    return plan(f"{header}  timezone UTC\n{more}{stages}")


def stages(*plans: Plan, events: tuple[Event, ...] = (), last: str = "2026-05-31") -> list[str]:
    book = ledger([invoice()], events)
    found = story(book, policies(*plans), "2026-01-01", last)
    return [line[5:].replace(" R-1 stage", "") for line in found]


BEFORE = policy("p", 1, "2025-01-01", OLD)
NEW = """stage first
  after 3 days overdue
  task "First"
stage second
  after 10 days
  task "Second"
  replaces letter
stage third
  after 5 days
  task "Third"
"""


def test_a_case_goes_on_behind_the_stage_that_replaces_its_own() -> None:
    # The letter went out on 3 February: third comes five days after it.
    new = policy("p", 2, "2026-02-05", NEW)
    assert stages(BEFORE, new) == ["02-03 letter", "02-08 third"]


def test_without_replaces_it_would_begin_anew() -> None:
    new = policy("p", 2, "2026-02-05", NEW.replace("  replaces letter\n", ""))
    assert stages(BEFORE, new) == ["02-03 letter", "02-05 first", "02-15 second", "02-20 third"]


def test_a_stage_may_replace_one_of_another_policy() -> None:
    elsewhere = "  applies when customer.country is AT\n"
    new = policy("q", 1, "2025-01-01", NEW.replace("letter", "p.letter"), elsewhere)
    moved = event("assign", "2026-02-05", policy="q")
    assert stages(BEFORE, new, events=(moved,)) == ["02-03 letter", "02-08 third"]


def test_a_stage_of_the_own_policy_is_not_that_of_another_one_with_its_name() -> None:
    elsewhere = "  applies when customer.country is AT\n"
    moved = event("assign", "2026-02-05", policy="q")
    own = policy("q", 1, "2025-01-01", NEW, elsewhere)
    # `replaces letter` means a letter of q, not of p.
    assert stages(BEFORE, own, events=(moved,), last="2026-02-14") == [
        "02-03 letter",
        "02-05 first",
    ]
    other = policy("p", 2, "2026-02-05", NEW.replace("letter", "q.letter"))
    assert stages(BEFORE, other, last="2026-02-14") == ["02-03 letter", "02-05 first"]


def test_a_stage_may_replace_several() -> None:
    elsewhere = "  applies when customer.country is AT\n"
    new = policy(
        "q", 1, "2025-01-01", NEW.replace("letter", "old_one, p.letter, p.call"), elsewhere
    )
    called = event("assign", "2026-03-06", policy="q")
    # The call was made on 5 March.
    assert stages(BEFORE, new, events=(called,)) == ["02-03 letter", "03-05 call", "03-10 third"]


def test_a_place_that_was_taken_over_is_not_repeated() -> None:
    text = NEW.replace(
        "  replaces letter\n", "  replaces letter\n  repeat every 1 day at most 9 more times\n"
    )
    new = policy("p", 2, "2026-02-05", text)
    assert stages(BEFORE, new) == ["02-03 letter", "02-08 third"]


def test_waits_since_a_replaced_stage_have_no_bound_and_deadlines_go_on() -> None:
    before = policy(
        "p", 1, "2025-01-01", OLD.replace('task "Letter"', 'task "Letter"\n  pay within 9 days')
    )
    text = NEW.replace("after 5 days", "after 1 day since second and 2 days past deadline")
    assert stages(before, policy("p", 2, "2026-02-05", text)) == ["02-03 letter", "02-14 third"]
