"""What a command of the admin is: something that a key, the palette and the footer can start."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """Something a person can do on a screen."""

    id: str
    """Stable, such as `customers.why_not`: the name under which a user gives it another key."""
    keys: str
    """As Textual names them, separated by commas; empty: only the palette starts it."""
    title: str
    """A word or two for the footer."""
    help: str
    """A sentence without a full stop, for the help and the documentation."""
    area: str
    """Where it holds: `everywhere`; `list` (all lines that one goes through), `table` (those with
    columns too); an area, or a screen of one (`customers/case`)."""
    vim: str = ""
    """The keys in the preset `vim`, where they are others."""
    action: str = ""
    """What it calls; else the last part of the id."""
    footer: bool = False
    """Whether the footer shows it; at most eight on a screen."""
    priority: bool = False
    """Whether it also holds while a text is edited."""

    @property
    def does(self) -> str:
        """The action that Textual calls."""
        return self.action or self.id.rpartition(".")[2]
