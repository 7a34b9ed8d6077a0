"""What can go wrong with a store, in words for a person."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError, OperationalError


class StoreError(Exception):
    """The store failed, and nothing was half done. The text is one sentence for the user."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        """`code` is stable, such as `S104`; the message begins with what could not be done."""
        super().__init__(f"{message}; {hint}" if hint else message)
        self.code, self.message, self.hint = code, message, hint


MISSING = "S101"
"""There is no store there yet."""
OLDER = "S102"
"""The store is older than this program."""
NEWER = "S103"
"""The store is newer than this program."""
BUSY = "S104"
"""Somebody else is writing, for longer than it is worth waiting."""
FULL = "S105"
"""There is no room left."""
LOST = "S106"
"""The connection was lost, or could not be made."""
FOREIGN = "S107"
"""What is there is no store of dunlang."""
READ_ONLY = "S108"
"""It may not be written."""
BROKEN = "S109"
"""The file is damaged."""
DRIVER = "S110"
"""The driver for this kind of database is not installed."""
ADDRESS = "S111"
"""The address of the store cannot be understood."""
OTHER = "S199"
"""Anything else that the database says."""

_SAID: tuple[tuple[str, str, str, str], ...] = (
    # (what the database says, code, message, hint)
    ("database is locked", BUSY, "somebody else is writing to {store}", "try again in a moment"),
    ("database is busy", BUSY, "somebody else is writing to {store}", "try again in a moment"),
    (
        "lock timeout",
        BUSY,
        "somebody else is writing to {store}",
        "try again in a moment",
    ),
    (
        "disk is full",
        FULL,
        "there is no room left for {store}",
        "make room and repeat the command; nothing is half done",
    ),
    (
        "no space left",
        FULL,
        "there is no room left for {store}",
        "make room and repeat the command; nothing is half done",
    ),
    (
        "disk i/o error",
        LOST,
        "{store} cannot be written: the disk reports an error",
        "see if it is full, and repeat the command; nothing is half done",
    ),
    (
        "readonly database",
        READ_ONLY,
        "{store} may not be written",
        "look at the permissions of the file and of its folder",
    ),
    (
        "permission denied",
        READ_ONLY,
        "{store} may not be used with these rights",
        "look at the permissions",
    ),
    (
        "unable to open database file",
        LOST,
        "{store} cannot be opened",
        "look at the folder and its permissions",
    ),
    (
        "file is not a database",
        FOREIGN,
        "{store} is no database",
        "name another file",
    ),
    (
        "could not decode to utf-8",
        BROKEN,
        "{store} is damaged",
        "restore the last backup; see docs/operations.md",
    ),
    (
        "malformed",
        BROKEN,
        "{store} is damaged",
        "restore the last backup; see docs/operations.md",
    ),
)


def in_words(error: DBAPIError, store: str) -> StoreError:
    """What a database's error means for the store that is called so."""
    said = str(error.orig).lower()
    for words, code, message, hint in _SAID:
        if words in said:
            return StoreError(code, message.format(store=store), hint)
    if error.connection_invalidated or isinstance(error, OperationalError):
        first = str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else "no reason"
        return StoreError(
            LOST,
            f"{store} cannot be reached ({first})",
            "repeat the command when it is back; nothing is half done",
        )
    return StoreError(OTHER, f"{store} refused: {str(error.orig).strip()}")
