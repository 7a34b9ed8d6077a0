"""What is too much for a policy: nobody needs it, and reading it would take forever or fail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dunlang.diagnostics import Diagnostic
from dunlang.source import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lark import Token

    from dunlang.source import Source

TOO_LARGE = "D001"
"""The code of a text that is not read because of its size."""
LONGEST_TEXT = 1_000_000
"""Characters, and bytes, of the longest text that is read; a policy has some thousand."""
MOST_WORDS = 200_000
"""Words, numbers, signs and line ends of a text; reading more would take seconds."""
LONGEST_STATEMENT = 2_000
"""Words, numbers and signs of the longest statement."""
DEEPEST = 40
"""How deep parentheses and `not` may nest."""


def too_large(source: Source) -> Diagnostic:
    """The text is not read at all."""
    return Diagnostic(
        TOO_LARGE,
        Span(source, 0, 0),
        f"this file is larger than any policy; at most {LONGEST_TEXT // 1_000_000} MB is read",
    )


def too_many_words(source: Source, word: Token) -> Diagnostic:
    """The text is not read beyond this word."""
    message = f"this file is larger than any policy; reading stopped after {MOST_WORDS:_} words"
    return Diagnostic(TOO_LARGE, _span(source, word), message)


def not_text(source: Source, at: int) -> Diagnostic:
    """The file holds a NUL: a program, a picture, or UTF-16."""
    return Diagnostic(
        "D003",
        Span(source, at, at + 1),
        "this is not a text file",
        hint="write it in a text editor, and save it as plain text (UTF-8)",
    )


def exceeded(source: Source, words: Sequence[Token]) -> Diagnostic | None:
    """Whether a statement is too long or too deep to be read."""
    if len(words) > LONGEST_STATEMENT:
        where = _span(source, words[LONGEST_STATEMENT])
        message = f"this statement is too long; it has more than {LONGEST_STATEMENT:_} words"
        return Diagnostic("D018", where, message, "write several shorter ones")
    if len(words) <= DEEPEST:
        return None
    depth = 0
    outer: list[int] = []  # the depth before each parenthesis that is open
    negations = 0  # `not` directly before this word
    for word in words:
        if word.type == "NOT":
            negations += 1
            depth += 1
        elif word.type == "LPAR":
            outer.append(depth - negations)
            negations = 0
            depth += 1
        else:
            if word.type == "RPAR" and outer:
                depth = outer.pop()
            else:
                depth -= negations
            negations = 0
        if depth > DEEPEST:
            message = f"this goes deeper than anybody can follow; at most {DEEPEST} levels are read"
            hint = "give a part of the condition a name with 'segment'"
            return Diagnostic("D017", _span(source, word), message, hint)
    return None


def _span(source: Source, word: Token) -> Span:
    return Span(source, word.start_pos or 0, word.end_pos or 0)
