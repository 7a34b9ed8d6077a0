"""Names as a person searches for them: without case, accents and umlauts."""

from __future__ import annotations

import unicodedata

_SPELLED = {"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe"}


class _Letters(dict[int, str]):
    """Letters without their marks, worked out once each: `str.translate` asks for them."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        parts = unicodedata.normalize("NFKD", letter)
        plain = "".join(each for each in parts if not unicodedata.combining(each))
        self[code] = _SPELLED.get(letter, plain)
        return self[code]


_PLAIN = _Letters()
_WRITTEN = _Letters(
    {ord(letter): letters for letter, letters in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"))}
)


def folded(text: str) -> str:
    """A text in which only letters, digits and signs count."""
    return text.lower() if text.isascii() else text.casefold().translate(_PLAIN)


def spelled_out(text: str) -> str:
    """The same with umlauts written as two letters, as many type them: mueller."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", text.casefold()).translate(_WRITTEN)


def has(text: str, wanted: str) -> bool:
    """Whether a text contains all words of another, however they are spelled."""
    forms = (folded(text), spelled_out(text))
    return all(any(folded(word) in form for form in forms) for word in wanted.split())


def match(wanted: str, text: str) -> float:
    """How well a text fits what was typed: 0 not at all, 1 best; letters may be left out."""
    needle = folded("".join(wanted.split()))
    if not needle:
        return 0.0
    return max(_match(needle, folded(text)), _match(needle, spelled_out(text)))


def _match(needle: str, text: str) -> float:
    """Words that begin with what was typed are best, then parts, then letters in order."""
    joined = text.replace(" ", "")
    if joined.startswith(needle):
        return 1.0
    if any(word.startswith(needle) for word in text.split()):
        return 0.9
    if needle in joined:
        return 0.8
    at, gaps = -1, 0
    for letter in needle:
        found = joined.find(letter, at + 1)
        if found < 0:
            return 0.0
        gaps += found - at - 1
        at = found
    return 0.7 / (1 + gaps / len(needle))
