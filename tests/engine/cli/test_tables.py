"""Tables at terminals of any width: what is printed can be searched for and copied."""

from __future__ import annotations

import pytest

from tests.engine.cli.command import dun

pytestmark = pytest.mark.usefixtures("company")

RANGE = ("simulate", "--ledger", "ledger", "--from", "2026-03-16", "--to", "2026-06-30")


def words(monkeypatch: pytest.MonkeyPatch, columns: int, *command: str) -> list[str]:
    """What a command prints at a terminal of some columns, but for the lines under headers."""
    monkeypatch.setenv("COLUMNS", str(columns))
    ended = dun(*command)
    assert ended.err == ""
    return sorted(word for word in ended.out.split() if word.strip("-"))


@pytest.mark.parametrize(
    "command",
    [
        ("decide", "--ledger", "ledger", "--on", "2026-03-16"),
        ("decide", "--ledger", "ledger", "--on", "2026-03-16", "--case", "R-1001", "--explain"),
        (*RANGE, "--case", "R-1001"),
    ],
)
def test_no_word_is_broken_however_narrow_the_terminal(
    command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert words(monkeypatch, 1, *command) == words(monkeypatch, 500, *command)


@pytest.mark.parametrize(
    ("columns", "first"), [(500, "03-16"), (80, "2026-03"), (64, "2026 Q1"), (20, "2026")]
)
def test_the_periods_of_a_simulation_are_the_shortest_that_fit(
    columns: int, first: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    header = next(line for line in dun(*RANGE).out.splitlines() if line.startswith("stages exec"))
    assert first in header
    assert len(header) <= max(columns, 60)
