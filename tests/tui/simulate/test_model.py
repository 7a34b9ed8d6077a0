"""What the simulation shows, without a screen."""

from __future__ import annotations

import datetime
import shlex
from array import array
from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.money import Money
from engine.core.standing import ABSENT, PAID, SYMBOLS
from engine.services.simulation_policies import AskedVersion
from engine.services.timeline_figures import Figures
from engine.services.timelines import Block, Line, Side
from tui.areas.simulate.acting import read_amount
from tui.areas.simulate.comparing import compared
from tui.areas.simulate.flowing import flows, heat
from tui.areas.simulate.model import (
    Choice,
    Span,
    after,
    before,
    chosen,
    in_order,
    place_of,
)
from tui.areas.simulate.played import Played
from tui.areas.simulate.said import happens
from tui.areas.simulate.scenario import Pick, Scenario, Supposed, command_line, in_place, wrong_with
from tui.areas.simulate.symbols import LOOK, SIGNS, legend
from tui.widgets.gantt import TONES, dates_over, window
from tui.widgets.scrubber import Scale, months

DAYS = 12
FIRST = datetime.date(2026, 1, 28)


def block(chance: Random, start: int, count: int, sides: int) -> Block:
    """Some lines with symbols and figures that fit to them."""
    lines = tuple(
        Line(f"R-{start + n:03}", f"C-{n}", f"Name {chance.randint(1, 5)}", "EUR", n * 100, 0)
        for n in range(count)
    )
    return Block(start + count, lines, tuple(side(chance, count) for _ in range(sides)))


def side(chance: Random, count: int) -> Side:
    symbols, happened = [], array("I")
    figures: Figures = Counter()
    for row in range(count):
        text = "".join(chance.choices("=  .01HL", k=DAYS))
        symbols.append(text)
        for day in sorted(chance.sample(range(DAYS), 2)):
            happened.extend((row, day))
            figures[day, "event", "stage"] += 1
            figures[day, "stage", "house 1 reminder"] += 1
        for day, symbol in enumerate(text):
            figures[day, "stands", symbol] += 1
            if day + 1 < DAYS:
                figures[day + 1, "stands", symbol] -= 1
        figures[DAYS - 1, "end", f"{chance.randint(0, 3)} {text[-1]}"] += 1
    charges = array("q", [chance.randint(0, 2) * 500 for _ in range(count)])
    return Side("".join(symbols).encode(), happened, charges, figures)


def played(seed: int, sides: int = 1) -> Played:
    chance = Random(seed)  # noqa: S311 - for tests
    found = Played(DAYS, sides)
    start = 0
    for _ in range(chance.randint(1, 5)):
        count = chance.randint(1, 6)
        assert found.add(block(chance, start, count, sides)) == range(start, start + count)
        start += count
    return found


seeds = st.integers(0, 10_000)

# ------------------------------------------------------------------------------------ lines, laws


@given(seeds)
def test_a_line_is_found_again_wherever_its_block_begins(seed: int) -> None:
    found = played(seed, sides=2)
    for row in range(len(found)):
        assert found.lines[row].case == f"R-{row:03}"
        for number in range(2):
            whole = found.symbols(row, number)
            assert len(whole) == DAYS
            assert found.part(row, 3, 7, number) == whole[3:7]


@given(seeds)
def test_days_hold_as_many_lines_of_a_sign_as_are_drawn(seed: int) -> None:
    found = played(seed)
    standing = found.standing()
    for day in range(DAYS):
        drawn = Counter(chr(found.symbols(row)[day]) for row in range(len(found)))
        assert {s: counts[day] for s, counts in standing.items() if counts[day]} == drawn


@given(seeds)
def test_changes_are_where_a_line_looks_otherwise_or_something_happens(seed: int) -> None:
    found = played(seed)
    for row in range(len(found)):
        line = found.symbols(row)
        turns = {day for day in range(1, DAYS) if line[day] != line[day - 1]}
        happening = {day for day in range(DAYS) if row in found.happening(day)}
        assert found.changes(row) == sorted(turns | happening)


@given(seeds)
def test_lines_differ_by_as_many_days_as_their_signs_do(seed: int) -> None:
    found = played(seed, sides=2)
    for row in range(len(found)):
        pairs = zip(found.symbols(row, 0), found.symbols(row, 1), strict=True)
        assert found.differing[row] == sum(one != other for one, other in pairs)


@given(seeds, st.sampled_from(["ledger", "amount", "customer", "difference"]))
def test_an_order_loses_no_line_and_is_kept_within_small_parts(seed: int, order: str) -> None:
    found = played(seed, sides=2)
    rows = range(len(found))
    sorted_rows = in_order(found, rows, order)  # type: ignore[arg-type]  # one of them
    assert sorted(sorted_rows) == list(rows)
    if order == "amount":
        amounts = [found.lines[row].minor for row in sorted_rows]
        assert amounts == sorted(amounts, reverse=True)
    if order == "difference":
        apart = [found.differing[row] for row in sorted_rows]
        assert apart == sorted(apart, reverse=True)


