"""What a broken statement was probably meant to say.

A guess is only made if the statement can then be read beyond the place where it went wrong.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from lark import Token

from dunlang import grammar, statement
from dunlang.suggest import distance

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dunlang.grammar import Place
    from dunlang.statement import Stuck

_BACK = 3
"""How many words before the wrong one may belong to a mistyped phrase: `open amuont`."""

_OTHER_WORDS = MappingProxyType(
    {
        "if": "when",
        "where": "when",
        "equals": "is",
        "contains": "has",
        "includes": "has",
        "isnt": "is not",
        "true": "yes",
        "false": "no",
        "workdays": "business days",
        "working days": "business days",
        "weekdays": "business days",
        "bank days": "business days",
        "workday": "business day",
        "working day": "business day",
        "weekday": "business day",
        "via": "by",
        "through": "by",
        "max": "at most",
        "maximum": "at most",
        "min": "at least",
        "minimum": "at least",
        "forward to": "hand over to",
        "ignore": "exclude",
        "pause": "hold",
        "test": "example",
        "level": "stage",
        "step": "stage",
        "rule": "for",
        "variable": "fact",
        "field": "fact",
        "group": "segment",
    }
)
"""What people write who have not read the manual, and the word of the language for it."""


@dataclass(frozen=True, slots=True)
class Repair:
    """A phrase in place of some words."""

    first: int
    """Index of the first word that is replaced."""
    last: int
    """Index of the last one."""
    kind: str
    """The terminal that belongs there."""
    phrase: str
    """How it is written."""
    slips: int
    """How far the words are from it."""
    reach: int
    """Up to which word of the broken statement one can then read."""


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    token: int
    last: bool
    """Whether it is the last word of its token."""


def misspelt(words: Sequence[Token], stuck: Stuck) -> Repair | None:
    """The word or phrase of the language that was mistyped at or shortly before a place."""
    found: list[Repair] = []
    for first in range(stuck.at, max(-1, stuck.at - _BACK - 1), -1):
        if first >= len(words) or not _is_word(words[first]):
            continue
        kinds = statement.accepted(words, stuck.place, first)
        found += _repairs(words, stuck, first, kinds)
    return min(found, key=_rank, default=None)


def misspelt_opening(
    words: Sequence[Token], places: Iterable[Place]
) -> tuple[Repair, Place] | None:
    """The opening of a statement of any of some places that was mistyped."""
    found: list[tuple[Repair, Place]] = []
    for place in places:
        repair = misspelt(words, statement.Stuck(place, 0))
        if repair is not None:
            found.append((repair, place))
    return min(found, key=lambda pair: _rank(pair[0]), default=None)


def _rank(repair: Repair) -> tuple[int, int, int]:
    """The likelier, the lower; of 'day' and 'days', 'dys' is rather the longer one."""
    return repair.slips, -repair.reach, -len(repair.phrase)


def _repairs(
    words: Sequence[Token], stuck: Stuck, first: int, kinds: frozenset[str]
) -> list[Repair]:
    flat = _flat(words[first:])
    spelt = grammar.words()
    found: list[Repair] = []
    for kind in kinds:
        phrase = spelt.get(kind)
        if phrase is None:
            continue
        for count, slips in _matches(flat, phrase):
            last = first + flat[count - 1].token
            if last < stuck.at and all(w.type != "NAME" for w in words[first : last + 1]):
                continue  # these words are right where they stand
            repaired = _replaced(words, first, last, kind)
            progress = statement.reach(repaired, stuck.place) - (first + 1) + last + 1
            if progress > stuck.at:
                found.append(Repair(first, last, kind, phrase, slips, progress))
    return found


def _matches(flat: Sequence[_Word], phrase: str) -> list[tuple[int, int]]:
    """How many words could be meant as a phrase, with how many slips."""
    size = phrase.count(" ") + 1
    target = _joined(phrase)
    allowed = max(1, len(target) // 4)
    letters = Counter(target)
    found: list[tuple[int, int]] = []
    for count in range(max(1, size - 1), min(len(flat), size + 1) + 1):
        if not flat[count - 1].last:
            continue
        text = " ".join(word.text for word in flat[:count])
        if _OTHER_WORDS.get(text.casefold()) == phrase:
            found.append((count, 1))
            continue
        joined = _joined(text)
        if abs(len(joined) - len(target)) > allowed:
            continue
        if (Counter(joined) - letters).total() > allowed:
            continue
        slips = distance(joined, target)
        if slips <= allowed and slips < len(target):
            found.append((count, slips))
    found += _unfinished(flat, phrase, size)
    return found


def _unfinished(flat: Sequence[_Word], phrase: str, size: int) -> list[tuple[int, int]]:
    """The first words of a phrase whose others are missing or quite different."""
    wanted = phrase.split(" ")
    same = 0
    while same < min(size, len(flat)) and flat[same].text.casefold() == wanted[same]:
        same += 1
    if 0 < same < size and flat[same - 1].last:
        # Worse than any slip of the fingers; better the more words are there.
        return [(same, 10 * (size - same))]
    return []


def _flat(words: Sequence[Token]) -> list[_Word]:
    flat: list[_Word] = []
    for index, word in enumerate(words[:8]):
        if not _is_word(word):
            break
        pieces = word.split()
        flat += [_Word(piece, index, piece is pieces[-1]) for piece in pieces]
    return flat


def _replaced(words: Sequence[Token], first: int, last: int, kind: str) -> list[Token]:
    return [*words[:first], Token(kind, ""), *words[last + 1 :]]


def _is_word(word: Token) -> bool:
    return word[:1].isalpha()


def _joined(text: str) -> str:
    return re.sub(r"[ _-]", "", text.casefold())


# -------------------------------------------------------------------------- words that are missing


def left_out(words: Sequence[Token], stuck: Stuck) -> tuple[frozenset[str], int]:
    """The terminals one of which is missing before the wrong word, and how far one then reads."""
    best: set[str] = set()
    furthest = stuck.at
    for kind in statement.accepted(words, stuck.place, stuck.at) - {statement.END}:
        inserted = [*words[: stuck.at], Token(kind, ""), *words[stuck.at :]]
        progress = statement.reach(inserted, stuck.place) - 1
        if progress > furthest:
            best, furthest = {kind}, progress
        elif progress == furthest and progress > stuck.at:
            best.add(kind)
    return frozenset(best), furthest


def as_name(words: Sequence[Token], stuck: Stuck) -> int:
    """How far one reads if the wrong word were a name; 0 if no name may stand there."""
    if "NAME" not in statement.accepted(words, stuck.place, stuck.at):
        return 0
    return statement.reach(_replaced(words, stuck.at, stuck.at, "NAME"), stuck.place)
