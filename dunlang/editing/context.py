"""The statement in which somebody is typing, and what the grammar expects there.

Only the block around the place is read: a statement at the margin ends whatever stands before it,
so the rest of the text says nothing about what may stand here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lark.exceptions import UnexpectedToken

from dunlang.reading import layout, statement
from dunlang.reading.diagnose import body_of
from dunlang.reading.parsing import is_shared
from dunlang.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lark import Token

    from dunlang.reading.grammar import Place
    from dunlang.reading.layout import Block

_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*$")
_WORD_BEFORE = re.compile(r"([A-Za-z][A-Za-z0-9_./-]*)[ \t]+$")
_MARGIN = re.compile(r"^[^\s#]", re.MULTILINE)
_HERE = "here_is_the_cursor"
"""A name that nobody uses, to see where a further word would belong."""
_LONGEST_BLOCK = 60_000
"""Characters before the place that are looked at."""
_LONGEST_PHRASE = 7
"""Words of the longest phrases, `open amount and charges are paid` among them."""


@dataclass(frozen=True, slots=True)
class Context:
    """Where a further word would stand."""

    place: Place
    before: tuple[Token, ...]
    """The words of the statement before it."""
    siblings: frozenset[str]
    """With what the statements above it in the same block begin."""
    start: int
    """Offset at which the word or phrase begins that is being typed."""
    part: str
    """What is typed of it already, with single blanks."""
    accepted: frozenset[str]
    """The terminals that may stand here, `END` among them."""

    @property
    def kinds(self) -> list[str]:
        """The terminals of the words before."""
        return [str(word.type) for word in self.before]


def contexts_at(source: Source, offset: int) -> Iterator[Context]:
    """What stands before an offset, for the word being typed and for phrases that it may end.

    `open am|` is asked about `am` behind `open`, and about `open am`. Nothing inside texts and
    comments, nor behind words that cannot be read.
    """
    text = source.text
    offset = min(max(offset, 0), len(text))
    line_start = text.rfind("\n", 0, offset) + 1
    typed = _WORD.search(text, line_start, offset)
    start = offset if typed is None else typed.start()
    for _ in range(_LONGEST_PHRASE):
        found = _context(source, line_start, start, offset)
        if found is not None:
            yield found
        before = _WORD_BEFORE.search(text, line_start, start)
        if before is None:
            return
        start = before.start()


def _context(source: Source, line_start: int, start: int, offset: int) -> Context | None:
    text = source.text
    begin = _block_start(text, line_start, start)
    if start - begin > _LONGEST_BLOCK:
        return None
    chunk = Source("", f"{text[begin:start]}{_HERE}")
    path = _path(layout.blocks(chunk, []))
    if not path or path[-1].tokens[-1] != _HERE:
        return None  # inside a text or a comment, or glued to what cannot be a word
    place = _place(source, path)
    if place is None:
        return None
    words = statement.with_free_names(path[-1].tokens[:-1], place)
    try:
        accepted = statement.Probe(words, place).accepted(len(words))
    except UnexpectedToken:
        return None
    above = path[-2].children[:-1] if len(path) > 1 else ()
    siblings = frozenset(str(block.tokens[0].type) for block in above)
    part = " ".join(text[start:offset].split())
    if part and text[offset - 1].isspace():
        part = f"{part} "
    return Context(place, tuple(words), siblings, start, part, accepted)


def _block_start(text: str, line_start: int, start: int) -> int:
    """Where the statement at the margin begins that the place belongs to."""
    if start == line_start:
        return line_start  # a new statement at the margin
    begins = [0, *(found.start() for found in _MARGIN.finditer(text, 0, line_start + 1))]
    return begins[-1]


def _path(blocks: Sequence[Block]) -> list[Block]:
    """The last statement, and those under which it stands, outermost first."""
    path: list[Block] = []
    while blocks:
        path.append(blocks[-1])
        blocks = blocks[-1].children
    return path


def _place(source: Source, path: Sequence[Block]) -> Place | None:
    place: Place | None = "shared" if is_shared(source) else "file"
    for block in path[:-1]:
        place = body_of(block.tokens, block.children)
        if place is None:
            return None
    return place