@given(seeds)
def test_only_lines_with_something_to_see_are_shown_at_first(seed: int) -> None:
    found = played(seed)
    shown = chosen(found, Choice(), 0)
    for row in range(len(found)):
        is_at_rest = set(found.symbols(row).decode()) <= {PAID, ABSENT}
        assert (row in shown) is not is_at_rest
    assert chosen(found, Choice("all"), 0) == list(range(len(found)))


def test_lines_of_a_day_are_those_to_which_something_happens() -> None:
    found = played(3)
    day = next(day for day in range(DAYS) if found.happening(day))
    assert chosen(found, Choice("day"), day) == sorted(set(found.happening(day)))


def test_a_filter_looks_at_case_customer_and_name() -> None:
    found = played(5)
    assert chosen(found, Choice("all", "r-001"), 0) == [1]
    named = chosen(found, Choice("all", "NAME r-00"), 0)
    assert named == [row for row in range(len(found)) if row < 10]
    assert chosen(found, Choice("all", "c-5"), 0) == [
        row for row in range(len(found)) if found.lines[row].customer == "C-5"
    ]


def test_the_selected_line_is_found_again_or_its_neighbour() -> None:
    assert place_of([2, 5, 9], 5, "ledger") == 1
    assert place_of([2, 5, 9], 6, "ledger") == 2
    assert place_of([9, 2, 5], 5, "amount") == 2
    assert place_of([], 5, "ledger") == 0


# ------------------------------------------------------------------------------------------- days


def test_days_and_dates_are_two_names_for_one_thing() -> None:
    span = Span.between(FIRST, FIRST + datetime.timedelta(days=70))
    assert [span.day(span.date(day)) for day in range(span.days)] == list(range(71))
    assert span.day(FIRST - datetime.timedelta(days=1)) is None
    assert span.day(span.last + datetime.timedelta(days=1)) is None
    assert span.date(span.month(0, 1)) == datetime.date(2026, 2, 28)
    assert span.date(span.month(span.month(0, 1), -1)) == FIRST
    assert span.month(0, 12) == 70


def test_the_next_and_the_last_of_some_days_are_never_the_day_itself() -> None:
    assert (before([2, 5, 9], 5), after([2, 5, 9], 5)) == (2, 9)
    assert (before([2, 5, 9], 2), after([2, 5, 9], 9)) == (None, None)


@given(st.integers(1, 400), st.integers(1, 200), st.data())
def test_the_chosen_day_is_always_seen(days: int, width: int, data: st.DataObject) -> None:
    start = 0
    for _ in range(5):
        day = data.draw(st.integers(0, days - 1))
        moved = window(day, days, width, start)
        assert 0 <= moved <= max(0, days - width)
        assert moved <= day < moved + width
        assert window(day, days, width, moved) == moved
        start = moved


@given(st.integers(1, 800), st.integers(1, 300))
def test_the_bar_has_a_cell_for_each_day_and_a_day_for_each_cell(days: int, width: int) -> None:
    scale = Scale(days, width)
    cells = [scale.cell(day) for day in range(days)]
    assert cells == sorted(cells)
    assert cells[0] == 0
    assert cells[-1] < width
    assert all(scale.cell(scale.day(cell)) >= cell for cell in set(cells))
    if days <= width:
        assert [scale.day(scale.cell(day)) for day in range(days)] == list(range(days))
    assert len(scale.heights([3] * days)) == width


def test_months_and_mondays_are_named_where_there_is_room() -> None:
    quarter = Scale(90, 90)
    assert months(datetime.date(2025, 12, 31), quarter).split() == ["Jan", "2026", "Feb", "Mar"]
    assert months(datetime.date(2026, 1, 1), Scale(365, 100)).split()[:3] == ["Jan", "2026", "Mar"]
    assert dates_over(FIRST, 0, 14) == "    Feb 1   9 "
    assert dates_over(datetime.date(2026, 2, 2), 0, 10) == "Feb 2  9  "


# ------------------------------------------------------------------------------------------ words


def test_every_sign_is_explained_once_and_has_a_tone() -> None:
    assert set(SIGNS) == set(SYMBOLS)
    shown = [sign.shown for sign in SIGNS.values()]
    assert len(set(shown)) == len(shown)
    assert set(LOOK.tones.values()) <= set(TONES)
    assert legend(30) == "· not due"
    assert "✓ paid" in legend(200)


def test_what_happens_on_a_day_is_told_in_words() -> None:
    found = Played(1)
    figures: Figures = Counter(
        {
            (0, "event", "stage"): 3,
            (0, "event", "held"): 1,
            (0, "stage", "house 1 reminder"): 2,
            (0, "stage", "other 4 reminder"): 1,
            (0, "channel", "email"): 1,
            (0, "channel", "post"): 2,
            (0, "fee", "EUR"): 1250,
        }
    )
    found.add(Block(1, (), (Side(b"", array("I"), array("q"), figures),)))
    assert list(happens(found.figures(0))) == [
        "2 letters · 1 e-mail",
        "reminder 3",
        "fees 12.50 EUR",
        "1 newly held",
    ]
    assert list(happens(Played(1).figures(0))) == ["no notices"]


