"""Every text has words, and they are those of the parser."""

from __future__ import annotations

from dunlang.reading.lexing import Kind, lexemes
from dunlang.source import Source


def kinds(text: str) -> list[tuple[Kind, str]]:
    return [(lexeme.kind, lexeme.span.text) for lexeme in lexemes(Source("x", text))]


def test_words_have_the_kind_a_reader_sees() -> None:
    assert kinds('hold "x" while customer.kind is big  # why\n  at 09:00 5.0% 2026-01-01') == [
        ("keyword", "hold"),
        ("text", '"x"'),
        ("keyword", "while"),
        ("fact", "customer.kind"),
        ("keyword", "is"),
        ("name", "big"),
        ("comment", "# why"),
        ("line end", "\n"),
        ("keyword", "at"),
        ("time", "09:00"),
        ("number", "5.0"),
        ("sign", "%"),
        ("date", "2026-01-01"),
    ]


def test_a_phrase_is_one_word_and_its_parts_are_names() -> None:
    assert kinds("business  days business open amount open") == [
        ("keyword", "business  days"),
        ("name", "business"),
        ("keyword", "open amount"),
        ("name", "open"),
    ]


def test_a_phrase_ends_with_its_last_word() -> None:
    assert kinds("business days-off pay withindays") == [
        ("name", "business"),
        ("name", "days-off"),
        ("name", "pay"),
        ("name", "withindays"),
    ]


def test_a_phrase_does_not_reach_over_the_end_of_a_line() -> None:
    assert kinds("business\ndays") == [
        ("name", "business"),
        ("line end", "\n"),
        ("keyword", "days"),
    ]


def test_keywords_are_written_small() -> None:
    assert kinds("When WHEN when") == [("name", "When"), ("name", "WHEN"), ("keyword", "when")]


def test_what_makes_no_sense_is_a_mistake_and_reading_goes_on() -> None:
    assert kinds("a == 'b' €\n\"open\nlast") == [
        ("name", "a"),
        ("mistake", "=="),
        ("mistake", "'b'"),
        ("mistake", "€"),
        ("line end", "\n"),
        ("mistake", '"open'),
        ("line end", "\n"),
        ("name", "last"),
    ]


def test_a_stage_of_another_policy_is_a_name_only_behind_replaces() -> None:
    source = Source("x", "replaces old, other.old\nby other.old")
    kinds = [one.kind for one in lexemes(source) if one.span.text == "other.old"]
    assert kinds == ["name", "mistake"]
