"""Why a statement cannot be read, in the words of the person who wrote it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dunlang import layout
from dunlang.diagnostics import Diagnostic
from dunlang.source import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lark import Token

    from dunlang.grammar import Place
    from dunlang.source import Source
    from dunlang.statement import Stuck


def diagnose(source: Source, words: Sequence[Token], stuck: Stuck) -> list[Diagnostic]:
    """What is wrong with a statement; at least one problem."""
    if stuck.at < len(words):
        where = layout.span(source, words[stuck.at])
        return [Diagnostic("D021", where, f"'{where.text}' cannot stand here")]
    end = layout.end(words[-1])
    return [Diagnostic("D022", Span(source, end, end), "the statement stops too early")]


def opener(words: Sequence[Token], place: Place) -> str:
    """The terminal with which the statement most likely should have begun."""
    return words[0].type