@given(seeds)
def test_flows_lose_nobody(seed: int) -> None:
    found = list(flows(played(seed), {1: "Reminder"}, 0))
    top = found[0]
    assert top.count == sum(count for _, _, count in played(seed).ends())
    for at, each in enumerate(found):
        below = []
        for further in found[at + 1 :]:
            if further.depth <= each.depth:
                break
            if further.depth == each.depth + 1:
                below.append(further)
        is_stage = each.depth == 0 or each.title[0].isdigit()
        if is_stage:
            assert sum(child.count for child in below) == each.count
            assert all(child.of == each.count for child in below)


def test_weeks_end_on_sundays_and_the_last_day_is_there() -> None:
    span = Span(FIRST, DAYS)
    found = heat(played(7), span, {}, 0, 10)
    assert found.periods == ("02-01", "02-08")
    few = heat(played(7), span, {}, 0, 1)
    assert few.periods == ("02-08",)
    assert all(len(row.counts) == len(row.shades) == 2 for row in found.rows)


def test_two_sides_are_compared_figure_by_figure() -> None:
    found = played(11, sides=2)
    rows = {each.title: each for each in compared(found)}
    stages = rows["stages executed"]
    one, other = int(stages.one.replace(",", "")), int(stages.other.replace(",", ""))
    assert one == found.total(0)["event", "stage"]
    assert other == found.total(1)["event", "stage"]
    assert stages.difference == (f"{other - one:+,}" if other != one else "=")
    assert "house · reminder" in rows


# --------------------------------------------------------------------------------------- scenario

SPRING = Scenario(datetime.date(2026, 3, 1), datetime.date(2026, 5, 31))


def test_the_command_repeats_what_is_special() -> None:
    scenario = Scenario(
        SPRING.first,
        SPRING.last,
        customer="Müller & Co",
        nobody_pays=True,
        each_day=True,
        run_on="monday",
    )
    assert shlex.split(command_line(scenario, "my store.db")) == [
        *("dun", "simulate", "--database", "my store.db"),
        *("--from", "2026-03-01", "--to", "2026-05-31"),
        *("--customer", "Müller & Co", "--run-on", "monday"),
        *("--known", "each-day", "--no-more-payments"),
    ]


def test_what_is_supposed_becomes_a_row_of_an_events_file() -> None:
    paid = Supposed("payment", "R-1", SPRING.first, Money(1250, "EUR"))
    promised = Supposed(
        "promise", "C-1:EUR", SPRING.first, Money(100, "EUR"), SPRING.last, is_account=True
    )
    assert paid.columns == {
        "date": "2026-03-01",
        "kind": "payment",
        "invoice": "R-1",
        "amount": "12.50",
        "currency": "EUR",
    }
    assert promised.columns["case"] == "C-1:EUR"
    assert promised.columns["until"] == "2026-05-31"
    assert str(paid) == "R-1 is paid with 12.50 EUR on 2026-03-01"


@pytest.mark.parametrize(
    ("scenario", "said"),
    [
        (Scenario(SPRING.last, SPRING.first), "before the first"),
        (Scenario(SPRING.first, datetime.date(2036, 1, 1)), "can be played"),
        (Scenario(SPRING.first, SPRING.last, run_on="mondy"), "did you mean"),
        (Scenario(SPRING.first, SPRING.last, run_on="2027-01-01"), "no such day"),
    ],
)
def test_what_cannot_be_meant_is_told(scenario: Scenario, said: str) -> None:
    assert said in (wrong_with(scenario) or "")
    assert wrong_with(SPRING) is None


def test_a_version_takes_the_place_of_those_of_its_policy_that_come_later() -> None:
    day = datetime.date
    counting = [
        ("house", 1, day(2025, 1, 1)),
        ("house", 2, day(2026, 1, 1)),
        ("other", 1, day(2025, 1, 1)),
    ]
    old = in_place(counting, "house", 1, day(2025, 1, 1))
    assert [(each.policy, each.version) for each in old] == [("other", 1), ("house", 1)]
    draft = in_place(counting, "house", 3, day(2026, 6, 1), "policy house version 3")
    assert AskedVersion("policy house version 3") in draft
    assert len(draft) == 4


def test_policies_in_force_need_no_files() -> None:
    assert not SPRING.needs_files
    picked = Pick("house 2", (AskedVersion(policy="house", version=2),))
    assert Scenario(SPRING.first, SPRING.last, side=picked).needs_files
    both = Scenario(SPRING.first, SPRING.last, against=picked)
    assert both.other is not None
    assert (both.needs_files, both.other.needs_files) == (False, True)


@pytest.mark.parametrize(
    ("text", "minor"),
    [("1234.50", 123450), ("1.234,50", 123450), ("1,234.50 EUR", 123450), ("12", 1200)],
)
def test_an_amount_is_read_as_people_write_it(text: str, minor: int) -> None:
    assert read_amount(text, "EUR") == Money(minor, "EUR")


@pytest.mark.parametrize("text", ["", "much", "-5", "0", "1.005"])
def test_what_is_no_amount_is_told(text: str) -> None:
    assert isinstance(read_amount(text, "EUR"), str)
