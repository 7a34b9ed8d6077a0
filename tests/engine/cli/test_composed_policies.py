"""Commands on policies that extend others and include files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.engine.cli.command import dun, process

OWN = """\
policy house version 1
  extends de_standard version 3
  effective 2026-01-01

include "segments.dun"

exclude "friends of the house" when friend

stage visit after reminder
  after 5 days
  task "Pay them a visit"

example "a friend is left alone"
  given customer country DE, tags "friend"
  given invoice 100.00 EUR due 2026-03-02
  expect excluded "friends of the house" on 2026-03-05
"""
SEGMENTS = 'segment friend when customer.tags has "friend"\n'
POLICY = "policies/house/1.dun"
AT = ("--ledger", "ledger", "--policy", POLICY)


@pytest.fixture(autouse=True)
def _house(company: Path) -> None:
    folder = company / "policies" / "house"
    folder.mkdir()
    (folder / "1.dun").write_text(OWN, encoding="utf-8")
    (company / "policies" / "segments.dun").write_text(SEGMENTS, encoding="utf-8")


def test_check_reads_what_is_extended_and_included_and_checks_only_what_it_was_given() -> None:
    ended = dun("check", POLICY)
    assert (ended.code, ended.out, ended.err) == (0, "", "1 file checked, no problems\n")


def test_check_of_standard_input_finds_what_is_extended_and_included() -> None:
    assert process("check", "-", stdin=OWN.encode()).code == 0


def test_check_shows_a_mistake_in_an_inherited_line_in_the_file_it_stands_in() -> None:
    text = OWN.replace("effective 2026-01-01", "effective 2026-01-01\n  currency EUR, CHF, GBP")
    Path(POLICY).write_text(text, encoding="utf-8")
    ended = dun("check", POLICY, "--format", "json")
    files = {json.loads(line)["file"] for line in ended.out.splitlines()}
    assert ended.code == 1
    assert files == {"policies/de_standard/3.dun"}
    assert "comes up in house version 1" in dun("check", POLICY).out


def test_fmt_lays_out_shared_files_and_policies_that_extend_others() -> None:
    Path("policies/segments.dun").write_text(f"\n{SEGMENTS}", encoding="utf-8")
    Path(POLICY).write_text(OWN.replace("stage visit after", "stage  visit  after"), "utf-8")
    assert dun("fmt").code == 0
    assert Path("policies/segments.dun").read_text("utf-8") == SEGMENTS
    assert Path(POLICY).read_text("utf-8") == OWN
    assert dun("fmt", "--check").code == 0
    assert process("fmt", "-", stdin=f"\n\n{SEGMENTS}".encode()).out == SEGMENTS


def test_the_examples_of_a_policy_are_those_of_its_own_text() -> None:
    ended = dun("test", POLICY, "--coverage")
    assert ended.code == 0
    assert "a friend is left alone" in ended.out
    assert "a consumer who pays late" not in ended.out
    assert "  1 of 2 stages, rules and exceptions reached\n" in ended.out
    assert "stage visit is not reached" in ended.out


def test_an_explanation_names_the_file_of_each_line() -> None:
    ended = dun("explain", *AT, "--case", "R-1002", "--on", "2026-03-26")
    assert ended.code == 0
    assert "policies/house/1.dun" in ended.out
    assert "policies/de_standard/3.dun" in ended.out
    assert "policies/segments.dun" in ended.out


def test_a_simulation_runs_on_the_ladder_of_both_texts() -> None:
    ended = dun("simulate", *AT, "--from", "2026-03-01", "--to", "2026-05-01")
    assert ended.code == 0
    assert "visit" in ended.out
