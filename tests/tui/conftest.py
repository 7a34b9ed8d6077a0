"""A small demo company in a store, and the admin over it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from engine.services.demo_store import make_demo_store
from engine.services.stores import open_store
from tests.databases import QUICK
from tests.tui.dunned import company
from tests.tui.playing import ANNA, TODAY, Golden, clock
from tui.backend import Backend

if TYPE_CHECKING:
    from engine.store.database import Database


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the store of a small demo company; not to be changed, so copy it."""
    folder = tmp_path_factory.mktemp("demo") / "company"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("engine.services.passwords.hasher", lambda: QUICK)
        made = make_demo_store(folder, TODAY, clock, customers=40, invoices=200)
    made.database.close()
    return folder


@pytest.fixture
def demo_file(demo_folder: Path, tmp_path: Path) -> Path:
    """The file of a store of one's own."""
    file = tmp_path / "dun.db"
    shutil.copyfile(demo_folder / "dun.db", file)
    return file


@pytest.fixture
def demo(demo_file: Path) -> Iterator[Database]:
    """A store of one's own."""
    database = open_store(str(demo_file))
    yield database
    database.close()


@pytest.fixture
def backend(demo: Database) -> Backend:
    """The store as Anna uses it, on 31 March 2026."""
    return Backend(demo, ANNA, clock)


@pytest.fixture(scope="session")
def dunned_file(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of a company in the middle of its dunning; not to be changed, so copy it."""
    folder = tmp_path_factory.mktemp("dunned")
    file = folder / "dun.db"
    shutil.copyfile(sqlite_template, file)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("engine.services.passwords.hasher", lambda: QUICK)
        database = open_store(str(file))
        company(database, folder)
        database.close()
    return file


@pytest.fixture
def dunned(dunned_file: Path, tmp_path: Path) -> Iterator[Database]:
    """Such a company of one's own."""
    file = tmp_path / "dun.db"
    shutil.copyfile(dunned_file, file)
    database = open_store(str(file))
    yield database
    database.close()


@pytest.fixture
def golden(update_golden: bool) -> Golden:  # noqa: FBT001 - a fixture of pytest
    """Screens as they were agreed upon."""
    return Golden(update_golden)
