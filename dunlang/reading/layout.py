"""Text to statements: which words form a statement, and which statements stand under which.

A statement is a line; inside parentheses it goes on over the end of the line as long as the next
line stands deeper than its first. Indentation makes the blocks. Nothing is lost here: what looks
wrong is reported, and the statement takes the place that it most likely should have.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from dunlang.diagnostics import Diagnostic
from dunlang.reading import grammar, limits
from dunlang.reading.suspects import is_blank
from dunlang.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lark import Token

    from dunlang.source import Source

_TAB = 8
"""Columns of a tab; it only matters for guessing on, since a tab in indentation is an error."""

_QUOTED = 60
"""Characters of a policy that a message quotes."""
_DEEPEST = 10
"""Levels of indentation that are told apart; a policy has four."""


@dataclass(slots=True)
class Block:
    """A statement and what is indented under it."""

    tokens: list[Token]
    """Never empty; without comments and line ends."""
    indent: int
    """The column of the first word, from 0."""
    children: list[Block] = field(default_factory=list)

    @property
    def start(self) -> int:
        """Offset of the first character."""
        return start(self.tokens[0])

    @property
    def end(self) -> int:
        """Offset after the last character of the statement itself."""
        return end(self.tokens[-1])

    @property
    def last(self) -> int:
        """Offset after the last character of the whole block."""
        return self.children[-1].last if self.children else self.end


def start(token: Token) -> int:
    """Offset of a token's first character."""
    return token.start_pos or 0


def end(token: Token) -> int:
    """Offset after a token's last character."""
    return token.end_pos or 0


def span(source: Source, first: Token, last: Token | None = None) -> Span:
    """The range of a token, or from one token to another."""
    return Span(source, start(first), end(last or first))


def quote(where: Span) -> str:
    """Some words as a message quotes them: with single blanks, and not too many."""
    text = " ".join(where.text.split())
    return text if len(text) <= _QUOTED else f"{text[:_QUOTED]}..."


def blocks(source: Source, problems: list[Diagnostic]) -> list[Block]:
    """The statements at the margin with all that stands under them; adds what is wrong with it."""
    lines = list(_statements(source, problems))
    if problems and problems[-1].code == limits.TOO_LARGE:
        return []
    return _nested(source, lines, problems)


# ------------------------------------------------------------------------------- statements


def _statements(source: Source, problems: list[Diagnostic]) -> Iterator[Block]:
    words: list[Token] = []
    begins = grammar.all_openings()
    depth = indent = line_start = 0
    pending_newline = False
    tabbed: list[Span] = []
    windows = False
    tokens = list(islice(grammar.tokens(source.text), limits.MOST_WORDS + 1))
    if len(tokens) > limits.MOST_WORDS:
        problems.append(limits.too_many_words(source, tokens[-1]))
        return
    for index, token in enumerate(tokens):
        kind = token.type
        if kind == "NEWLINE":
            if not windows and token.startswith("\r"):
                windows = True
                problems.append(_windows_line_end(source, token))
            line_start = end(token)
            pending_newline = True
            continue
        if kind == "COMMENT":
            continue
        if kind == "MARK" and start(token) == 0:
            line_start = end(token)
            problems.append(_byte_order_mark(source, token))
            continue
        if pending_newline or not words:
            column = _column(source.text[line_start : start(token)])
            if words and (depth <= 0 or column <= indent or _begins(_ahead(tokens, index), begins)):
                yield Block(words, indent)
                words, depth = [], 0
            if not words:
                indent = column
                _note_tab(source, line_start, start(token), tabbed)
            pending_newline = False
        if not words and is_blank(token):
            # A blank of another kind counts as indentation, so that the statement behind it is
            # read in its right place; it is reported with the statement.
            indent += 1
        words.append(token)
        depth += (kind == "LPAR") - (kind == "RPAR" and depth > 0)
    if words:
        yield Block(words, indent)
    problems += _tabs(tabbed)


