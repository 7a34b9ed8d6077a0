"""Sessions of the person at this computer, one for each store, in a file that only they can read.

It is `dunlang/sessions.json` in the folder for settings: XDG_CONFIG_HOME, else `.config` at home.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from engine.cli.exits import OutsideError


def session_file() -> Path:
    """Where sessions are kept."""
    given = os.environ.get("XDG_CONFIG_HOME", "")
    # The standard for this variable says that a relative path is to be ignored.
    folder = Path(given) if Path(given).is_absolute() else Path.home() / ".config"
    return folder / "dunlang" / "sessions.json"


def check_sessions() -> None:
    """See to it that a session can be kept, before one is begun. Raises OutsideError, OSError."""
    from tempfile import TemporaryFile

    _sessions()
    with TemporaryFile(dir=_folder()):
        pass


def session_of(store: str) -> str | None:
    """The key of the session in a store; None if there is none. Raises OutsideError, OSError."""
    return _sessions().get(store)


def keep_session(store: str, key: str) -> None:
    """Keep a session, in place of an earlier one. Raises OutsideError, OSError."""
    _write({**_sessions(), store: key})


def forget_session(store: str) -> None:
    """Forget the session in a store. Raises OutsideError, OSError."""
    sessions = _sessions()
    if sessions.pop(store, None) is not None:
        _write(sessions)


def _sessions() -> dict[str, str]:
    file = session_file()
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError:
        kept = None
    if not isinstance(kept, dict) or not all(isinstance(key, str) for key in kept.values()):
        message = f"{file} is damaged; delete it, and log in again with 'dun login NAME'"
        raise OutsideError(message)
    return kept


def _write(sessions: dict[str, str]) -> None:
    from engine.io.atomic import replacing

    with replacing(_folder() / session_file().name, private=True) as part:
        part.write_text(json.dumps(sessions, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _folder() -> Path:
    folder = session_file().parent
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
