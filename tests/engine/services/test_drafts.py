"""What a draft would do in a store, told before anybody publishes it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dunlang.source import Source
from engine.services.actors import Actor
from engine.services.approvable import why_not_to_approve
from engine.services.beside import counting, problems_beside
from engine.services.examples import examples_of, examples_while_wanted
from engine.services.impact import governed, impact_of, stored_alone
from engine.services.policies import Policies, load_policies
from engine.services.policy_lists import listed_versions
from engine.services.publishing import approve
from engine.services.stored_company import InForce, in_force_now
from engine.services.stored_difference import difference_to_draft
from engine.services.watch import Watch
from tests.engine.services.publications import ANNA, BERTA, CARLA, NOW, new, put, refused, text
from tests.engine.services.running import DAY, HEAD, LADDER, company

if TYPE_CHECKING:
    from pathlib import Path

    from engine.store.database import Database

LATER = LADDER.replace("after 3 days overdue", "after 30 days overdue")


def drafted(ladder: str = LATER, number: int = 2, effective: str = "2026-05-01") -> Policies:
    """A draft that is no file."""
    return load_policies([Source("<draft>", text(number, effective, ladder, HEAD))])


def in_force(database: Database) -> InForce:
    return new(in_force_now(database))


def test_the_impact_of_a_draft_is_what_the_run_would_do_otherwise(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path)
    told: list[tuple[int, int]] = []
    watch = Watch(lambda done, total: told.append((done, total)))
    found = new(impact_of(database, ANNA, in_force(database), drafted(), DAY, watch))
    assert found is not None
    assert (found.cases, found.later, found.earlier) == (5, 5, 0)
    assert {(move.old.outcome, move.new.outcome) for move in found.moves} == {
        ("act", "waiting"),
        ("not_due", "not_due"),
    }
    assert told[-1][0] == told[-1][1]
    same = new(impact_of(database, ANNA, in_force(database), drafted(LADDER), DAY))
    assert same is not None
    assert (same.cases, same.moves, same.otherwise) == (5, {}, 0)


def test_a_draft_has_an_impact_also_where_nothing_is_in_force(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path)
    found = new(impact_of(database, ANNA, None, drafted(LADDER, 1), DAY))
    assert found is not None
    assert {move.old.outcome for move in found.moves} == {"no_policy"}


def test_work_that_nobody_wants_any_more_ends(database: Database, tmp_path: Path) -> None:
    company(database, tmp_path)
    over = Watch(is_unwanted=lambda: True)
    now = in_force(database)
    assert impact_of(database, ANNA, now, drafted(), DAY, over) is None
    assert governed(database, ANNA, now, DAY, over) is None
    policies = load_policies([Source("<x>", text(more="", ladder=EXAMPLES))])
    (plan,) = policies.plans
    assert examples_while_wanted(policies, plan, over) is None
    played = examples_while_wanted(policies, plan, Watch())
    assert played is not None
    assert [played] == list(examples_of(policies))


EXAMPLES = """\

stage reminder
  after 3 days overdue
  by email

example "one"
  given invoice 100.00 EUR due 2026-03-02
  expect 2026-03-05 reminder

example "another"
  given invoice 100.00 EUR due 2026-03-02
  expect 2026-03-06 reminder
"""


def test_each_version_says_how_many_open_cases_it_decides(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path)
    assert new(governed(database, ANNA, in_force(database), DAY)) == {("house", 1): 5}


def test_a_draft_is_compared_in_meaning_with_a_version_of_the_store(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path)
    found = new(difference_to_draft(database, ANNA, 1, drafted()))
    assert [change.setting for change in found.of_cases] == ["effective", "after"]
    assert refused(difference_to_draft(database, ANNA, 7, drafted())).code == "S311"


def test_what_publishing_would_be_refused_for_is_told_before(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path)
    versions = new(listed_versions(database, ANNA))
    trees = counting(database, versions, DAY, {})
    assert [each[:2] for each in trees] == [("house", 1)]
    assert problems_beside(drafted(), trees) == ()
    dropped = LADDER.replace("stage call", "stage telephone")
    assert {each.code for each in problems_beside(drafted(dropped), trees)} == {"D124"}
    again = counting(database, versions, DAY, trees)
    assert next(iter(again.values())) is next(iter(trees.values()))


def test_a_version_is_read_from_the_store_alone(database: Database, tmp_path: Path) -> None:
    company(database, tmp_path)
    found = new(stored_alone(database, ANNA, "house", 1))
    assert [(each.id, each.version) for each in found.plans] == [("house", 1)]
    assert refused(stored_alone(database, ANNA, "house", 2)).code == "S311"


def test_why_somebody_cannot_approve_is_told_before_they_try(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path)
    new(put(database, text(2, "2026-05-01", LATER, HEAD)))
    both = Actor(ANNA.name, "admin")
    own = why_not_to_approve(database, both, "house", 2)
    assert own is not None
    assert own == approve(database, both, "house", 2, NOW)
    assert own.code == "S312"
    clerk = why_not_to_approve(database, CARLA, "house", 2)
    assert clerk is not None
    assert clerk.code == "S201"
    assert why_not_to_approve(database, BERTA, "house", 2) is None
    new(approve(database, BERTA, "house", 2, NOW))
    done = why_not_to_approve(database, replace(BERTA, name="dora"), "house", 2)
    assert done is not None
    assert done.code == "S313"
