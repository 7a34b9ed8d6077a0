"""A broken statement is reported at the very word that is wrong, and only that one."""

from __future__ import annotations

from pathlib import Path

import pytest

from dunlang.compile import compile_source
from dunlang.reading.parsing import MOST_PROBLEMS, parse
from dunlang.source import Source
from tests.dunlang.reading import problems_of, read, told

GOLDEN = Path(__file__).parents[1] / "golden" / "policies"
STANDARD = (GOLDEN / "de_standard.dun").read_text("utf-8")
HEADER = "policy p version 1\n"


@pytest.mark.parametrize(
    "statement",
    [
        "exclude",
        'exclude "x"',
        'exclude "x" when',
        'exclude "x" when days overdue <',
        'exclude "x" when customer.kind in',
        "at least 5",
        "at least 5 days",
        "fees at most",
        "fees at most 5",
        "fees at most 5 EUR |",
        "fact customer.x",
        "fact customer.x :",
        "fact customer.x : text default",
        "segment",
        "for",
        "for x from",
        "example",
        "stage",
        "stage s after",
        "rate",
        "rate r",
        "rate r from",
        "interest",
        "interest 9",
        "interest 9%",
        "interest r +",
        "interest r + 9",
        "interest r rounded up to",
        "interest 9% a year from",
        "interest 9% a year by",
        "no interest below",
        "fees taxed at",
        "fees taxed at 20",
        "contact at most",
        "contact at most 7",
        "contact at most 7 times in",
        "contact at most 7 times in 7 days",
        "contact between 08:00",
        "without stage",
        "include",
        "guarantee",
    ],
)
def test_a_statement_that_stops_too_early_is_reported_at_its_end(statement: str) -> None:
    text = f"{HEADER}{statement}\nfees at most 5 EUR\n"
    (problem,) = problems_of(text)
    assert problem.code == "D022"
    assert problem.message.startswith("the statement stops too early; after '")
    assert (problem.span.line, problem.span.column) == (2, len(statement) + 1)


def test_neighbours_of_a_broken_statement_do_not_notice() -> None:
    text = STANDARD.replace("fees at most 40.00", "fees at mots 40.00")
    policy, problems = parse(Source("test.dun", text))
    assert [problem.span.text for problem in problems] == ["mots"]
    assert policy is not None
    whole = read(STANDARD)
    assert policy.header == whole.header
    assert [item for item in whole.items if item not in policy.items] == [
        item for item in whole.items if type(item).__name__ == "FeesAtMost"
    ]


def test_a_broken_line_of_a_stage_is_missing_and_nothing_else() -> None:
    text = STANDARD.replace("  pay within 7 business days\n", "  pay whithin 7 business days\n")
    policy, problems = parse(Source("test.dun", text))
    assert [problem.span.text for problem in problems] == ["whithin"]
    assert policy == read(STANDARD.replace("  pay within 7 business days\n", ""))


@pytest.mark.parametrize("opening", ["stge s", "stage", "stage 5", "Stage s", "stage s s"])
def test_lines_under_a_broken_stage_are_read_as_those_of_a_stage(opening: str) -> None:
    found = told(f"policy p version 1\n{opening}\n  after 3 days\n  pay witin 3 days\n  by post\n")
    assert [words for _, words in found][1:] == ["witin"]


def test_lines_under_an_unknown_word_are_read_as_what_they_look_like() -> None:
    found = told("policy p version 1\nwhatever x\n  after 3 days\n  pay witin 3 days\n  by post\n")
    assert found == [("D020", "whatever"), ("D024", "witin")]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("stage s\n  grace 2 days\n", "grace"),
        ("stage s\n  skip s\n", "skip"),
        ("pay within 3 days\n", "pay within"),
        ("effective 2026-01-01\n", "effective"),
        ("for c\n  after 3 days\n", "after"),
        ("for c\n  segment a when b\n", "segment"),
        ('example "x"\n  stage s\n', "stage"),
        ("given payment 5 EUR on 2026-01-01\n", "given payment"),
    ],
)
def test_a_statement_in_the_wrong_place_says_where_it_belongs(text: str, words: str) -> None:
    (problem,) = problems_of(f"policy p version 1\n{text}")
    assert (problem.code, problem.span.text) == ("D025", words)
    assert " belongs " in problem.message


