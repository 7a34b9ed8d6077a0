"""docs/admin.md has every key, as the program has it (`--update-docs` writes them)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.architecture.files import ROOT
from tui.frame.key_names import shown_keys
from tui.keymap import preset_keys
from tui.keys import COMMANDS

if TYPE_CHECKING:
    import pytest

BEGIN, END = "<!-- keys -->\n", "<!-- end of keys -->\n"


def table() -> str:
    """The keys of both presets, by area."""
    usual, vim = preset_keys("default"), preset_keys("vim")
    lines = ["| name | keys | with `vim` | what it does |", "| --- | --- | --- | --- |"]
    for each in COMMANDS:
        keys = _coded(usual[each.id])
        other = _coded(vim[each.id]) if vim[each.id] != usual[each.id] else ""
        lines.append(f"| `{each.id}` | {keys} | {other} | {each.help} |")
    return "\n".join(lines) + "\n"


def _coded(keys: str) -> str:
    shown = (shown_keys(each).replace("|", "\\|") for each in keys.split(",") if each)
    return " ".join(f"`{each}`" for each in shown) or "palette"


def test_every_key_is_documented(request: pytest.FixtureRequest) -> None:
    file = ROOT / "docs" / "admin.md"
    text = file.read_text("utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    renewed = f"{before}{BEGIN}{table()}{END}{after}"
    if request.config.getoption("--update-docs"):
        file.write_text(renewed, "utf-8")
        return
    assert text == renewed, "pytest tests/tui/test_docs.py --update-docs"
