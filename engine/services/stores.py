"""A store: opened, made, brought up to date."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from engine.store import migrate

if TYPE_CHECKING:
    from engine.store.database import Database

DEFAULT = "dun.db"
"""The store where none is named: a file in the working folder."""


def open_store(address: str) -> Database:
    """The store at an address. Raises StoreError: there is none, or it cannot be used."""
    return migrate.open_store(address)


def identity(database: Database) -> str:
    """What tells a store from every other, whoever uses it and from which folder; no password."""
    url = database.engine.url
    if database.is_sqlite:
        return str(Path(str(url.database)).resolve())
    named = url.set(drivername="postgresql", username=None, password=None)
    return named.render_as_string(hide_password=True)
