"""Where the texts come from that a policy extends and includes.

The language reads no files: whoever has them, the engine's services or a test, gives a `Library`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from dunlang.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dunlang.source import Source, Span

BROKEN = "D152"


@dataclass(frozen=True, slots=True)
class Found:
    """A text that was asked for."""

    source: Source
    problems: tuple[Diagnostic, ...] = ()
    """What is wrong with its bytes."""


class Library(Protocol):
    """Gives texts by what a policy calls them."""

    def policy(self, policy: str, version: int, beside: Source) -> Found | None:
        """The text of a policy's version, for the text `beside` that extends it; None: nowhere.

        Raises OSError for what is there and cannot be read.
        """

    def shared(self, path: str, beside: Source) -> Found | None:
        """The file that the text `beside` includes; None if there is none.

        Raises OSError for what is there and cannot be read.
        """

    def policies(self, beside: Source) -> Iterable[tuple[str, int]]:
        """Ids and versions that `policy` may find, for a proposal when it finds nothing."""

    def files(self, beside: Source) -> Iterable[str]:
        """What an `include` could name so that `shared` finds it, for a proposal likewise."""


class Empty:
    """Has nothing: a text that extends or includes another finds it missing."""

    def policy(self, policy: str, version: int, beside: Source) -> Found | None:  # noqa: ARG002 - a library
        """Nothing."""
        return None

    def shared(self, path: str, beside: Source) -> Found | None:  # noqa: ARG002 - a library
        """Nothing."""
        return None

    def policies(self, beside: Source) -> Iterable[tuple[str, int]]:  # noqa: ARG002 - a library
        """Nothing."""
        return ()

    def files(self, beside: Source) -> Iterable[str]:  # noqa: ARG002 - a library
        """Nothing."""
        return ()


EMPTY = Empty()


def broken(where: Span, what: str, error: Diagnostic) -> Diagnostic:
    """The problem of words that name a text which has an error of its own."""
    return Diagnostic(
        BROKEN,
        where,
        f"{what} has errors of its own",
        "correct them first",
        related=((error.span, error.message),),
    )
