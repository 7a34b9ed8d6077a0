"""What an editor offers while somebody types: words, meanings, places of names, fixes."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from dunlang.builtins import CHANNELS, FACTS
from dunlang.codes.catalogue import PAGES
from dunlang.codes.page import complete as whole
from dunlang.compile import read_source, shared_problems
from dunlang.diagnostics import Diagnostic
from dunlang.editing import phrases
from dunlang.editing.complete import Completion, complete
from dunlang.editing.fixes import apply, fixes
from dunlang.editing.highlight import highlight_line
from dunlang.editing.hover import definition, hover
from dunlang.editing.names import outline
from dunlang.editing.openings import OPENINGS
from dunlang.reading import grammar, statement
from dunlang.reading.parsing import is_shared
from dunlang.source import Source

BAD = Path(__file__).parents[1] / "golden" / "bad"
_POLICY = re.compile(r"^```dun\n(.*?)^```", re.DOTALL | re.MULTILINE)
POLICY = """\
policy standard version 3 "Standard dunning"
  effective 2026-01-01
  currency EUR, CHF
  timezone Europe/Berlin

fact customer.risk : one of (low, high) default low
rate base from "de-basiszinssatz"
segment consumer when customer.kind is consumer
hold "disputed" while invoice.disputed

stage reminder "Payment reminder"
  after 3 days overdue
  by email
