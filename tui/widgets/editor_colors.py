"""The colours of a policy's words, from those of the application."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.style import Style
from textual.color import Color

if TYPE_CHECKING:
    from textual.theme import Theme


def styles_of(theme: Theme) -> dict[str, Style]:
    """By what a word is. Without any colour, weight and underline still tell most of it."""
    primary = theme.primary
    accent = theme.accent or primary
    secondary = theme.secondary or primary
    success = theme.success or secondary
    return {
        "keyword": _style(primary, bold=True),
        "definition": _style(accent, bold=True),
        "name": Style(),
        "currency": _style(success),
        "fact": _style(secondary),
        "number": _style(success),
        "date": _style(success),
        "time": _style(success),
        "text": _style(accent),
        "sign": Style(),
        "comment": Style(italic=True, dim=True),
        "mistake": _style(theme.error or accent, bold=True),
        "problem.error": _style(theme.error or accent, underline=True, bold=True),
        "problem.warning": _style(theme.warning or accent, underline=True),
        "good": _style(success),
        "bad": _style(theme.error or accent, bold=True),
        "quiet": Style(dim=True),
    }


def _style(name: str, *, bold: bool = False, underline: bool = False) -> Style:
    color = Color.parse(name).rich_color
    return Style(color=color, bold=bold or None, underline=underline or None)
