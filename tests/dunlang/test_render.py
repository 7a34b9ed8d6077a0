"""How a problem looks on a terminal, to a program, and to a code review."""

from __future__ import annotations

import json
import re

from dunlang.diagnostics import Diagnostic
from dunlang.render import as_github, as_json, as_sarif, as_text
from dunlang.source import Source, Span


def place(source: Source, words: str) -> Span:
    start = source.text.index(words)
    return Span(source, start, start + len(words))


SEGMENT = "segment consumer    when customer.kind is consumr"
POLICY = Source("policies/de_standard/3.dun", "\n" * 23 + SEGMENT + "\n")
MISTAKE = Diagnostic(
    "D204",
    place(POLICY, "consumr"),
    "'consumr' is not a kind of customer",
    hint="did you mean 'consumer'?",
    notes=("customer.kind is one of business, consumer, public_body",),
)


def test_a_mistake_looks_as_the_language_reference_says() -> None:
    assert as_text([MISTAKE]) == (
        "policies/de_standard/3.dun:24:43: error[D204]: 'consumr' is not a kind of customer\n"
        "   24 | segment consumer    when customer.kind is consumr\n"
        "      |                                           ^^^^^^^ did you mean 'consumer'?\n"
        "      = customer.kind is one of business, consumer, public_body\n"
    )


def test_several_problems_are_separated_by_a_blank_line() -> None:
    source = Source("a.dun", "one\ntwo\n")
    first = Diagnostic("D101", place(source, "one"), "the first")
    second = Diagnostic("W101", place(source, "two"), "the second")
    assert as_text([first, second]) == (
        "a.dun:1:1: error[D101]: the first\n"
        "    1 | one\n"
        "      | ^^^\n"
        "\n"
        "a.dun:2:1: warning[W101]: the second\n"
        "    2 | two\n"
        "      | ^^^\n"
    )


def test_nothing_wrong_is_nothing_to_read() -> None:
    assert as_text([]) == ""
    assert as_json([]) == "[]"
    assert as_github([]) == ""


def test_the_caret_stands_under_words_after_wide_letters_and_combining_marks() -> None:
    source = Source("a.dun", '"督促状 e\u0301" xx')
    problem = Diagnostic("D101", place(source, "xx"), "no")
    assert as_text([problem]).splitlines()[1:] == [
        '    1 | "督促状 e\u0301" xx',
        "      | " + " " * 11 + "^^",
    ]


def test_wide_words_get_a_caret_for_each_cell() -> None:
    source = Source("a.dun", "a 督促 b")
    problem = Diagnostic("D101", place(source, "督促"), "no")
    assert as_text([problem]).splitlines()[2] == "      |   ^^^^"


def test_a_tab_is_shown_as_one_blank() -> None:
    source = Source("a.dun", "\tx\ty")
    problem = Diagnostic("D101", place(source, "y"), "no")
    assert as_text([problem]).splitlines()[1:] == ["    1 |  x y", "      |    ^"]


def test_control_characters_never_reach_the_terminal() -> None:
    source = Source("a\x1b.dun", "x \x1b[2J \u202e y\r")
    problem = Diagnostic("D101", place(source, "y"), "not \x07 here", hint="\x1b[0m")
    text = as_text([problem])
    assert not [c for c in text if c != "\n" and (ord(c) < 32 or c == "\u202e")]
    assert text.splitlines()[2] == "      |          ^ \N{REPLACEMENT CHARACTER}[0m"


def test_a_long_line_is_cut_around_the_words() -> None:
    source = Source("a.dun", "a" * 300 + " here " + "b" * 300)
    problem = Diagnostic("D101", place(source, "here"), "no", hint="this")
    _, line, caret = as_text([problem]).splitlines()
    assert line.startswith("    1 | …aaa")
    assert line.endswith("bbb…")
    assert len(line) <= 8 + 101
    assert line[caret.index("^") : caret.index("^") + 4] == "here"
    assert caret.endswith("^^^^ this")


