"""The word that was probably meant.

Only a word close enough to be a slip of the fingers is proposed; no proposal is better than a
silly one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST = 60
"""Nobody mistypes one word longer than this; comparing such texts would only cost time."""


def distance(a: str, b: str) -> int:
    """How many slips lie between two words.

    A slip is a letter too many, too few, another letter, or two neighbours swapped (optimal
    string alignment). Upper and lower case differ by nothing.
    """
    a, b = a.casefold(), b.casefold()
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, letter in enumerate(a, start=1):
        earlier, before, row = before, row, [i]
        for j, other in enumerate(b, start=1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == b[j - 2] and a[i - 2] == other:
                best = min(best, earlier[j - 2] + 1)
            row.append(best)
    return row[-1]


def closest(word: str, known: Iterable[str]) -> str | None:
    """The known word that `word` was probably meant to be, or None.

    About one slip in three letters is forgiven. Of two words equally close the first wins.
    `-` for `_` and the like is always forgiven.
    """
    if len(word) > _LONGEST:
        return None
    allowed = max(1, len(word) // 3)
    best: tuple[int, str] | None = None
    for other in known:
        if _plain(other) == _plain(word):
            return other
        if abs(len(other) - len(word)) > allowed or len(other) > _LONGEST:
            continue
        slips = distance(word, other)
        # A word of which every letter differs is another word, however short it is.
        if slips <= allowed and slips < len(word) and (best is None or slips < best[0]):
            best = slips, other
    return best[1] if best else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`did you mean 'consumer'?`, or nothing when no known word is close."""
    found = closest(word, known)
    return f"did you mean '{found}'?" if found else ""


def listed(words: Iterable[str], last: str = "and") -> str:
    """Words as a sentence has them: `a`, `a and b`, `a, b and c`."""
    everything = list(words)
    if len(everything) <= 1:
        return "".join(everything)
    return f"{', '.join(everything[:-1])} {last} {everything[-1]}"


def _plain(word: str) -> str:
    return word.casefold().replace("-", "_").replace(" ", "_")
