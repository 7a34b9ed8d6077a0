"""Where letters leave the house."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from engine.io.file_drop import FileDrop
from engine.services.actors import Refused, not_allowed
from engine.services.delivering import Sending
from engine.services.run_lists import show_run
from engine.store.run_sections import last_folder

if TYPE_CHECKING:
    import datetime

    from engine.services.actors import Actor
    from engine.store.database import Database


def letters_into(folder: str) -> Sending:
    """Letters are left in a folder, for a print shop or a mailer to take away."""
    return Sending(folder, lambda name: FileDrop(Path(name)))


def folder_of(database: Database) -> str | None:
    """Where letters went the last time; None: none ever went anywhere. Raises StoreError."""
    with database.reading() as connection:
        return last_folder(connection)


def not_to_perform(database: Database, actor: Actor, day: datetime.date) -> Refused | None:
    """Why somebody cannot perform the run of a day, as far as it is known before.

    Raises StoreError.
    """
    refused = not_allowed(actor, "run", "perform a run")
    if refused is not None:
        return refused
    shown = show_run(database, actor, day, limit=1)
    return shown if isinstance(shown, Refused) else None
