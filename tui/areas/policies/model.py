"""What there is of policies: versions in files and in the store, with their states."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from rich.cells import cell_len, set_cell_size

if TYPE_CHECKING:
    from engine.services.policy_lists import Listed

State = Literal[
    "errors", "draft", "waiting", "in force", "ahead", "ended", "rejected", "shared", "unreadable"
]
SIGNS: Mapping[State, str] = {
    "errors": "✖",
    "draft": "●",
    "waiting": "◐",
    "in force": "★",
    "ahead": "✔",
    "ended": "▢",
    "rejected": "✗",
    "shared": "◇",
    "unreadable": "!",
}
"""A shape for each state, so that none is told by its colour alone."""
TONES: Mapping[State, str] = {
    "errors": "bad",
    "draft": "accent",
    "waiting": "warning",
    "in force": "good",
    "ahead": "good",
    "ended": "dim",
    "rejected": "bad",
    "shared": "dim",
    "unreadable": "bad",
}
FIRST_OLD = 4
"""Versions of a policy that are shown; the ones before them are folded away."""
_HEADER = re.compile(r"^policy[ \t]+(\S+)[ \t]+version[ \t]+(\d{1,9})\b", re.MULTILINE)
_VERSION = re.compile(r"(^policy[ \t]+\S+[ \t]+version[ \t]+)\d+", re.MULTILINE)
_EFFECTIVE = re.compile(r"(^[ \t]+effective[ \t]+)\d{4}-\d{2}-\d{2}", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class FileFound:
    """A file in the folder of policies."""

    path: Path
    text: str
    errors: int
    """Errors in it."""
    is_readable: bool = True
    """Whether its bytes are a text."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A version of a policy, in a file, in the store, or in both; or a file that is included."""

    policy: str
    """Empty for a file that is no policy."""
    number: int
    state: State
    path: Path | None = None
    errors: int = 0
    stored: Listed | None = None
    differs: bool = False
    """Whether the file has another text than the version that was published."""

    @property
    def key(self) -> str:
        """What tells it from all others."""
        return str(self.path) if self.path is not None else f"{self.policy}/{self.number} stored"

    @property
    def name(self) -> str:
        """How a person calls it."""
        if self.policy:
            return f"{self.policy} version {self.number}"
        return self.path.name if self.path is not None else ""

    @property
    def is_draft(self) -> bool:
        """Whether it can be written: nobody published it."""
        return self.stored is None and self.path is not None


@dataclass(frozen=True, slots=True)
class Group:
    """A policy with its versions, the newest first."""

    policy: str
    entries: tuple[Entry, ...]


def header_of(text: str) -> tuple[str, int] | None:
    """Id and number as the first line of a policy gives them, whatever is wrong below it."""
    found = _HEADER.search(text)
    return (found[1], int(found[2])) if found else None


def desk(
    files: Sequence[FileFound], stored: Sequence[Listed], on: datetime.date
) -> tuple[Group, ...]:
    """All versions by policy; files that are included come last, under an empty name."""
    by_name = {(each.version.policy, each.version.version): each for each in stored}
    found: dict[str, list[Entry]] = {}
    seen: set[tuple[str, int]] = set()
    for file in files:
        name = header_of(file.text)
        version = by_name.get(name) if name is not None and name not in seen else None
        if name is not None:
            seen.add(name)
        entry = _entry(file, name, version, on)
        found.setdefault(entry.policy, []).append(entry)
    for name, each in by_name.items():
        if name not in seen:
            found.setdefault(name[0], []).append(Entry(*name, _stored(each, on), stored=each))
    groups = [
        Group(policy, tuple(sorted(entries, key=lambda each: (-each.number, str(each.path)))))
        for policy, entries in found.items()
    ]
    return tuple(sorted(groups, key=lambda each: (not each.policy, each.policy)))


