"""The site that tests look at, and whether there is a browser to look with."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.databases import QUICK
from tests.tui.web.browsing import Served, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from engine.store.database import Database

# Where no Chromium is installed, there is nothing to try with it.
collect_ignore = [] if shutil.which("chromium") else ["test_chromium.py"]


@pytest.fixture
def served(demo: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """A site over a small demo company."""
    monkeypatch.setattr("engine.services.passwords.hasher", lambda: QUICK)
    with serving(demo, tmp_path) as found:
        yield found
