"""What a table shows, without a screen."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from rich.cells import cell_len

from tui.widgets.table_model import Column, Order, fitted, next_order, view, widths


@dataclass(frozen=True)
class Debt:
    name: str
    cents: int


COLUMNS = (
    Column[Debt]("name", "Name", lambda row: row.name, least=6),
    Column[Debt](
        "amount",
        "Amount",
        lambda row: f"{row.cents / 100:,.2f}",
        align="right",
        order=lambda row: row.cents,
    ),
    Column[Debt]("note", "Note", lambda _: "seen", least=4),
)
ROWS = [Debt("Müller", 900), Debt("Weiß & Söhne", 12_000), Debt("Acme", 100)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Müller",
        "شركة النور للتجارة",
        "株式会社山田商事",
        "👩‍👩‍👧 family",
        "tab\there",
        "new\nline",
        "\x1b[31mred",
    ],
)
@pytest.mark.parametrize("width", [0, 1, 2, 5, 9, 30])
def test_a_text_takes_exactly_the_room_it_is_given(text: str, width: int) -> None:
    for align in ("left", "right"):
        shown = fitted(text, width, align)
        assert cell_len(shown) == width
        assert "\n" not in shown
        assert "\x1b" not in shown


def test_a_text_that_is_too_long_says_so() -> None:
    assert fitted("Weiß & Söhne", 8) == "Weiß & …"
    assert fitted("株式会社", 4) == "株… "
    assert fitted("12.00", 7, "right") == "  12.00"


def test_names_give_way_and_amounts_never_do() -> None:
    assert [(each.id, width) for each, width in widths(COLUMNS, ROWS, 60)] == [
        ("name", 12),
        ("amount", 8),
        ("note", 6),
    ]
    assert [(each.id, width) for each, width in widths(COLUMNS, ROWS, 24)] == [
        ("name", 6),
        ("amount", 8),
        ("note", 4),
    ]


def test_columns_for_which_there_is_no_room_are_left_out_from_the_right() -> None:
    assert [each.id for each, _ in widths(COLUMNS, ROWS, 20)] == ["name", "amount"]
    assert [(each.id, width) for each, width in widths(COLUMNS, ROWS, 5)] == [("name", 3)]


def test_rows_are_sorted_by_value_and_not_by_text() -> None:
    assert list(view(ROWS, COLUMNS, Order("amount"), "")) == [2, 0, 1]
    assert list(view(ROWS, COLUMNS, Order("amount", descending=True), "")) == [1, 0, 2]
    assert list(view(ROWS, COLUMNS, None, "")) == [0, 1, 2]


@pytest.mark.parametrize("wanted", ["müller", "MULLER", "mueller", "mul seen", "9.00"])
def test_a_row_is_found_however_it_is_spelled(wanted: str) -> None:
    assert list(view(ROWS, COLUMNS, None, wanted)) == [0]


def test_the_order_goes_through_the_columns_and_back_to_none() -> None:
    order = None
    seen = []
    for _ in range(4):
        order = next_order(COLUMNS, order)
        seen.append(order.column if order else None)
    assert seen == ["name", "amount", "note", None]
