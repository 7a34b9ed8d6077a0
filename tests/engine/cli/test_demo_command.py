"""`dun demo`: a fresh company, or a clear no."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from tests.engine.cli.command import dun, started


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_fresh_folder_gets_policies_a_ledger_and_a_quarter_of_dunning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    ended = dun("demo", "new/my company")
    assert ended.code == 0
    assert names(Path("new/my company")) == ["ledger", "policies"]
    assert ended.err.startswith("new/my company: 400 customers, 3,000 invoices, ")
    assert "2026-01-01 to 2026-03-31: " in ended.out
    commands = [line.strip() for line in ended.out.splitlines() if line.startswith("  dun ")]
    assert len(commands) == 6
    for command in commands:
        tried = dun(*shlex.split(command)[1:])
        assert (command, tried.code) == (command, 0)
        assert tried.out
    assert names(Path("new/my company")) == ["ledger", "policies", "quarter.csv"]


def test_the_same_seed_gives_the_same_company(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    first, again = dun("demo", "a"), dun("demo", "b", "--seed", "1")
    assert first.out.replace("a/", "b/") == again.out
    for name in ("customers", "invoices", "events"):
        assert (
            Path(f"a/ledger/{name}.csv").read_bytes() == Path(f"b/ledger/{name}.csv").read_bytes()
        )


def test_the_quarter_can_be_printed_for_programs(tmp_path: Path) -> None:
    rows = dun("demo", str(tmp_path / "demo"), "--format", "json").rows
    assert len(rows) > 500
    assert rows[0]["on"] >= "2026-01-01"


def test_a_folder_that_is_not_empty_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    ended = dun("demo", str(tmp_path))
    assert (ended.code, ended.out) == (3, "")
    assert ended.err == f"dun: {tmp_path}: this folder is not empty; name a fresh one\n"
    assert names(tmp_path) == ["mine.txt"]


def test_a_file_is_no_folder_for_a_company(tmp_path: Path) -> None:
    file = tmp_path / "company"
    file.touch()
    ended = dun("demo", str(file))
    assert (ended.code, ended.out) == (3, "")
    assert ended.err == f"dun: {file}: this is a file and not a folder; name a fresh one\n"
    assert dun("demo", "").err == "dun: a path is empty; name a file or a folder\n"


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("mine", encoding="utf-8")
    assert dun("demo", str(file)).code == 3
    assert file.read_text(encoding="utf-8") == "mine"


def test_of_two_demos_into_one_folder_one_wins_and_nothing_is_left_of_the_other(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "demo"
    running = [started("demo", str(folder), "--seed", seed) for seed in ("1", "2")]
    ended = [(each.communicate(timeout=100), each.returncode) for each in running]
    assert sorted(code for _, code in ended) in ([0, 3], [3, 3])
    assert all(b"Traceback" not in err for (_, err), _ in ended)
    if any(code == 0 for _, code in ended):
        assert names(folder) == ["ledger", "policies"]
    else:
        assert not folder.exists()


@pytest.mark.parametrize(
    "words", [("--seed", "many"), ("--today", "soon"), ("--today", "1815-06-18")]
)
def test_wrong_usage_makes_nothing(tmp_path: Path, words: tuple[str, ...]) -> None:
    folder = tmp_path / "demo"
    assert dun("demo", str(folder), *words).code == 2
    assert not folder.exists()