stage notice
"""


def offered(text: str) -> Completion:
    """What is offered at the sign `|`, behind the policy."""
    source = f"{POLICY}{text}"
    at = source.index("|")
    return complete(Source("x", source[:at] + source[at + 1 :]), at)


def words(text: str) -> list[str]:
    return [item.text for item in offered(text).items]


# -------------------------------------------------------------------------------- the tables


def test_every_statement_of_the_language_has_a_meaning() -> None:
    for place in (*grammar.PLACES, "shared"):
        begins = {kind for kind in grammar.openings(place) if kind in grammar.words()}
        assert begins == set(OPENINGS[place])


def test_every_example_of_a_statement_can_be_read_where_it_stands() -> None:
    for place, openings in OPENINGS.items():
        for kind, opening in openings.items():
            found = list(grammar.tokens(opening.example))
            assert found[0].type == kind
            read = statement.read(statement.with_free_names(found, place), place)
            assert not isinstance(read, statement.Stuck), opening.example


def test_every_word_of_the_language_has_a_meaning() -> None:
    known = {kind for openings in OPENINGS.values() for kind in openings} | phrases.MEANINGS.keys()
    facts = {kind for kind, word in grammar.words().items() if word in FACTS}
    assert set(grammar.words()) - known - facts == set()
    assert phrases.MEANINGS.keys() <= set(grammar.words())


def test_every_channel_has_a_meaning() -> None:
    assert set(phrases.CHANNELS) == set(CHANNELS)


# -------------------------------------------------------------------------------- completion


def test_a_new_line_in_a_stage_offers_clauses_with_what_they_mean() -> None:
    found = offered("  |")
    assert [item.text for item in found.items[:4]] == ["after", "from", "when", "repeat every"]
    assert found.items[0].meaning.startswith("how long the stage waits")


def test_a_clause_that_stands_there_is_not_offered_again() -> None:
    assert "by" not in words("  by email\n  |")
    assert "after" not in words("  from 3 days overdue\n  |")


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("  by |", ["email", "post", "registered_post"]),
        ("  by email else |", ["post", "registered_post", "sms"]),
        ("  when open am|", ["open amount"]),
        ("  when customer.kind is |", ["business", "consumer", "public_body"]),
        ("  when customer.risk is |", ["low", "high"]),
        ("  when customer.country in (DE, A|", ["AD", "AE", "AF"]),
        ("  fee 5.00 |", ["EUR", "CHF"]),
        ("  hand ov|", ["hand over to"]),
        ("  when c|", ["consumer", "customer.id", "customer.name"]),
        ("for |", ["consumer"]),
        ("for consumer\n  skip |", ["reminder", "notice"]),
        ("for consumer\n  stage |", ["reminder", "notice"]),
        ("interest b|", ["base"]),
        ('example "x"\n  expect 2026-03-05 |', ["reminder", "notice"]),
        ('example "x"\n  expect held |', ['"disputed"']),
        ('example "x"\n  given customer ri|', ["risk"]),
        ("at |", ["at least"]),
        ("stage x|", []),
        ("sta|", ["stage"]),
    ],
)
def test_what_is_offered_first(typed: str, first: list[str]) -> None:
    assert words(typed)[: len(first)] == first
    assert first or not words(typed)


def test_an_empty_file_begins_with_a_policy() -> None:
    assert complete(Source("x", ""), 0).items[0].text == "policy"


def test_nothing_is_offered_in_texts_and_comments() -> None:
    assert words('  template "by |') == []
    assert words("  # by |") == []


def test_a_place_where_a_number_comes_says_so() -> None:
    assert offered("  pay within |").expected == "after 'pay within' comes a number of days"


def test_a_word_in_parentheses_over_lines_belongs_to_its_statement() -> None:
    assert "open amount" in words("  when (days overdue > 3\n    and op|")


# ---------------------------------------------------------------------- meanings and places


def shown(text: str, word: str, which: int = 0) -> str:
    at = -1
    for _ in range(which + 1):
        at = text.index(word, at + 1)
    found = hover(Source("x", text), at + 1)
    return "" if found is None else f"{found.title}: {found.meaning}"


def test_a_word_says_what_it_means_where_it_stands() -> None:
    assert "how long the stage waits" in shown(POLICY, "after")
    assert shown(POLICY, "days overdue").startswith("days overdue : number: whole days since")
    assert "business days: days that are no weekend" in shown("  grace 2 business days", "business")


def test_a_fact_says_its_type_and_whether_it_may_be_unknown() -> None:
    assert shown(POLICY, "customer.kind") == (
        "customer.kind : one of (business, consumer, public_body): "
        "what kind of customer it is; a ledger may leave it unknown"
    )


def test_a_name_says_where_it_is_given() -> None:
    text = f"{POLICY}for consumer\n  skip reminder\n"
    assert shown(text, "consumer", 2) == "segment consumer: when customer.kind is consumer"
    assert shown(text, "reminder", 2) == 'stage reminder: "Payment reminder", given in line 11'


def test_a_name_leads_to_where_it_is_given() -> None:
    text = f"{POLICY}for consumer\n  skip reminder\n"
    found = definition(Source("x", text), text.rindex("reminder"))
    assert found is not None
    assert (found.line, found.column, found.text) == (11, 7, "reminder")


def test_the_outline_has_what_stands_at_the_margin() -> None:
    found = [(each.kind, each.name, each.title) for each in outline(Source("x", POLICY))]
    assert found == [
        ("policy", "standard", "Standard dunning"),
        ("fact", "customer.risk", "one of (low, high) default low"),
        ("rate", "base", "de-basiszinssatz"),
        ("segment", "consumer", ""),
        ("hold", "disputed", ""),
        ("stage", "reminder", "Payment reminder"),
        ("stage", "notice", ""),
    ]


def test_words_look_like_what_they_are() -> None:
    line = 'stage notice "Größe 漢字" # 🙂'
    assert [(line[a:b], look) for a, b, look in highlight_line(line)] == [
        ("stage", "keyword"),
        ("notice", "definition"),
        ('"Größe 漢字"', "text"),
        ("# 🙂", "comment"),
    ]
    line = "  when open amount < 5.00 EUR and stage is none ="
    looks = [(line[a:b], look) for a, b, look in highlight_line(line)]
    assert ("open amount", "fact") in looks
    assert ("stage", "fact") in looks
    assert ("EUR", "currency") in looks
    assert looks[-1] == ("=", "mistake")


# ------------------------------------------------------------------------------------- fixes


def problems_of(text: str) -> list[Diagnostic]:
    source = Source("x.dun", text)
    return shared_problems(source) if is_shared(source) else read_source(source)[1]


def refused() -> list[str]:
    """The policies of the stories that are told in `tests/golden/bad`."""
    stories = (file.read_text("utf-8") for file in sorted(BAD.rglob("*.md")))
    return [found[1] for story in stories for found in _POLICY.finditer(story)]


def told(problems: list[Diagnostic]) -> Counter[tuple[str, str]]:
    return Counter((each.code, each.message) for each in problems)


def test_a_fix_writes_what_was_meant() -> None:
    text = POLICY.replace("by email", "by emial")
    (problem,) = (each for each in problems_of(text) if each.hint.startswith("did you mean"))
    (fix,) = fixes(problem)
    assert fix.title == "write 'email'"
    assert apply(problem.span.source, fix.edits) == POLICY


def test_whatever_a_fix_does_solves_its_problem_and_makes_no_other() -> None:
    """Over the wrong text of every code, and all stories of policies that are refused."""
    done = 0
    for text in [whole(page.wrong) for page in PAGES.values()] + refused():
        before = problems_of(text)
        for problem in before:
            for fix in fixes(problem):
                after = problems_of(apply(problem.span.source, fix.edits))
                key = problem.code, problem.message
                assert told(after)[key] < told(before)[key], fix
                assert sum(each.severity == "error" for each in after) <= sum(
                    each.severity == "error" for each in before
                ), fix
                done += 1
    assert done > 150
