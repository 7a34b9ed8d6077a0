"""What is restored when the admin is opened again: where one was, and how it looked.

It is a convenience: what cannot be read is forgotten, and what cannot be written is not kept.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from platformdirs import user_state_path

Kept: TypeAlias = str | int | bool | list[str]
"""What can be kept under a name."""


def state_file() -> Path:
    """Where it is kept."""
    return user_state_path("dunlang") / "admin.json"


@dataclass(slots=True)
class State:
    """Values by name, such as `theme` or `customers.columns`."""

    file: Path | None
    """None: nothing is kept."""
    values: dict[str, Kept] = field(default_factory=dict)

    def text(self, name: str, default: str = "") -> str:
        """A text that was kept."""
        found = self.values.get(name)
        return found if isinstance(found, str) else default

    def number(self, name: str, default: int = 0) -> int:
        """A number that was kept."""
        found = self.values.get(name)
        return found if isinstance(found, int) and not isinstance(found, bool) else default

    def names(self, name: str) -> list[str]:
        """A list of texts that was kept."""
        found = self.values.get(name)
        return list(found) if isinstance(found, list) else []

    def put(self, name: str, value: Kept) -> None:
        """Keep a value for the next time."""
        self.values[name] = value

    def save(self) -> None:
        """Write it down."""
        if self.file is None:
            return
        with suppress(OSError):
            self.file.parent.mkdir(parents=True, exist_ok=True)
            part = self.file.with_name(f"{self.file.name}.part")
            part.write_text(json.dumps(self.values, indent=1, ensure_ascii=False), "utf-8")
            part.replace(self.file)


def read_state(file: Path) -> State:
    """What was kept in a file; nothing where it is missing or damaged."""
    try:
        found = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        found = None
    if not isinstance(found, dict):
        found = {}
    kept = {name: value for name, value in found.items() if _can_be_kept(value)}
    return State(file, kept)


def _can_be_kept(value: object) -> bool:
    if isinstance(value, list):
        return all(isinstance(each, str) for each in value)
    return isinstance(value, (str, int))
