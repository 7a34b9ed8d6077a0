"""What a broken statement was probably meant to say.

A guess is only made if the statement can then be read beyond the place where it went wrong.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from dunlang.reading import grammar
from dunlang.reading.statement import END, Probe
from dunlang.suggest import distance

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lark import Token

    from dunlang.reading.grammar import Place

_BACK = 3
"""How many words before the wrong one may belong to a mistyped phrase: `open amuont`."""

_OTHER_WORDS = MappingProxyType(
    {
        "if": ("when", "while", "for"),
        "where": ("when",),
        "when": ("while",),
        "while": ("when",),
        "equals": ("is",),
        "isnt": ("is not",),
        "is in": ("in",),
        "is one of": ("in",),
        "is not in": ("not in",),
        "is not one of": ("not in",),
        "contains": ("has",),
        "includes": ("has",),
        "at least": (">=",),
        "more than": (">",),
        "greater than": (">",),
        "is more than": (">",),
        "is greater than": (">",),
        "over": (">",),
        "above": (">",),
        "at most": ("<=",),
        "less than": ("<",),
        "is less than": ("<",),
        "below": ("<",),
        "under": ("<",),
        "true": ("yes",),
        "false": ("no",),
        "bool": ("yes/no",),
        "boolean": ("yes/no",),
        "string": ("text",),
        "integer": ("number",),
        "decimal": ("number",),
        "amount": ("money", "open amount"),
        "balance": ("open amount",),
        "workdays": ("business days",),
        "working days": ("business days",),
        "weekdays": ("business days",),
        "bank days": ("business days",),
        "workday": ("business day",),
        "working day": ("business day",),
        "late": ("overdue",),
        "overdue days": ("days overdue",),
        "fee none": ("no fee",),
        "without fee": ("no fee",),
        "without fees": ("no fees",),
        "past due": ("overdue",),
        "after due": ("overdue",),
        "after due date": ("overdue",),
        "after the due date": ("overdue",),
        "before due date": ("before due",),
        "before the due date": ("before due",),
        "via": ("by",),
        "max": ("at most",),
        "maximum": ("at most",),
        "min": ("at least",),
        "minimum": ("at least",),
        "forward to": ("hand over to",),
        "ignore": ("exclude",),
        "pause": ("hold",),
        "test": ("example",),
        "level": ("stage",),
        "step": ("stage",),
        "variable": ("fact",),
        "field": ("fact",),
        "group": ("segment",),
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
    others: tuple[str, ...] = ()
    """If only the beginning of the phrase is there: all phrases that begin so."""


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    token: int
    last: bool
    """Whether it is the last word of its token."""


def misspelt(probe: Probe, at: int) -> Repair | None:
    """The word or phrase of the language that was mistyped at or shortly before a place."""
    words = probe.words
    found: list[Repair] = []
    for first in range(at, max(-1, at - _BACK - 1), -1):
        if first < len(words) and _is_word(words[first]):
            found += _repairs(probe, at, first)
    best = min(found, key=_rank, default=None)
    return replace(best, others=_going_on(probe, best)) if best is not None else None


def _going_on(probe: Probe, best: Repair) -> tuple[str, ...]:
    """The phrases that begin with the words of a repair."""
    words = (piece for word in probe.words[best.first : best.last + 1] for piece in word.split())
    beginning = f"{' '.join(words)} "
    phrases = (grammar.spelling().get(kind, "") for kind in probe.accepted(best.first))
    return tuple(sorted(phrase for phrase in phrases if phrase.startswith(beginning)))


def misspelt_opening(
    words: Sequence[Token], places: Iterable[Place]
) -> tuple[Repair, Place] | None:
    """The opening of a statement of any of some places that was mistyped."""
    found: list[tuple[Repair, Place]] = []
    for place in places:
        repair = misspelt(Probe(words, place), 0)
        if repair is not None:
            found.append((repair, place))
    return min(found, key=lambda pair: _rank(pair[0]), default=None)


def _rank(repair: Repair) -> tuple[int, int, int, str]:
    """The likelier, the lower; of 'day' and 'days', 'dys' is rather the longer one."""
    return repair.slips, -repair.reach, -len(repair.phrase), repair.phrase


def _repairs(probe: Probe, at: int, first: int) -> list[Repair]:
    flat = _flat(probe.words[first:])
    spelt = grammar.spelling()
    found: list[Repair] = []
    for kind in probe.accepted(first):
        phrase = spelt.get(kind)
        if phrase is None:
            continue
        for count, slips in _matches(flat, phrase):
            last = first + flat[count - 1].token
            if last < at and all(word.type != "NAME" for word in probe.words[first : last + 1]):
                continue  # these words are right where they stand
            reach = probe.reach(first, [kind], last + 1)
            if reach > at:
                found.append(Repair(first, last, kind, phrase, slips, reach))
    return found


def _matches(flat: Sequence[_Word], phrase: str) -> list[tuple[int, int]]:
    """How many words could be meant as a phrase, with how many slips."""
    size = phrase.count(" ") + 1
    found = _called_otherwise(flat, phrase)
    if not phrase[0].isalpha():
        return found
    target = _joined(phrase)
    allowed = max(1, len(target) // 4)
    letters = Counter(target)
    for count in range(max(1, size - 1), min(len(flat), size + 1) + 1):
        if not flat[count - 1].last or (count > size and _begins_with(flat, phrase)):
            continue
        joined = _joined(" ".join(word.text for word in flat[:count]))
        if abs(len(joined) - len(target)) > allowed:
            continue
        if (Counter(joined) - letters).total() > allowed:
            continue
        slips = distance(joined, target)
        if slips <= allowed and slips < len(target):
            found.append((count, slips))
    return found + _unfinished(flat, phrase, size)


def _begins_with(flat: Sequence[_Word], phrase: str) -> bool:
    """Whether the phrase stands there as it should, and something else behind it."""
    wanted = phrase.split(" ")
    return [word.text.casefold() for word in flat[: len(wanted)]] == wanted


def _called_otherwise(flat: Sequence[_Word], phrase: str) -> list[tuple[int, int]]:
    """The words that people use for a phrase; as good as a single slip."""
    text = ""
    found: list[tuple[int, int]] = []
    for count, word in enumerate(flat, start=1):
        text = f"{text} {word.text.casefold()}".lstrip()
        if word.last and phrase in _OTHER_WORDS.get(text, ()):
            found.append((count, 1))
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


def _is_word(word: Token) -> bool:
    return word[:1].isalpha()


def _joined(text: str) -> str:
    return re.sub(r"[ _-]", "", text.casefold())


# -------------------------------------------------------------------------- words that are missing


def left_out(probe: Probe, at: int) -> tuple[frozenset[str], int]:
    """The terminals one of which is missing before the wrong word, and how far one then reads."""
    best: set[str] = set()
    furthest = at
    for kind in probe.accepted(at) - {END}:
        if kind == "NUMBER" and probe.words[at].type == "NAME" and not probe.words[at].isupper():
            continue  # every word would pass for a currency
        reach = probe.reach(at, [kind], at)
        if reach > furthest:
            best, furthest = {kind}, reach
        elif reach == furthest and reach > at:
            best.add(kind)
    return frozenset(best), furthest


def as_name(probe: Probe, at: int) -> int:
    """How far one reads if the wrong word were a name."""
    return probe.reach(at, ["NAME"], at + 1)
