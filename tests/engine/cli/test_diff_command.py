"""`dun diff`: what changed between two versions, as an author sees it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.cli.command import dun

pytestmark = pytest.mark.usefixtures("company")

OLD = "policies/de_standard/3.dun"
ON = ("--ledger", "ledger", "--on", "2026-03-16")


@pytest.fixture
def new(company: Path) -> str:
    """The next version: the reminder comes later, and the first fee is higher."""
    text = (company / OLD).read_text("utf-8")
    for old, now in (
        ("version 3", "version 4"),
        ("effective 2026-01-01", "effective 2026-07-01"),
        ("after 3 days overdue", "after 10 days overdue"),
        ("  fee 5.00 EUR | 5.00 CHF", "  # dearer\n  fee 6.00 EUR | 6.00 CHF"),
    ):
        assert old in text
        text = text.replace(old, now, 1)
    (company / "next.dun").write_text(text, "utf-8")
    return "next.dun"


def test_changes_are_shown_with_the_lines_on_both_sides(new: str) -> None:
    ended = dun("diff", OLD, new)
    assert (ended.code, ended.err) == (0, "")
    head, *rest = ended.out.split("\n\n")
    assert head == "de_standard version 3 -> de_standard version 4: 3 changes"
    lines = [line.split("   (")[0] for part in rest for line in part.splitlines()]
    assert lines == [
        "effective changed",
        "  - effective 2026-01-01",
        "  + effective 2026-07-01",
        "stage reminder: after changed",
        "  - after 3 days overdue",
        "  + after 10 days overdue",
        "stage notice: fee changed",
        "  - fee 5.00 EUR | 5.00 CHF",
        "  + fee 6.00 EUR | 6.00 CHF",
    ]


def test_another_layout_is_no_change_in_meaning(company: Path) -> None:
    text = (company / OLD).read_text("utf-8")
    (company / "same.dun").write_text("# only a remark\n" + text, "utf-8")
    assert dun("diff", OLD, "same.dun").out == (
        "de_standard version 3 -> de_standard version 3: no change in meaning\n"
    )
    assert "+# only a remark\n" in dun("diff", OLD, "same.dun", "--text").out
    assert dun("diff", OLD, "same.dun", "--format", "json").rows[0]["same_meaning"]


def test_with_a_ledger_it_says_whom_it_moves(new: str) -> None:
    ended = dun("diff", OLD, new, *ON)
    assert ended.code == 0, ended.err
    assert "have another next action; it comes earlier for 0 and later for" in ended.out
    assert "to be done: reminder" in ended.out
    effect = dun("diff", OLD, new, *ON, "--format", "json").rows[0]["effect"]
    assert effect["moved"] > 0
    assert effect["later"] == effect["moved"]
    assert len(effect["examples"]) == min(10, effect["moved"])
    assert dun("diff", OLD, OLD, *ON, "--format", "json").rows[0]["effect"]["moved"] == 0


def test_facts_that_only_one_version_declares_are_read_from_the_ledger(new: str) -> None:
    with Path(new).open("a", encoding="utf-8") as stream:
        stream.write("\nfact customer.score : number\n")
        stream.write('\nexclude "a good one" when customer.score > 5\n')
    customers = Path("ledger/customers.csv")
    head, *rows = customers.read_text("utf-8").splitlines()
    customers.write_text(
        "\n".join([f"{head},score", *(f"{row},9" for row in rows), ""]), encoding="utf-8"
    )
    effect = dun("diff", OLD, new, *ON, "--format", "json").rows[0]["effect"]
    assert "excluded" in {move["to"]["outcome"] for move in effect["moves"]}


WRONG = [
    (("--on", "2026-03-16"), 2, "goes together with --on"),
    (("--ledger", "ledger"), 2, "goes together with --on"),
    ((*ON, "--database", "x.db"), 2, "give either --ledger or --database"),
    (("--ledger", "nowhere", "--on", "2026-03-16"), 3, "there is no such folder"),
    (("--format", "yaml"), 2, "--format is one of"),
]


def test_wrong_usage_is_told(new: str) -> None:
    for words, code, said in WRONG:
        ended = dun("diff", OLD, new, *words)
        assert (ended.code, ended.out) == (code, ""), words
        assert said in ended.err
    (Path("policies") / "more.dun").write_text(Path(new).read_text("utf-8"), "utf-8")
    ended = dun("diff", OLD, "policies")
    assert (ended.code, "holds 2 policies; name a file with one" in ended.err) == (3, True)
    assert dun("diff", OLD, "nowhere.dun").code == 3


def test_a_policy_with_an_error_is_shown_as_check_shows_it(new: str) -> None:
    Path(new).write_text(Path(new).read_text("utf-8") + "\nfor nobody\n  no fees\n", "utf-8")
    ended = dun("diff", OLD, new)
    assert (ended.code, ended.out) == (1, "")
    assert "error[D2" in ended.err
    assert "nothing was compared" in ended.err


def test_what_a_policy_says_does_not_reach_the_terminal(new: str) -> None:
    text = Path(new).read_text("utf-8")
    Path(new).write_text(text.replace('"Payment reminder"', '"Pay\u202e"'), "utf-8")
    ended = dun("diff", OLD, new, "--text")
    assert "\u202e" not in ended.out