def test_a_long_line_whose_words_stand_at_its_beginning_is_cut_at_its_end_only() -> None:
    source = Source("a.dun", "here " + "b" * 300)
    problem = Diagnostic("D101", place(source, "here"), "no")
    _, line, caret = as_text([problem]).splitlines()
    assert line.startswith("    1 | here bbb")
    assert caret == "      | ^^^^"


def test_words_over_several_lines_are_marked_on_the_first() -> None:
    source = Source("a.dun", "for x\n  skip y\nstage z\n")
    problem = Diagnostic("D101", Span(source, 4, 14), "no")
    assert as_text([problem]).splitlines()[1:] == ["    1 | for x", "      |     ^"]


def test_an_empty_place_at_the_end_of_the_text_still_has_a_caret() -> None:
    source = Source("a.dun", "ab")
    problem = Diagnostic("D101", Span(source, 2, 2), "something is missing")
    assert as_text([problem]).splitlines()[1:] == ["    1 | ab", "      |   ^"]
    empty = Source("a.dun", "")
    problem = Diagnostic("D101", Span(empty, 0, 0), "nothing there")
    assert as_text([problem]).splitlines()[1:] == ["    1 |", "      | ^"]


def test_other_places_are_shown_with_what_they_are() -> None:
    source = Source("a.dun", "stage x\nstage x\n")
    other = Source("b.dun", "fact y\n")
    problem = Diagnostic(
        "D104",
        Span(source, 14, 15),
        "there are two stages 'x'",
        related=((Span(source, 6, 7), "the first one"), (Span(other, 5, 6), "and this")),
    )
    assert as_text([problem]) == (
        "a.dun:2:7: error[D104]: there are two stages 'x'\n"
        "    2 | stage x\n"
        "      |       ^\n"
        "    1 | stage x\n"
        "      |       - the first one\n"
        "      = b.dun:1:6:\n"
        "    1 | fact y\n"
        "      |      - and this\n"
    )


def test_colour_changes_nothing_but_the_colour() -> None:
    coloured = as_text([MISTAKE], color=True)
    assert "\x1b[1;31merror[D204]\x1b[0m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == as_text([MISTAKE])


def test_json_names_code_place_and_way_out() -> None:
    assert json.loads(as_json([MISTAKE])) == [
        {
            "code": "D204",
            "severity": "error",
            "file": "policies/de_standard/3.dun",
            "line": 24,
            "column": 43,
            "length": 7,
            "message": "'consumr' is not a kind of customer",
            "hint": "did you mean 'consumer'?",
            "notes": ["customer.kind is one of business, consumer, public_body"],
            "related": [],
        }
    ]


def test_sarif_points_at_a_rule_of_the_catalogue_and_at_the_words() -> None:
    source = Source("my policies\\ä.dun", SEGMENT)
    mistake = Diagnostic(
        "D204", place(source, "consumr"), "no", related=((place(source, "kind"), "this"),)
    )
    log = json.loads(as_sarif([mistake]))
    assert (log["version"], len(log["runs"])) == ("2.1.0", 1)
    run = log["runs"][0]
    (result,) = run["results"]
    assert result["level"] == "error"
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "D204"
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "my%20policies/%C3%A4.dun"},
        "region": {"startLine": 1, "startColumn": 43, "endLine": 1, "endColumn": 50},
    }
    assert result["relatedLocations"][0]["message"] == {"text": "this"}


def test_a_github_annotation_escapes_what_the_command_would_misread() -> None:
    source = Source("a,b:c%.dun", "x\n")
    problem = Diagnostic("W101", Span(source, 0, 1), "100% sure", notes=("second: line",))
    assert as_github([problem]) == (
        "::warning file=a%2Cb%3Ac%25.dun,line=1,col=1,title=W101::100%25 sure%0Asecond: line\n"
    )
