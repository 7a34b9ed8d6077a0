"""Constructs of the language that this version does not read yet.

Each is recognised by its words, so that a policy that uses one is told so, instead of being told
that it is misspelt. A construct leaves this table on the day the grammar learns it.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from dunlang.diagnostics import Diagnostic
from dunlang.reading.layout import quote
from dunlang.source import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lark import Token

    from dunlang.reading.statement import Stuck
    from dunlang.source import Source

_WORDS = frozenset(
    {
        "ACCOUNT",
        "CANCEL",
        "CHARGE",
        "CLAIM",
        "CONTACT",
        "EXTENDS",
        "GUARANTEE",
        "INCLUDE",
        "INTEREST",
        "RATE",
        "REPEAT",
        "REPLACES",
        "SINCE_START",
        "SUSPEND",
        "WITHOUT",
    }
)
"""Words that the grammar reserves for what is to come."""

_NAMED = frozenset({"POLICY", "SEGMENT", "STAGE"})
"""First words behind which a name comes."""

_PHRASES = (
    "fees taxed",
    "no interest",
    "payments settle",
    "reopened cases continue",
    "settled when",
    "step down",
    "write off",
    "by bracket",
    "by steps",
    "converted by",
    "per letter",
    "stay with their version",
    "straight to the stage reached",
)
_AFTER = MappingProxyType(
    {
        "WHEN": ("else",),
        "LETTERS_PER": ("and stage",),
        "ROUND": ("to",),
        "AT_LEAST": ("to a customer",),
        "STAGE": ("after",),
    }
)
"""Phrases that belong to what is to come only behind a certain first word of the statement."""


def later(source: Source, words: Sequence[Token], stuck: Stuck) -> Diagnostic | None:
    """The construct that this version does not read, if the statement goes wrong because of one."""
    if stuck.at >= len(words):
        return None
    first, last = stuck.at, stuck.at
    if first == 1 and words[0].type in _NAMED:
        return None  # the word was meant as a name
    if words[first].type not in _WORDS:
        count = _phrase(words, stuck.at)
        if not count:
            return None
        last = first + count - 1
    where = Span(source, words[first].start_pos or 0, words[last].end_pos or 0)
    shown = quote(where)
    if first:
        beginning = " ".join(words[0].split())
        shown = f"{beginning} {shown}" if first == 1 else f"{beginning} ... {shown}"
    return Diagnostic(
        "D027", where, f"'{shown}' is not in this version of the language yet", hint="leave it out"
    )


def _phrase(words: Sequence[Token], at: int) -> int:
    """How many tokens of a known phrase stand from an index on; 0 if none does."""
    for phrase in (*_PHRASES, *(_AFTER.get(words[0].type, ()) if at else ())):
        text = ""
        for count, word in enumerate(words[at:], start=1):
            text = f"{text} {' '.join(word.split())}".lstrip()
            if text == phrase:
                return count
            if not phrase.startswith(f"{text} "):
                break
    return 0