def test_twenty_mistakes_in_two_thousand_lines_are_all_reported() -> None:
    head, _, rest = STANDARD.partition("\nfact ")
    lines = (head + f"\nfact {rest}" * 22).split("\n")
    lines = (lines * 2)[:2000] if len(lines) < 2000 else lines[:2000]
    first_block = next(at for at, line in enumerate(lines) if line.startswith("fact"))
    wrong: list[int] = []
    for at in range(first_block, len(lines)):
        if lines[at].startswith("  by ") and len(wrong) < 20:
            lines[at] = lines[at].replace("  by ", "  bby ")
            wrong.append(at + 1)
    lines = [line for at, line in enumerate(lines) if at < first_block or "policy" not in line[:6]]
    source = Source("large.dun", "\n".join(lines))
    _, problems = parse(source)
    found = [problem for problem in problems if problem.span.text == "bby"]
    assert len(wrong) == 20
    assert [problem.hint for problem in found] == ["did you mean 'by'?"] * 20


def test_reading_stops_after_a_hundred_problems() -> None:
    problems = problems_of("policy p version 1\n" + "nonsense\n" * 5000)
    assert len(problems) == MOST_PROBLEMS + 1
    assert problems[-1].code == "D008"


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("", ["D004"]),
        ("\n\n", ["D004"]),
        ("# only\n# comments", ["D004"]),
        ("fees at most 5 EUR", ["D030"]),
        ("policy p version 1\npolicy q version 1", ["D031"]),
        ("policy p version 1\n" * 3, ["D031", "D031"]),
        ("fees at most 5 EUR\npolicy p version 1", ["D032"]),
        ("polciy p version 1", ["D024"]),
        ("a\0b", ["D003"]),
        ("x" * 1_000_001, ["D001"]),
        ("x " * 200_001, ["D001"]),
    ],
)
def test_whole_files(text: str, codes: list[str]) -> None:
    policy, problems = parse(Source("test.dun", text))
    assert [problem.code for problem in problems] == codes
    assert (policy is None) == (not text.startswith(("policy", "fees at most 5 EUR\npolicy")))


@pytest.mark.parametrize("deep", [50, 200, 900, 20_000])
@pytest.mark.parametrize("opening", ["(", "not ", "not (", "(not not "])
def test_nesting_is_limited_and_never_a_crash(opening: str, deep: int) -> None:
    closing = ")" * (opening.count("(") * deep)
    (problem,) = problems_of(f'policy p version 1\nexclude "x" when {opening * deep}a{closing}\n')
    assert problem.code in {"D017", "D018", "D001"}


def test_forty_levels_are_read() -> None:
    text = 'policy p version 1\nexclude "x" when {}a{}\n'
    assert problems_of(text.format("(" * 40, ")" * 40)) == []
    assert problems_of(text.format("not " * 40, "")) == []
    assert told(text.format("(" * 41, ")" * 41)) == [("D017", "(")]
    assert told(text.format("not " * 41, "")) == [("D017", "not")]


def test_many_short_conditions_are_not_deep() -> None:
    some = " and ".join(["not (a)"] * 200)
    assert problems_of(f'policy p version 1\nexclude "x" when {some}\n') == []


def test_what_is_not_utf8_or_does_not_show_is_named() -> None:
    text = 'policy p version 1\nexclude "a\u202eb" when c # \x07\n'
    assert told(text) == [("D011", "\u202e"), ("D011", "\x07")]


def test_foreign_letters_are_welcome_in_texts_and_comments() -> None:
    text = 'policy p version 1\nexclude "Größe „gut“ 日本\u00a0語" when c # naïve €\n'
    assert problems_of(text) == []


def test_a_word_with_a_foreign_letter_is_reported_as_one() -> None:
    assert told("policy p version 1\nsegment großkunde when c\n") == [("D010", "großkunde")]


def test_windows_line_ends_are_a_warning_and_change_nothing() -> None:
    policy, problems = parse(Source("test.dun", STANDARD.replace("\n", "\r\n")))
    assert [problem.code for problem in problems] == ["W001"]
    assert policy == read(STANDARD)


def test_a_byte_order_mark_is_a_warning_and_changes_nothing() -> None:
    policy, problems = parse(Source("test.dun", f"\ufeff{STANDARD}"))
    assert [problem.code for problem in problems] == ["W002"]
    assert policy == read(STANDARD)


@pytest.mark.parametrize("first", ["", "# a comment", "  # another"])
def test_what_stands_behind_a_byte_order_mark_is_read_as_without_it(first: str) -> None:
    plain, found = compile_source(Source("test.dun", f"{first}\n{STANDARD}"))
    marked, problems = compile_source(Source("test.dun", f"\ufeff{first}\n{STANDARD}"))
    assert [each.code for each in problems] == ["W002", *(each.code for each in found)]
    assert marked is not None
    assert plain is not None
    assert [each.id for each in marked.base.stages] == [each.id for each in plain.base.stages]
