"""Lines become statements, and indentation makes the blocks."""

from __future__ import annotations

from typing import TypeAlias

import pytest

from dunlang.diagnostics import Diagnostic
from dunlang.reading import layout
from dunlang.source import Source

Shape: TypeAlias = "list[tuple[str, Shape]]"


def shape(text: str) -> Shape:
    def of(blocks: list[layout.Block]) -> Shape:
        return [(" ".join(block.tokens), of(block.children)) for block in blocks]

    problems: list[Diagnostic] = []
    found = of(layout.blocks(Source("x", text), problems))
    assert problems == []
    return found


def codes(text: str) -> list[tuple[str, str, str]]:
    source = Source("x", text)
    problems: list[Diagnostic] = []
    layout.blocks(source, problems)
    return [(problem.code, problem.span.text, problem.hint) for problem in problems]


def test_indentation_makes_blocks_of_any_depth() -> None:
    assert shape("a\n  b\n  c\n    d\n  e\nf") == [
        ("a", [("b", []), ("c", [("d", [])]), ("e", [])]),
        ("f", []),
    ]


def test_each_block_may_have_its_own_width() -> None:
    assert shape("a\n b\na\n     b\n     c") == [("a", [("b", [])]), ("a", [("b", []), ("c", [])])]


def test_empty_lines_and_comments_belong_to_no_block() -> None:
    assert shape("a # x\n\n# y\n        # z\n  b\n\n") == [("a", [("b", [])])]


def test_parentheses_carry_a_statement_on_if_the_next_line_stands_deeper() -> None:
    assert shape("a (b\n  c\n\n  # d\n e)\nf") == [("a ( b c e )", []), ("f", [])]


@pytest.mark.parametrize("next_line", ["b", "stage b", ") b"])
def test_a_line_that_does_not_stand_deeper_is_a_new_statement(next_line: str) -> None:
    assert [words for words, _ in shape(f"a (\n{next_line}")] == ["a (", next_line]


def test_an_open_parenthesis_does_not_swallow_statements() -> None:
    assert shape("for (a\n  no fees\n  skip b") == [("for ( a", [("no fees", []), ("skip b", [])])]


def test_an_open_parenthesis_does_not_swallow_stages() -> None:
    assert shape("for (a\n  stage b\n    at least 5 days between notices\n    by c") == [
        ("for ( a", [("stage b", [("at least 5 days between notices", []), ("by c", [])])])
    ]


def test_bounds_of_a_fee_may_begin_a_continued_line() -> None:
    assert shape("fee (5 EUR\n  at least 3 EUR\n  at most 4 EUR)") == [
        ("fee ( 5 EUR at least 3 EUR at most 4 EUR )", [])
    ]


def test_a_fact_at_the_beginning_of_a_continued_line_is_no_statement() -> None:
    assert shape("for (a or\n  stage is b or\n  promise is c)") == [
        ("for ( a or stage is b or promise is c )", [])
    ]


def test_a_tab_in_indentation_is_reported_once() -> None:
    assert codes("a\n\tb\n\tc\n  \td") == [
        ("D005", "\t", "indent with spaces, two for each step"),
    ]


def test_a_tab_between_words_is_a_blank() -> None:
    assert shape("a\tb\t# c") == [("a b", [])]


def test_a_line_between_two_columns_is_sent_to_the_nearer_one() -> None:
    assert codes("a\n        b\n  c") == [("D006", "c", "begin it at the margin")]
    assert codes("a\n        b\n      c") == [("D006", "c", "indent it with 8 spaces")]


def test_a_first_line_that_is_indented_is_reported_once() -> None:
    assert codes("  a\n    b\nc") == [("D007", "a", "begin it at the margin")]


def test_a_staircase_of_a_thousand_steps_is_no_problem() -> None:
    assert codes("".join(f"{' ' * step}a\n" for step in range(1000))) == []
