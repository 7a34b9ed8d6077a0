"""What a broken statement was probably meant to say.

A guess is only made if the statement can then be read beyond the place where it went wrong.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dunlang.reading import grammar
from dunlang.reading.other_words import OTHER_WORDS
from dunlang.reading.statement import END, Probe
from dunlang.suggest import distance

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lark import Token

    from dunlang.reading.grammar import Place

_LONGEST_PIECE = 12
"""How many words may stand too late; a longer piece is a statement of its own."""
_LONGEST_REORDERED = 60
"""Words of a statement that is tried in other orders; a condition of more is left alone."""
_BACK = 3
"""How many words before the wrong one may belong to a mistyped phrase: `open amuont`."""


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
        if phrase is None or (first < at and _only_begins_alike(probe.words[first], phrase)):
            continue
        for count, slips in _matches(flat, phrase):
            last = first + flat[count - 1].token
            if last < at and all(word.type != "NAME" for word in probe.words[first : last + 1]):
                continue  # these words are right where they stand
            reach = probe.reach(first, [kind], last + 1)
            if reach > at:
                found.append(Repair(first, last, kind, phrase, slips, reach))
    return found


def _only_begins_alike(word: Token, phrase: str) -> bool:
    """Whether a word is itself a whole phrase that begins as another does, and then differs.

    It is right where it stands: the mistake comes after it.
    """
    here = " ".join(word.split())
    known = " " in here and here in grammar.spelling().values()
    return known and here.split()[0] == phrase.split(maxsplit=1)[0] and not phrase.startswith(here)


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
        if word.last and phrase in OTHER_WORDS.get(text, ()):
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


def reads_without(probe: Probe, at: int) -> bool:
    """Whether the statement would be right without the wrong word."""
    return probe.reach(at, (), at + 1) > len(probe.words)


def moved(probe: Probe, at: int) -> tuple[int, int] | None:
    """If the words from the wrong one on only stand too late: where they end and belong.

    The answer is the index of the last of them, and of the word before which they belong.
    """
    words = probe.words
    kind = words[at].type
    if kind not in grammar.words() or len(words) > _LONGEST_REORDERED:
        return None
    for last in range(len(words) - 1, at - 1, -1):
        piece = words[at : last + 1]
        if len(piece) > _LONGEST_PIECE:
            continue
        for to in range(1, at):
            if kind not in probe.accepted(to):
                continue
            order = [*words[:to], *piece, *words[to:at], *words[last + 1 :]]
            if Probe(order, probe.place).reach(0, (), 0) > len(words):
                return last, to
    return None
