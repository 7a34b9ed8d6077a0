"""Whatever somebody types, reading it ends, and every problem lies inside the text."""

from __future__ import annotations

from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from dunlang.codes.catalogue import PAGES
from dunlang.compile import read_source
from dunlang.diagnostics import has_errors
from dunlang.reading import grammar, layout
from dunlang.reading.decode import decode
from dunlang.reading.lexing import lexemes
from dunlang.reading.parsing import parse
from dunlang.render import as_text
from dunlang.source import Source

POLICIES = Path(__file__).parents[1] / "golden" / "policies"
STANDARD = (POLICIES / "de_standard.dun").read_text("utf-8")
LINES = STANDARD.split("\n")
PIECES = [*grammar.words().values(), *",:()|+%<>#\"'=!;\t\r\n€\u00a0\ufeff\0", "5", "EUR", "DE"]
PIECES += ["customer.kind", "2026-01-01", "2026-02-30", "09:00", '"text"', "    ", "==", "9" * 50]

words = st.sampled_from(PIECES)
texts = st.one_of(
    st.text(max_size=200),
    st.lists(words, max_size=40).map(" ".join),
    st.lists(words, max_size=40).map("".join),
)


def must_be_readable(text: str) -> None:
    source = Source("any.dun", text)
    policy, problems = parse(source)
    assert policy is not None or has_errors(problems)
    checked, told = read_source(source)
    assert (checked is None) == has_errors(told), "what cannot be used is told, and only that"
    for problem in problems:
        assert problem.code in PAGES
        assert problem.message
        assert "\n" not in problem.message + problem.hint
        for span in (problem.span, *(where for where, _ in problem.related)):
            assert 0 <= span.start <= span.end <= len(text)
    assert as_text(problems) if problems else True


@given(texts)
@example("\ufeff\ufeff")
@example("given customer (")
@example("policy")
@example(f"\ufeff# A comment behind a byte-order mark.\n{STANDARD}")
@example(f"\ufeff\n{STANDARD}")
def test_any_text_can_be_read(text: str) -> None:
    must_be_readable(text)


@given(st.binary(max_size=200))
def test_any_file_can_be_read(data: bytes) -> None:
    source, problems = decode("any.dun", data)
    assert (source is None) == bool(problems)
    if source is not None:
        must_be_readable(source.text)


@given(texts)
def test_lexemes_cover_everything_but_blanks(text: str) -> None:
    source = Source("any.dun", text)
    at = 0
    for lexeme in lexemes(source):
        assert text[at : lexeme.span.start].strip(" \t") == ""
        assert lexeme.span.start < lexeme.span.end
        at = lexeme.span.end
    assert text[at:].strip(" \t") == ""


@given(st.data())
def test_a_policy_with_words_deleted_inserted_or_replaced_can_be_read(data: st.DataObject) -> None:
    tokens = [layout.span(Source("x", STANDARD), token) for token in grammar.tokens(STANDARD)]
    text = STANDARD
    places = st.integers(0, len(tokens) - 1)
    for at in sorted(data.draw(st.sets(places, min_size=1, max_size=5)), reverse=True):
        span = tokens[at]
        new = data.draw(st.one_of(st.just(""), words, words.map(f"{{}} {span.text}".format)))
        text = text[: span.start] + new + text[span.end :]
    must_be_readable(text)


@given(st.data())
def test_a_policy_with_lines_moved_repeated_or_indented_can_be_read(data: st.DataObject) -> None:
    lines = list(LINES)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(lines) - 1))
        line = lines.pop(at)
        to = data.draw(st.integers(0, len(lines)))
        for _ in range(data.draw(st.integers(0, 2))):
            indent = data.draw(st.sampled_from(["", "  ", " ", "    ", "\t", "\u00a0"]))
            lines.insert(to, indent + line)
    must_be_readable("\n".join(lines))


@given(st.integers(0, len(STANDARD)), st.integers(0, len(STANDARD)))
def test_any_part_of_a_policy_can_be_read(start: int, end: int) -> None:
    must_be_readable(STANDARD[start:end])


@given(st.integers(0, len(LINES)), words, st.sampled_from(["", "  ", "    "]))
def test_one_wrong_line_does_not_disturb_the_others(at: int, word: str, indent: str) -> None:
    """A line that is no statement, put anywhere, is the only thing that is reported."""
    if "\n" in word or word.lstrip()[:1] in {"", "#", "\0", "\ufeff"}:
        word = "x"
    lines = [*LINES[:at], f"{indent}zzz {word}", *LINES[at:]]
    _, problems = parse(Source("any.dun", "\n".join(lines)))
    assert problems
    assert {problem.span.line for problem in problems} <= {at + 1, at + 2}
