"""Problems of a policy or its data, as values: a code, a place, a sentence, a way out.

Nothing here prints; `render` does. The catalogue of codes is in `codes`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dunlang.source import Span


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One problem at one place."""

    code: str
    """Stable code, such as `D204`; those that begin with `W` are warnings."""
    span: Span
    """The exact words."""
    message: str
    """One sentence in the language of the domain; lower case first letter, no full stop."""
    hint: str = ""
    """What to write instead; stands beside the caret, such as `did you mean 'consumer'?`."""
    notes: tuple[str, ...] = ()
    """Further sentences under the source line, each shown behind `= `."""
    related: tuple[tuple[Span, str], ...] = field(default=())
    """Other places that matter, each with what it is."""

    @property
    def severity(self) -> Literal["error", "warning"]:
        """`warning` for codes that begin with `W`."""
        return "warning" if self.code.startswith("W") else "error"


def has_errors(problems: Iterable[Diagnostic]) -> bool:
    """Whether at least one problem is an error, not only a warning."""
    return any(problem.severity == "error" for problem in problems)


def in_order(problems: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The problems by file and place, each once."""
    unique = dict.fromkeys(problems)
    return sorted(unique, key=lambda p: (p.span.source.name, p.span.start, p.span.end, p.code))
