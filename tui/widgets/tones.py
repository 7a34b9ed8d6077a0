"""Tones of a text, in the colours of the application."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.style import Style
from rich.text import Text
from textual.color import Color

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.theme import Theme


def tones(theme: Theme) -> dict[str, Style]:
    """`good`, `bad`, `warning`, `accent`, `dim`, `bold`."""
    accent = theme.accent or theme.primary
    return {
        "good": _style(theme.success or accent),
        "bad": _style(theme.error or accent) + Style(bold=True),
        "warning": _style(theme.warning or accent),
        "accent": _style(accent),
        "dim": Style(dim=True),
        "bold": Style(bold=True),
    }


def toned(pieces: Iterable[tuple[str, str]], theme: Theme) -> Text:
    """Parts of a line, each with its tone, as one text."""
    found = tones(theme)
    line = Text(no_wrap=True)
    for text, tone in pieces:
        line.append(text, found.get(tone, Style()))
    return line


def toned_lines(lines: Iterable[tuple[str, str]], theme: Theme) -> Text:
    """Lines, each with its tone, as one text."""
    found = tones(theme)
    text = Text()
    for number, (line, tone) in enumerate(lines):
        text.append(("\n" if number else "") + line, found.get(tone, Style()))
    return text


def _style(color: str) -> Style:
    return Style(color=Color.parse(color).rich_color)
