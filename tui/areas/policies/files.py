"""Drafts as files: read, saved as a whole or not at all, and kept safe while they are edited."""

from __future__ import annotations

import datetime
import hashlib
import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.services.sources import replace_policy, source_of

if TYPE_CHECKING:
    from dunlang.diagnostics import Diagnostic


@dataclass(frozen=True, slots=True)
class OnDisk:
    """A file as it is."""

    text: str
    is_readable: bool
    """Whether its bytes are a text; else some signs are replaced, and it must not be saved."""
    problems: tuple[Diagnostic, ...] = ()
    """What is wrong with its bytes."""


def read_file(path: Path) -> OnDisk | None:
    """A file; None if it is not there. Raises OSError where it cannot be read."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    source, problems = source_of(str(path), data)
    text = data.decode("utf-8", "replace")
    is_text = not any(each.severity == "error" for each in problems)
    return OnDisk(source.text if is_text else text, is_text, tuple(problems))


def save_file(path: Path, text: str) -> None:
    """Write a file as a whole. Raises OSError with what could not be done."""
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_policy(path, text)


def file_of(folder: Path, policy: str, number: int) -> Path:
    """Where a version is kept."""
    return folder / policy / f"{number}.dun"


# ------------------------------------------------------------------------------------ recovery


@dataclass(frozen=True, slots=True)
class Recovered:
    """Changes that were never saved."""

    text: str
    at: datetime.datetime


@dataclass(frozen=True, slots=True)
class Recovery:
    """Copies of what is being edited, beside the state of the admin."""

    folder: Path | None
    """None: no copies are kept."""

    def keep(self, path: Path, text: str, at: datetime.datetime) -> None:
        """Keep a copy; where that cannot be done, editing goes on without."""
        file = self._file(path)
        if file is None:
            return
        body = {"path": str(path.absolute()), "at": at.isoformat(), "text": text}
        with suppress(OSError):
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            part = file.with_suffix(".part")
            part.write_text(json.dumps(body, ensure_ascii=False), "utf-8")
            part.replace(file)

    def forget(self, path: Path) -> None:
        """The changes were saved, or thrown away."""
        file = self._file(path)
        if file is not None:
            with suppress(OSError):
                file.unlink(missing_ok=True)

    def find(self, path: Path) -> Recovered | None:
        """The copy for a file, if there is a good one."""
        file = self._file(path)
        if file is None:
            return None
        with suppress(OSError, ValueError, KeyError, TypeError):
            body = json.loads(file.read_text("utf-8"))
            return Recovered(str(body["text"]), datetime.datetime.fromisoformat(body["at"]))
        return None

    def _file(self, path: Path) -> Path | None:
        if self.folder is None:
            return None
        name = hashlib.sha256(str(path.absolute()).encode()).hexdigest()[:24]
        return self.folder / f"{name}.json"
