"""The fenced blocks of a document, and what stands in comments above them.

A comment directly above a block says what a reader need not see:

    <!-- file: policies/mine/1.dun -->   the block is a file of that name, for the commands below it
    <!-- with: segment small when ... -->  lines that a fragment of a policy needs around it
    <!-- rejected: D204 -->              the policy has exactly these problems
    <!-- unchecked: why -->              the block is not run, or is not an answer

Several comments may stand above one block.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_FENCE = "```"
_COMMENT = re.compile(r"<!--\s*(file|with|rejected|unchecked):\s*(.*?)\s*-->\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block."""

    language: str
    lines: tuple[str, ...]
    first: int
    """Index of its first line (below the fence) in the document."""
    notes: dict[str, str] = field(default_factory=dict)
    """What the comments above it say, by their first word."""

    @property
    def text(self) -> str:
        """The block as the text of a file."""
        return "".join(f"{line}\n" for line in self.lines)


def blocks_of(document: Path) -> list[Block]:
    """Every fenced block of a document, in order."""
    return list(_blocks(document.read_text(encoding="utf-8").splitlines()))


def _blocks(lines: list[str]) -> list[Block]:
    found: list[Block] = []
    notes: dict[str, str] = {}
    at = 0
    while at < len(lines):
        line = lines[at]
        if line.startswith("<!--"):
            end = next(n for n in range(at, len(lines)) if lines[n].endswith("-->"))
            comment = _COMMENT.match("\n".join(lines[at : end + 1]))
            if comment is not None:
                notes[comment[1]] = comment[2]
            at = end + 1
        elif line.startswith(_FENCE):
            end = next(n for n in range(at + 1, len(lines)) if lines[n] == _FENCE)
            language = line.removeprefix(_FENCE).strip()
            found.append(Block(language, tuple(lines[at + 1 : end]), at + 1, notes))
            notes = {}
            at = end + 1
        else:
            if line.strip():
                notes = {}
            at += 1
    return found


def write_file(block: Block, folder: Path) -> None:
    """Write a block that is a file into a folder."""
    file = folder / block.notes["file"]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(block.text, encoding="utf-8")


_HEADER = {
    "effective": "  effective 2026-01-01",
    "currency": "  currency EUR",
    "timezone": "  timezone Europe/Berlin",
}
_STAGE = "\nstage reminder\n  after 3 days overdue\n  by email\n"


def whole_policy(block: Block) -> str:
    """The policy that a block stands for.

    A block with a line that begins with `policy` is one. Any other is a fragment: indented lines
    at its beginning belong to a header, what it needs besides comes from its `with` comment, and
    if neither has a stage there is the stage `reminder`.
    """
    if any(line.startswith("policy ") for line in block.lines):
        return block.text
    body = list(block.lines)
    settings: list[str] = []
    while body and body[0].startswith("  "):
        settings.append(body.pop(0))
    given = {line.split()[0] for line in settings}
    header = [line for word, line in _HEADER.items() if word not in given]
    text = "\n".join(["policy sample version 1", *header, *settings, ""])
    for part in (block.notes.get("with", ""), "\n".join(body).strip("\n")):
        if part:
            text += f"\n{part}\n"
    return text if re.search(r"^stage ", text, re.MULTILINE) else text + _STAGE
