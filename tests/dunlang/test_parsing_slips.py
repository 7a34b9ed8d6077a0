"""Each word of each construct is mistyped, and each statement is cut off everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dunlang.reading import grammar, layout
from dunlang.reading.parsing import parse
from dunlang.reading.statement import with_free_names
from dunlang.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lark import Token

    from dunlang.diagnostics import Diagnostic

GOLDEN = Path(__file__).parents[1] / "golden" / "policies"
NAMES = ["de_standard", "every_construct", "every_account_construct"]
MORE = """
fact customer.a : set of text
fact customer.b : percent default 5%
hold "x" while not (customer.a is known and stage not in (x)) and notices so far > 2
interest 9% a year from due date by act/act fixed at default
interest 2% a month from reminder by 30/360
interest r rounded up to 0.5 + 9 pp by act/365
stage q after x "title"
  after 30 days overdue at the end of that month and from 3 days before due
  after 2 weeks since invoice date and 1 month since reminder and 2 days since start
  fee (5.00 EUR + 2% of original amount) at least 3 EUR at most 4 EUR once
  finalize only
  at least 1 week between notices to a customer
  when invoice.disputed else q
  repeat every 7 days at most 3 more times
  cancel "x" at customer.term_end
  write off
for x from 2026-01-01 until 2026-02-02
  wait 3 days shorter
  grace 2 weeks
  no interest
  no interest below 5 EUR
  stage q
    fee by bracket of open amount once per letter converted by "t"
      5 EUR below 10 EUR
      5 EUR up to 10 EUR
      5 EUR otherwise
    fee by steps of open amount at least 5 EUR at most 9 EUR
      5% of the first 10 EUR
      5% of the next 10 EUR
      5% of the rest
guarantee "g"
  at q for x: fee is 0 EUR and fees so far <= 5 EUR
  always: days overdue > 3
example "y"
  given customer tags "a" "b" from 2026-01-01
  given invoice 5 EUR due 2026-01-01 issued 2025-01-01, project "x"
  given promise 5 EUR by 2026-01-01 on 2026-01-02
  given credit 5 EUR on 2026-01-02
  given charges paid 5 EUR on 2026-01-02
  given charges waived 5 EUR on 2026-01-02
  given dispute from 2026-01-01 to 2026-01-05
  given excluded from 2026-01-01 to 2026-01-05
  given customer excluded from 2026-01-01 to 2026-01-05
  given invoice excluded from 2026-01-01 to 2026-01-05
  expect nothing until 2026-01-01
  expect held "x" on 2026-01-01
  expect excluded "x" on 2026-01-01
  expect not q
  expect settled on 2026-01-01 interest 5 EUR
  expect 2026-01-01 q by email no fee interest 5 EUR deadline 2026-01-02
"""
STAYS_A_VALUE = frozenset(
    {"promise", "known", "unknown", "stage", "no", "yes", "not", "fee", "start"}
)
"""Where any name may stand (a segment, a choice), a mistyped word is a name; the checker knows."""


def pieces() -> Iterator[tuple[str, layout.Block]]:
    """Every block at the margin as a text of its own, and each statement in it."""
    texts = {name: (GOLDEN / f"{name}.dun").read_text("utf-8") for name in NAMES} | {"more": MORE}
    for name, text in texts.items():
        for root in layout.blocks(Source(name, text), []):
            piece = text[root.start : root.last] + "\n"
            if not piece.startswith("policy"):
                piece = f"policy p version 1\n{piece}"
            for block in layout.blocks(Source(name, piece), [])[-1:]:
                yield from ((piece, each) for each in below(block))


def below(block: layout.Block) -> Iterator[layout.Block]:
    yield block
    for child in block.children:
        yield from below(child)


def problems_of(text: str) -> list[Diagnostic]:
    return parse(Source("test.dun", text))[1]


def swapped(word: str) -> str:
    """The word with its last two different letters swapped; else with one letter too many."""
    for at in range(len(word) - 1, 0, -1):
        if word[at] != word[at - 1] and word[at - 1].isalpha() and word[at].isalpha():
            return word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :]
    return word + word[-1]


def written(token: Token, piece: str) -> Iterator[tuple[int, str]]:
    """The words of a phrase, and where they stand."""
    at = layout.start(token)
    for word in str(token).split():
        at = piece.index(word, at)
        yield at, word
        at += len(word)


ALL = list(pieces())


def test_the_texts_of_these_tests_are_right_and_have_every_word_of_the_language() -> None:
    assert [problem for piece, _ in ALL for problem in problems_of(piece)] == []
    used = {token.type for _, block in ALL for token in block.tokens}
    assert set(grammar.words()) - used - NEVER_SEEN == set()


NEVER_SEEN = {"GIVEN"}
"""The beginning of phrases, which is no statement by itself."""


def test_every_mistyped_word_of_the_language_is_recognised() -> None:
    wrong: list[str] = []
    for piece, block in ALL:
        for token in with_free_names(block.tokens, "example"):
            if token.type not in grammar.words():
                continue
            for at, word in written(token, piece):
                if word in STAYS_A_VALUE and token is not block.tokens[0]:
                    continue
                typed = swapped(word)
                problems = problems_of(piece[:at] + typed + piece[at + len(word) :])
                told = [(p.code, p.span.start, word in p.hint) for p in problems]
                if told != [("D024", at, True)]:
                    wrong.append(f"{typed} in {' '.join(block.tokens)}: {problems}")
    assert wrong == []


def test_a_statement_cut_off_anywhere_has_at_most_one_problem_and_it_stands_there() -> None:
    wrong: list[str] = []
    for piece, block in ALL:
        for token in block.tokens[1:]:
            cut = len(piece[: layout.start(token)].rstrip())
            problems = problems_of(piece[:cut] + piece[block.end :])
            places = [problem.span for problem in problems]
            if len(places) > 1 or any(not block.start <= at.start <= cut for at in places):
                wrong.append(f"{piece[block.start : cut]}: {problems}")
    assert wrong == []
