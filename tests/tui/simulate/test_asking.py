"""Which policies can be played."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from engine.services.actors import Refused
from engine.services.shipped import shipped_policies
from tui.areas.simulate.asking import picks

if TYPE_CHECKING:
    from pathlib import Path

    from tui.areas.simulate.scenario import Pick
    from tui.backend import Backend


def picked(backend: Backend, folder: Path) -> dict[str, Pick]:
    backend.folder = folder
    found = picks(backend)
    assert not isinstance(found, Refused)
    return {each.name: each for each in found}


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(text, "utf-8")


@pytest.fixture
def text() -> str:
    return (shipped_policies() / "de_standard" / "3.dun").read_text("utf-8")


def test_versions_that_count_already_are_not_offered_again(
    backend: Backend, tmp_path: Path, text: str
) -> None:
    write(tmp_path, "de_standard/3.dun", text)  # as it was published
    found = picked(backend, tmp_path)
    assert list(found) == ["in force", "de_standard 2", "de_standard 1"]
    assert found["in force"].is_in_force
    versions = found["de_standard 2"].versions or ()
    numbers = {each.version for each in versions if each.policy == "de_standard"}
    assert numbers == {1, 2}


def test_drafts_in_files_are_offered_with_their_day(
    backend: Backend, tmp_path: Path, text: str
) -> None:
    draft = text.replace("version 3", "version 4", 1).replace("2026-01-01", "2026-05-01", 1)
    write(tmp_path, "de_standard/4.dun", draft)
    write(tmp_path, "broken/5.dun", "policy broken version 5\n  nonsense")
    found = picked(backend, tmp_path)
    assert "from 2026-05-01" in found["de_standard 4 draft"].note
    texts = [each.text for each in found["de_standard 4 draft"].versions or () if each.text]
    assert texts == [draft]
    assert not any("broken" in name for name in found)
