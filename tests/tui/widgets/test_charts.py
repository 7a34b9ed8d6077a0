"""Charts are lines of text that say everything by lengths, signs and figures."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from tui.widgets.charts import (
    Bar,
    Curve,
    Part,
    bars,
    curves,
    filled,
    graph,
    legend,
    plain,
    seen,
    shares,
    stacked,
)

AGES = (Part("not due", "·"), Part("1-30", "░"), Part("over 30", "█"))
NAMES = ("مؤسسة الأفق", "株式会社山田", "Café 🍰 Lübeck", "Müller", "\u0301odd\u200d", "a\nb")


def test_parts_of_a_bar_are_in_proportion_and_fill_it() -> None:
    assert shares([50, 25, 25], 20) == [10, 5, 5]
    assert shares([1, 1, 1], 10) == [4, 3, 3]
    assert shares([0, 0], 10) == [0, 0]
    assert shares([7, 3], 0) == [0, 0]


def test_what_is_there_is_never_too_small_to_be_seen() -> None:
    assert shares([1_000_000, 1, 0], 10) == [9, 1, 0]
    assert shares([60, 30, 1, 1], 10) == [5, 3, 1, 1]
    assert shares([5, 1, 3], 2) == [1, 0, 1]
    assert filled(1, 1_000_000, 10) == "▏"
    assert filled(0, 10, 10) == ""


@pytest.mark.parametrize(("amount", "drawn"), [(100, "████"), (50, "██"), (30, "█▎"), (97, "███▉")])
def test_a_bar_is_as_long_as_its_amount(amount: int, drawn: str) -> None:
    assert filled(amount, 100, 4) == drawn


def test_a_stacked_bar_has_a_sign_for_each_part() -> None:
    assert plain(stacked([6, 3, 1], AGES, 10)) == "······░░░█"
    assert plain(stacked([0, 0, 4], AGES, 4)) == "████"


def test_bars_of_one_currency_are_to_scale_and_others_fill_the_line() -> None:
    rows = [Bar("DE", "1,000.00", (1000, 0, 0)), Bar("CH", "250.00", (0, 0, 250), is_selected=True)]
    assert [plain(each) for each in bars(rows, AGES, 34, most=1000)] == [
        " DE 1,000.00  ····················",
        "▸CH   250.00  █████",
    ]
    assert [plain(each) for each in bars(rows, AGES, 34)] == [
        " DE 1,000.00  ····················",
        "▸CH   250.00  ████████████████████",
    ]
    assert bars([], AGES, 34) == []
    assert plain(bars([Bar("DE", "-", (0, 0, 0))], AGES, 34, most=0)[0]).rstrip() == " DE -"


@pytest.mark.parametrize("name", NAMES)
def test_bars_begin_at_the_same_cell_in_every_script(name: str) -> None:
    rows = [Bar(name, "1.00", (100,)), Bar("plain", "1.00", (100,))]
    one, other = (plain(each) for each in bars(rows, AGES[:1], 40))
    assert cell_len(one[: one.index("·")]) == cell_len(other[: other.index("·")])
    assert cell_len(one) == cell_len(other) == 40


@pytest.mark.parametrize("width", [0, 1, 8, 13, 30])
def test_no_width_is_too_small_to_draw_in(width: int) -> None:
    rows = [Bar("a long name of a customer", "1,234,567.89", (5, 5, 5))]
    assert len(bars(rows, AGES, width, most=15)) == 1
    assert graph([Curve(((1, 500),), 9)], 30, (7,), width, 5) is not None
    assert plain(legend(AGES, width)[0]).startswith(" ·· not due")


def test_a_legend_names_every_part_in_as_many_lines_as_that_takes() -> None:
    assert [plain(each).rstrip() for each in legend(AGES, 32)] == [
        " ·· not due  ░░ 1-30  ██ over 30"
    ]
    assert [plain(each).rstrip() for each in legend(AGES, 31)] == [
        " ·· not due  ░░ 1-30",
        " ██ over 30",
    ]


def test_of_many_bars_those_around_the_selected_one_are_seen() -> None:
    assert seen(5, 4, 10) == range(5)
    assert seen(100, 3, 10) == range(10)
    assert seen(100, 50, 10) == range(45, 55)
    assert seen(100, 99, 10) == range(90, 100)
    assert seen(100, 99, 0) == range(0)


def test_a_curve_climbs_in_steps_and_ends_where_nothing_is_known() -> None:
    curve = Curve(((2, 500), (4, 1000)), 6)
    assert [curve.height(day) for day in range(6)] == [0, 0, 500, 500, 1000, 1000]
    assert curves([curve], 7, 1000, 4, 1) == ["⣀⠖⠉⠁"]
    assert curves([Curve((), -1)], 7, 1000, 4, 1) == ["    "]


def test_a_dotted_curve_leaves_gaps() -> None:
    assert curves([Curve(((0, 500),), 9, is_dotted=True)], 9, 1000, 5, 1) == ["⠂⠐ ⠂⠐"]


def test_a_graph_names_its_axes_and_marks_days() -> None:
    lines = [plain(each) for each in graph([Curve(((0, 1000),), 60)], 60, (7, 30, 60), 40, 8)]
    assert lines[0].startswith("100 %┤⠉⠉")
    assert lines[3].startswith(" 50 %┤")
    assert lines[-2].startswith("  0 %└───┬")
    assert lines[-1].split() == ["7", "d", "30", "d", "60", "d"]
    assert {len(each) for each in lines} == {40}