def _entry(
    file: FileFound, name: tuple[str, int] | None, version: Listed | None, on: datetime.date
) -> Entry:
    if not file.is_readable:
        return Entry("", 0, "unreadable", file.path, file.errors)
    if name is None:
        return Entry("", 0, "errors" if file.errors else "shared", file.path, file.errors)
    if version is None:
        return Entry(*name, "errors" if file.errors else "draft", file.path, file.errors)
    differs = version.version.text != file.text
    return Entry(*name, _stored(version, on), file.path, file.errors, version, differs)


def _stored(each: Listed, on: datetime.date) -> State:
    version = each.version
    if version.rejected_at is not None:
        return "rejected"
    if version.approved_at is None:
        return "waiting"
    if on < version.effective:
        return "ahead"
    return "ended" if each.until is not None and each.until < on else "in force"


def said_of(entry: Entry, cases: int | None) -> str:
    """A version in a few words: `in force, 402 cases`."""
    said: str = entry.state
    match entry.state:
        case "in force" if cases is not None:
            said = f"{cases:,} open cases" if cases != 1 else "1 open case"
        case "ahead" if entry.stored is not None:
            said = f"from {entry.stored.version.effective}"
        case "errors":
            said = f"{entry.errors} error{'s' if entry.errors != 1 else ''}"
        case "unreadable":
            said = "cannot be read"
        case _:
            pass
    return f"{said}, file differs" if entry.differs else said


def label_of(entry: Entry, cases: int | None, width: int) -> str:
    """The line of a version in a list of a width: its number and what is said of it."""
    name = str(entry.number) if entry.policy else entry.name
    said = said_of(entry, cases)
    line = f"{SIGNS[entry.state]} {name}  {said}"
    return line if cell_len(line) <= width else f"{set_cell_size(line, max(width - 1, 0))}…"


# ---------------------------------------------------------------------------------- new drafts


def base_of(groups: Sequence[Group], entry: Entry) -> Entry | None:
    """What a version is compared with: what is in force, else the one before it."""
    group = next((each for each in groups if each.policy == entry.policy), None)
    if group is None or not entry.policy:
        return None
    others = [each for each in group.entries if each.number != entry.number]
    in_force = [e for e in others if e.state == "in force" and e.number < entry.number]
    before = [e for e in others if e.number < entry.number and e.state != "rejected"]
    return next(iter((*in_force, *before)), None)


def begun_from(groups: Sequence[Group], entry: Entry) -> tuple[Entry, ...]:
    """What a new draft was rather meant to begin with than this version.

    That is a draft that is there already, or for an old version the one that is in force.
    """
    entries = [e for g in groups if g.policy == entry.policy for e in g.entries if e != entry]
    drafts = [each for each in entries if each.is_draft and not entry.is_draft]
    is_old = entry.state in {"ended", "rejected"}
    now = [each for each in entries if is_old and each.state == "in force"]
    return (*drafts, *now)


def begins(entry: Entry) -> str:
    """What choosing it does."""
    return "Go on with" if entry.is_draft else "Begin from"


def next_number(groups: Sequence[Group], policy: str) -> int:
    """The number of a new version."""
    numbers = [e.number for g in groups if g.policy == policy for e in g.entries]
    return max(numbers, default=0) + 1


def as_draft(text: str, number: int, effective: datetime.date) -> str:
    """The text as a new version, in force from a day."""
    text = _VERSION.sub(lambda found: f"{found[1]}{number}", text, count=1)
    return _EFFECTIVE.sub(lambda found: f"{found[1]}{effective}", text, count=1)


def first_day(groups: Sequence[Group], policy: str, tomorrow: datetime.date) -> datetime.date:
    """From when a new version can be in force: tomorrow, and after every version before it."""
    days = [
        each.stored.version.effective + datetime.timedelta(days=1)
        for group in groups
        if group.policy == policy
        for each in group.entries
        if each.stored is not None and each.state != "rejected"
    ]
    return max([tomorrow, *days])


EMPTY = """\
policy {name} version 1 "{name}"
  effective {day}
  currency EUR
  timezone Europe/Berlin
  run on business days

stage reminder "Payment reminder"
  after 3 days overdue
  by email else post

example "nobody pays"
  given invoice 100.00 EUR due 2026-03-02
  expect 2026-03-05 reminder
"""
"""With what a new policy begins."""
