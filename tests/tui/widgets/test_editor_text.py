"""What the editor does to a text."""

from __future__ import annotations

import pytest

from dunlang.reading.parsing import parse
from dunlang.source import Source
from tui.widgets.editor_text import (
    commented,
    indentation_after,
    indented,
    location_of,
    matches,
    next_place,
    offset_of,
    replaced,
    smallest_change,
    underlined,
    wanted,
)


def test_a_place_on_the_screen_and_an_offset_are_the_same_place() -> None:
    source = Source("x", "größe 漢字\r\nzwei 🙂\n")
    for offset in range(len(source.text) + 1):
        row, column = location_of(source, offset)
        assert (row, column) <= (2, 9)
        back = offset_of(source, (row, column))
        assert back == offset or source.text[back:offset] == "\r"


def test_a_problem_is_underlined_under_its_very_words() -> None:
    text = 'policy a version 1\n  # Größe 漢\n  currncy EUR "漢" # 漢\n'
    source = Source("x", text)
    _, problems = parse(source)
    wrong = next(each for each in problems if each.span.text == "currncy")
    marks = underlined([wrong], source, text.split("\n"))
    assert list(marks) == [2]
    start, end, look = marks[2][0]
    assert text.split("\n")[2].encode()[start:end] == b"currncy"
    assert look == "problem.error"


def test_a_problem_without_words_is_seen_too() -> None:
    source = Source("x", "")
    _, problems = parse(source)
    assert underlined(problems, source, [""]) == {0: [(0, 1, "problem.error")]}


def test_the_next_problem_is_after_the_cursor_and_around_the_end() -> None:
    places = [(4, 2), (1, 0), (9, 5)]
    assert next_place(places, (4, 2), 1) == (9, 5)
    assert next_place(places, (9, 5), 1) == (1, 0)
    assert next_place(places, (4, 2), -1) == (1, 0)
    assert next_place(places, (0, 0), -1) == (9, 5)
    assert next_place([], (0, 0), 1) is None


def test_a_capital_letter_asks_for_that_very_spelling() -> None:
    lines = ["stage Notice", "by notice"]
    assert matches(lines, wanted("notice")) == [((0, 6), (0, 12)), ((1, 3), (1, 9))]
    assert matches(lines, wanted("Notice")) == [((0, 6), (0, 12))]
    assert matches(lines, wanted("")) == []


def test_everything_is_replaced_as_it_is_written() -> None:
    assert replaced(["a.b", "aXb a.b"], wanted("a.b"), r"\1") == ([r"\1", r"aXb \1"], 2)


def test_comments_come_and_go() -> None:
    lines = ["stage a", "", "  by email"]
    away = ["# stage a", "", "#   by email"]
    assert commented(lines) == away
    assert commented(away) == lines
    assert commented(["  by email", "    # x"]) == ["  # by email", "  #   # x"]


@pytest.mark.parametrize(
    ("line", "indent"),
    [
        ("stage reminder", "  "),
        ("for consumer", "  "),
        ("  stage final", "    "),
        ("  fee by steps of open amount", "    "),
        ("  by email", "  "),
        ("segment a when customer.excluded", ""),
        ("", ""),
    ],
)
def test_a_new_line_stands_where_it_belongs(line: str, indent: str) -> None:
    assert indentation_after(line) == indent


def test_lines_go_in_and_out() -> None:
    assert indented(["a", "", "  b"], 1) == ["  a", "", "    b"]
    assert indented(["  a", "", " b", "c"], -1) == ["a", "", "b", "c"]


def test_a_change_touches_as_few_lines_as_possible() -> None:
    change = smallest_change(["a", "b", "c", "d"], ["a", "x", "y", "d"])
    assert change is not None
    assert (change.first, change.last, change.lines) == (1, 3, ("x", "y"))
    assert smallest_change(["a"], ["a"]) is None
    grown = smallest_change(["a", "a"], ["a", "a", "a"])
    assert grown is not None
    assert (grown.first, grown.last, grown.lines) == (2, 2, ("a",))