def _ahead(tokens: Sequence[Token], index: int) -> list[Token]:
    """The next three words, over the ends of lines and comments."""
    words = (tokens[n] for n in range(index, len(tokens)))
    return list(islice((w for w in words if w.type not in {"NEWLINE", "COMMENT"}), 3))


def _begins(ahead: Sequence[Token], begins: frozenset[str]) -> bool:
    """Whether a line inside parentheses is rather a statement of its own, by its first words."""
    kinds = [token.type for token in ahead]
    match kinds:
        case ["STAGE", following, *_]:  # else the fact `stage`, which is compared with something
            return following == "NAME"
        case ["FEE", following, *_]:  # else the fact `fee` of a guarantee, likewise
            return following in {"NUMBER", "LPAR", "BY_STEPS_OF", "BY_BRACKET_OF"}
        case ["AT_LEAST", "NUMBER", following]:  # else the bound of a fee, which is an amount
            return following != "NAME"
        case _:
            return kinds[0] in begins


def _column(indentation: str) -> int:
    return len(indentation.expandtabs(_TAB)) if "\t" in indentation else len(indentation)


def _note_tab(source: Source, first: int, last: int, tabbed: list[Span]) -> None:
    at = source.text.find("\t", first, last)
    if at >= 0:
        upto = at
        while upto < last and source.text[upto] == "\t":
            upto += 1
        tabbed.append(Span(source, at, upto))


def _tabs(tabbed: Sequence[Span]) -> list[Diagnostic]:
    """One problem for all tabs of a file: whoever has one usually has hundreds."""
    if not tabbed:
        return []
    more = len(tabbed) - 1
    lines = "line is" if more == 1 else "lines are"
    return [
        Diagnostic(
            "D005",
            tabbed[0],
            "this line is indented with a tab",
            hint="indent with spaces, two for each step",
            notes=(f"{more} more {lines} indented with tabs",) if more else (),
        )
    ]


def _windows_line_end(source: Source, token: Token) -> Diagnostic:
    return Diagnostic(
        "W001",
        span(source, token),
        "the lines of this file end as on Windows (CR LF)",
        hint="'dun fmt' writes plain line ends",
    )


def _byte_order_mark(source: Source, token: Token) -> Diagnostic:
    return Diagnostic(
        "W002",
        span(source, token),
        "the file begins with an invisible sign, a byte-order mark",
        hint="save it as UTF-8 without it (in some editors: without BOM)",
    )


# ----------------------------------------------------------------------------------- blocks


def _nested(source: Source, lines: Sequence[Block], problems: list[Diagnostic]) -> list[Block]:
    roots: list[Block] = []
    stack: list[Block] = []  # the statements that the next line could stand under
    for line in lines:
        closed: Block | None = None
        while stack and stack[-1].indent >= line.indent:
            closed = stack.pop()
        if closed is not None and closed.indent != line.indent and line.indent:
            problems.append(_matches_nothing(source, line, closed, stack))
        elif closed is None and not stack and line.indent:
            problems.append(_indented_under_nothing(source, line))
        (stack[-1].children if stack else roots).append(line)
        if len(stack) < _DEEPEST:
            stack.append(line)
    return roots


def _matches_nothing(
    source: Source, line: Block, closed: Block, stack: Sequence[Block]
) -> Diagnostic:
    columns = [*(block.indent for block in stack), closed.indent]
    nearest = min(columns, key=lambda column: (abs(column - line.indent), -column))
    blanks = "space" if nearest == 1 else "spaces"
    return Diagnostic(
        "D006",
        Span(source, line.start, end(line.tokens[0])),
        "this line is indented neither like the lines above it nor like the line they stand under",
        hint=f"indent it with {nearest} {blanks}" if nearest else "begin it at the margin",
    )


def _indented_under_nothing(source: Source, line: Block) -> Diagnostic:
    return Diagnostic(
        "D007",
        Span(source, line.start, end(line.tokens[0])),
        "this line is indented, but there is nothing above it that it could belong to",
        hint="begin it at the margin",
    )
