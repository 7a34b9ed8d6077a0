"""Policies from files and folders, read together."""

from __future__ import annotations

from pathlib import Path

import pytest

from dunlang.source import Source
from dunlang.types import Type
from engine.services.policies import load_policies, read_policies
from engine.services.shipped import default_policies, shipped_policies

PLAIN = """\
policy p version 1
  effective 2026-01-01
  currency EUR
  timezone UTC

fact customer.risk : one of (low, high)

segment risky when customer.risk is high

stage a
  after 1 day overdue
  by email

for risky
  no fees
"""


def codes(*texts: str) -> list[str]:
    found = load_policies(Source(f"{n}.txt", text) for n, text in enumerate(texts))
    return [problem.code for problem in found.problems]


def test_the_shipped_policies_have_no_problem_alone_or_together() -> None:
    found = read_policies([shipped_policies()])
    assert found.problems == ()
    assert found.usable
    assert len(found.plans) == len(found.sources)
    assert {plan.calendar for plan in found.plans if plan.calendar} == set(found.calendars)


def test_problems_of_every_text_and_of_all_together_come_at_once() -> None:
    crooked = PLAIN.replace("days", "dayz").replace("overdue", "overdeu")
    other_type = PLAIN.replace("policy p", "policy q").replace("one of (low, high)", "text")
    other_type = other_type.replace("customer.risk is high", 'customer.risk is "high"')
    assert codes(PLAIN, PLAIN) == ["D120"]
    assert codes(PLAIN, other_type) == ["D122"]
    assert codes(crooked, PLAIN, PLAIN)[1:] == ["D120"]


def test_a_policy_in_trouble_with_another_is_not_usable() -> None:
    found = load_policies([Source("a.txt", PLAIN), Source("b.txt", PLAIN)])
    assert not found.usable
    assert [plan.source.name for plan in found.plans] == ["a.txt"]


def test_no_policy_at_all_is_not_usable() -> None:
    assert not load_policies([]).usable


def test_the_choices_of_a_fact_are_those_of_all_versions() -> None:
    second = PLAIN.replace("version 1", "version 2").replace("2026-01-01", "2026-06-01")
    second = second.replace("(low, high)", "(low, high, unknowable)")
    found = load_policies([Source("1.txt", PLAIN), Source("2.txt", second)])
    assert found.usable, found.problems
    assert found.declared == {"customer.risk": Type("one of", ("low", "high", "unknowable"))}


@pytest.mark.parametrize(
    ("ledger", "expected"),
    [
        ("demo/ledger", "demo/policies"),
        ("plain/ledger", "policies"),
        ("demo/ledger/", "demo/policies"),
    ],
)
def test_policies_lie_beside_the_ledger_or_in_the_working_folder(
    ledger: str, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for folder in ("demo/policies", "demo/ledger", "plain/ledger", "policies"):
        Path(folder).mkdir(parents=True)
    assert default_policies(Path(ledger)) == Path(expected)


def test_a_ledger_that_is_the_working_folder_has_its_policies_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "policies").mkdir()
    (tmp_path / "ledger").mkdir()
    monkeypatch.chdir(tmp_path / "ledger")
    assert default_policies(Path()).resolve() == (tmp_path / "policies").resolve()


def test_the_shipped_policies_count_where_there_are_no_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert default_policies(Path("ledger")) == shipped_policies()
    assert (shipped_policies() / "de_standard").is_dir()


def test_hidden_files_and_folders_are_passed_over(tmp_path: Path) -> None:
    for name in (".old/a.dun", ".b.dun", "c.dun", "deep/d/e.dun", "notes.txt"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(PLAIN, encoding="utf-8")
    found = read_policies([tmp_path])
    assert [Path(source.name).name for source in found.sources] == ["c.dun", "e.dun"]


def test_a_folder_that_cannot_be_read_is_an_error_and_not_passed_over(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(OSError, match="loop"):
        read_policies([tmp_path / "loop" / "policies"])
