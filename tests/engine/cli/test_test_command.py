"""`dun test` on examples that pass and examples that fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.cli.command import GOLDEN, ROOT, dun, process

pytestmark = pytest.mark.usefixtures("company")

RIGHT = (GOLDEN / "policies" / "de_standard.dun").read_text(encoding="utf-8")
EXPECTED = "expect 2026-03-16 notice by email and post fee 5.00 EUR"


def write(text: str) -> str:
    Path("mine.dun").write_text(text, encoding="utf-8")
    return "mine.dun"


def test_every_example_of_the_shipped_policies_passes() -> None:
    ended = dun("test", str(ROOT / "policies"))
    assert (ended.code, "FAIL" in ended.out) == (0, False)
    assert "all passed" in ended.err


def test_an_example_that_fails_is_shown_with_what_happened_instead() -> None:
    ended = dun("test", write(RIGHT.replace(EXPECTED, "expect 2026-03-17 notice by email")))
    assert ended.code == 1
    assert ended.err == "1 example run, 1 failed\n"
    assert ended.out == (
        "mine.dun\n"
        "  FAIL  a consumer who pays late\n"
        "\n"
        "mine.dun:90:10: error[D520]: notice happens on 2026-03-16, not on 2026-03-17\n"
        "   90 |   expect 2026-03-17 notice by email\n"
        "      |          ^^^^^^^^^^^^^^^^^ write '2026-03-16 notice', or change the policy\n"
        "\n"
        "What happened in 'a consumer who pays late':\n"
        "2026-03-05  stage      reminder  by email, 250.00 EUR open\n"
        "2026-03-16  stage      notice    by email and post, fee 5.00 EUR, pay by\n"
        "                                 2026-03-25, 250.00 EUR open\n"
        "2026-03-20  settled\n"
        "\n"
    )


def test_results_are_objects_for_programs() -> None:
    wrong = RIGHT.replace(EXPECTED, "expect 2026-03-16 notice by email and post fee 6.00 EUR")
    ended = dun("test", write(wrong), "--format", "json")
    (row,) = ended.rows
    assert (ended.code, row["file"], row["line"], row["passed"]) == (1, "mine.dun", 86, False)
    assert (row["policy"], row["version"]) == ("de_standard", 3)
    assert [problem["code"] for problem in row["problems"]] == ["D522"]
    assert [event["stage"] or event["event"] for event in row["story"]] == [
        "reminder",
        "notice",
        "settled",
    ]


def test_a_policy_with_an_error_fails_and_the_others_are_run() -> None:
    file = write(RIGHT.replace("grace 2 days", "grace two days").replace("de_standard", "mine"))
    ended = dun("test", file, "policies")
    assert ended.code == 1
    assert "mine.dun:10:" in ended.err
    assert ended.err.endswith("1 example run, all passed, 1 file with errors left out\n")
    assert "  pass  a consumer who pays late" in ended.out


def test_a_policy_without_examples_says_so() -> None:
    ended = dun("test", write(RIGHT[: RIGHT.index("example ")]))
    assert (ended.code, ended.out) == (0, "mine.dun\n  no examples\n")
    assert ended.err == "0 examples run\n"


GUARANTEE = (
    '\nguarantee "nobody pays more than 40 euros"\n  always: fees so far <= 40 EUR | 40 CHF\n'
)


def test_a_guarantee_is_not_taken_for_proved() -> None:
    ended = dun("test", write(RIGHT + GUARANTEE))
    assert ended.code == 0
    assert ended.out == (
        "mine.dun\n"
        "  pass  a consumer who pays late\n"
        "  not proved  nobody pays more than 40 euros (this version has no prover)\n"
    )
    assert ended.err == "1 example run, all passed, 1 guarantee not proved\n"
    _, guarantee = dun("test", "mine.dun", "--format", "json").rows
    assert guarantee == {
        "file": "mine.dun",
        "line": 94,
        "policy": "de_standard",
        "version": 3,
        "guarantee": "nobody pays more than 40 euros",
        "proved": None,
    }


def test_standard_input_is_read_for_a_dash() -> None:
    ended = process("test", "-", stdin=RIGHT.encode())
    assert ended.code == 0
    assert ended.out == "<stdin>\n  pass  a consumer who pays late\n"
