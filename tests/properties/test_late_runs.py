"""The two ways of late runs differ only when a run is late."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.ledgers import event, invoice, ledger
from tests.engine.playing import plan, played, policies, told

HEADER = """\
policy test version 1 "Test"
  effective 2020-01-01
  currency EUR
  timezone UTC
  late runs go {how}
"""
WAYS = ("one stage at a time", "straight to the stage reached")
units = st.sampled_from(("days", "business days", "weeks"))
terms = st.builds("{} {}".format, st.integers(2, 6), units)
waits = st.one_of(terms, st.builds("{} past deadline".format, terms))
stages = st.lists(
    st.tuples(waits, st.sampled_from(("", "pay within 4 days", "fee 5 EUR"))),
    min_size=1,
    max_size=5,
)


@settings(max_examples=40)
@given(stages, st.integers(5, 90))
def test_when_every_run_is_on_time_both_ways_are_the_same(
    ladder: list[tuple[str, str]], paid_after: int
) -> None:
    body = "".join(
        f"stage s{number}\n  after {wait}\n  by portal\n{f'  {more}' if more else ''}\n"
        for number, (wait, more) in enumerate(ladder)
    )
    month, day = divmod(paid_after, 28)
    book = ledger(
        [invoice()], [event("payment", f"2026-{2 + month:02}-{day + 1:02}", amount="100.00")]
    )
    one, other = (
        told(
            played(book, policies(plan(HEADER.format(how=how) + body)), "2026-01-15", "2026-12-31")
        )
        for how in WAYS
    )
    assert one == other
