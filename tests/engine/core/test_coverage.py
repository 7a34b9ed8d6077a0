"""What the examples of a policy reach."""

from __future__ import annotations

from dunlang.compile import compile_source
from dunlang.source import Source
from engine.core.calendar import BusinessCalendar
from engine.core.coverage import parts_of, unreached

HEADER = """\
policy sample version 1
  effective 2026-01-01
  currency EUR
  timezone Europe/Berlin

"""
POLICY = """\
exclude "small"    when open amount < 10.00 EUR
hold    "disputed" while invoice.disputed

stage reminder
  after 3 days overdue
  by email

stage final
  after 7 days
  by post

for customer.kind is public_body
  skip reminder

for customer.kind is business
  hold "patience" while days overdue < 5

"""
REMINDED = """\
example "reminded"
  given customer kind consumer
  given invoice 100.00 EUR due 2026-03-02
  expect 2026-03-05 reminder
"""
TOWN = """\
example "a town"
  given customer kind public_body
  given invoice 100.00 EUR due 2026-03-02
  expect 2026-03-09 final
"""
SMALL = """\
example "small"
  given invoice 5.00 EUR due 2026-03-02
  expect excluded "small" on 2026-03-05
"""
DISPUTED = """\
example "disputed"
  given invoice 100.00 EUR due 2026-03-02
  given dispute from 2026-03-01
  expect held "disputed" on 2026-03-05
"""
PATIENT = """\
example "patience"
  given customer kind business
  given invoice 100.00 EUR due 2026-03-02
  expect held "patience" on 2026-03-05
"""


def names_left(*examples: str) -> list[tuple[str, str]]:
    plan, problems = compile_source(Source("sample.dun", HEADER + POLICY + "\n".join(examples)))
    assert plan is not None, problems
    return [(part.what, part.name) for part in unreached(plan, BusinessCalendar())]


def test_without_examples_nothing_is_reached() -> None:
    assert names_left() == [
        ("exclude", "small"),
        ("hold", "disputed"),
        ("stage", "reminder"),
        ("stage", "final"),
        ("exception", "customer.kind is public_body"),
        ("exception", "customer.kind is business"),
        ("hold", "patience"),
    ]


def test_a_stage_is_reached_when_it_is_executed() -> None:
    assert ("stage", "reminder") not in names_left(REMINDED)
    assert ("stage", "final") in names_left(REMINDED)


def test_an_exception_is_reached_when_it_holds_on_a_day_that_counts() -> None:
    assert ("exception", "customer.kind is public_body") not in names_left(TOWN)
    assert ("exception", "customer.kind is business") in names_left(TOWN)


def test_a_rule_is_reached_when_it_is_the_answer() -> None:
    assert ("exclude", "small") not in names_left(SMALL)
    assert ("hold", "disputed") not in names_left(DISPUTED)
    assert ("hold", "patience") not in names_left(PATIENT)


def test_examples_together_can_reach_everything() -> None:
    assert names_left(REMINDED, TOWN, SMALL, DISPUTED, PATIENT) == []


def test_parts_come_in_the_order_written() -> None:
    plan, _ = compile_source(Source("sample.dun", HEADER + POLICY))
    assert plan is not None
    starts = [part.span.start for part in parts_of(plan)]
    assert starts == sorted(starts)
