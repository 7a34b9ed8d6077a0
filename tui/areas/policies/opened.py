"""The text that is open, and how far it is from its file."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dunlang.diagnostics import Diagnostic
    from tui.areas.policies.model import Entry


@dataclass(frozen=True, slots=True)
class Opened:
    """A version whose text is shown."""

    entry: Entry
    saved: str
    """The text as it lies in the file, or in the store."""
    is_readable: bool = True
    problems: tuple[Diagnostic, ...] = ()
    """What is wrong with its bytes."""

    @property
    def path(self) -> Path | None:
        """Its file; None: it is only in the store."""
        return self.entry.path

    @property
    def name(self) -> str:
        """What the text is called in problems."""
        return str(self.path) if self.path is not None else f"<{self.entry.name}>"

    @property
    def why_read_only(self) -> str:
        """Why it cannot be changed; empty if it can."""
        if not self.is_readable:
            return "the file is not UTF-8, so what is shown of it must not be saved"
        if self.entry.path is None:
            return "a published version never changes; n begins a draft from it"
        if self.entry.stored is not None and not self.entry.differs:
            return "it is published, and a version never changes; n begins a draft from it"
        return ""


def short(path: Path) -> str:
    """A path as seen from the working folder, where that is shorter."""
    with suppress(ValueError):
        return str(path.absolute().relative_to(Path.cwd()))
    return str(path)


def title(opened: Opened | None, text: str) -> list[tuple[str, str]]:
    """The line above the text: what it is, and whether it is saved."""
    if opened is None:
        return [("no policy is open; n begins one", "dim")]
    pieces = [(f" {opened.entry.name}", "bold")]
    if opened.path is not None:
        pieces.append((f"  {short(opened.path)}", "dim"))
    if opened.why_read_only:
        way_out = "; n begins a draft" if opened.is_readable else ""
        pieces.append((f"  ▪ read only{way_out}", "warning"))
    elif text != opened.saved:
        pieces.append(("  ● unsaved", "accent"))
    return pieces
