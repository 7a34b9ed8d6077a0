"""The process of one person whose screen is in a browser: `python -m tui.web.person`.

What it is to open, and as whom, is told on its standard input, as a line of JSON: a command line
and an environment can be read by others on a computer. Then come packets.
"""

from __future__ import annotations

import datetime
import os
import sys
from pathlib import Path

from engine.services.accounts import authenticate
from engine.services.stores import open_store
from tui.backend import Backend, Refused, StoreError
from tui.keymap import PRESETS, Keymap
from tui.state import read_state
from tui.web.app import WebAdmin
from tui.web.packets import Told, message

CANNOT = 3
"""How it ends where it cannot begin."""


def main() -> None:
    """Be told, open the admin, and end with it."""
    told = Told.read(_line())
    os.environ["COLUMNS"], os.environ["ROWS"] = str(told.width), str(told.height)
    sys.exit(_run(told))


def _line() -> bytes:
    """The first line, and not a byte more: what follows is for the admin."""
    found = bytearray()
    while not found.endswith(b"\n"):
        read = os.read(sys.stdin.fileno(), 1)
        if not read:
            sys.exit(CANNOT)
        found += read
    return bytes(found)


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def _run(told: Told) -> int:
    try:
        database = open_store(told.store)
    except StoreError as error:
        return _refuse(str(error))
    try:
        actor = authenticate(database, told.key, _now())
        if isinstance(actor, Refused):
            return _refuse(str(actor))
        _open(Backend(database, actor, _now, Path(told.policies)), told)
    except StoreError as error:
        return _refuse(str(error))
    finally:
        database.close()
    return 0


def _open(backend: Backend, told: Told) -> None:
    state = read_state(Path(told.folder) / "admin.json")
    preset = state.text("preset", PRESETS[0])
    keymap = Keymap(preset if preset in PRESETS else PRESETS[0])
    day = datetime.date.fromisoformat(told.on) if told.on else None
    WebAdmin(backend, on=day, state=state, keymap=keymap).run()


def _refuse(why: str) -> int:
    os.write(sys.stdout.fileno(), message({"type": "refused", "text": why}))
    return CANNOT


if __name__ == "__main__":
    main()
