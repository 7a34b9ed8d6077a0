"""Versions of policies written out as files, for a command that reads files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from engine.io.atomic import replacing
from engine.io.rate_files import FOLDER, SUFFIX
from engine.services.version_parts import text_name
from engine.store import policies as store
from engine.store.policies import StoredPart

if TYPE_CHECKING:
    from engine.services.simulation_policies import Chosen
    from engine.store.database import Database


def write_chosen(database: Database, chosen: Chosen, folder: Path) -> list[Path]:
    """Write versions with all that they read below a folder; the files of the versions themselves.

    What they extend and include lies where it is looked for. Raises StoreError, and OSError where
    something cannot be written.
    """
    files: dict[Path, str] = {}
    found = []
    for each in chosen.given:
        policy, number = str(each["policy"]), int(str(each["version"]))
        if "text" in each:
            text, parts = str(each["text"]), _parts(each["parts"])
        else:
            with database.reading() as connection:
                stored = store.version(connection, policy, number)
                if stored is None:
                    message = f"{policy} version {number} was there when it was chosen"
                    raise AssertionError(message)
                text, parts = stored.text, list(store.depends_on(connection, stored)[0])
        own = Path(text_name(policy, number))
        for part in parts:
            files.setdefault(_place(part), part.text)
        files[own] = text
        found.append(folder / own)
    for place, text in files.items():
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        with replacing(folder / place) as written:
            written.write_text(text, encoding="utf-8", newline="\n")
    return found


def _parts(plain: object) -> list[StoredPart]:
    return [StoredPart(*each) for each in plain] if isinstance(plain, list) else []


def _place(part: StoredPart) -> Path:
    """Where a policy looks for what it reads."""
    if part.kind == "policy":
        return Path(part.path)
    if part.kind == "shared":
        return Path(part.beside).parent / part.path
    return Path(FOLDER, f"{part.path}{SUFFIX}")
