"""The same policy in another layout: what a tired author, three editors and a merge would leave.

Knows only how words are told apart, nothing of the grammar, so that it does not share a mistake
with the parser or the formatter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

_PHRASES = (
    "open amount|original amount|days overdue|fees so far|notices so far|is not|is known"
    "|is unknown|not in|at least|at most|clock stopped|applies when|settled when|when paid"
    "|when less is owed"
)
_WORD = re.compile(rf'"[^"]*"|#.*|[(),]|(?:{_PHRASES})\b|[^\s(),"#]+')
_BEFORE_CONDITIONS = ("when", "while", "applies when", "for")
_AFTER_CONDITIONS = ("from", "until", "else")
_REMARKS = ('"', "(", ")", "#", "stage x", " when", "ä ", "\t.", "")


@dataclass(frozen=True)
class Statement:
    """The words of a statement and how deep it stands; a comment line has one word, `#...`."""

    depth: int
    words: tuple[str, ...]
    blank_above: bool


def statements(text: str) -> Iterator[Statement]:
    """The statements of a text in the one layout, without comments inside or behind them."""
    words: list[str] = []
    depth = open_ = 0
    blank = False
    for line in text.splitlines():
        if not line.strip():
            blank = True
            continue
        found = [word for word in _WORD.findall(line) if not word.startswith("#")]
        if not open_:
            depth = (len(line) - len(line.lstrip())) // 2
            found = found or [line.strip()]
        words += found
        open_ += found.count("(") - found.count(")")
        if not open_:
            yield Statement(depth, tuple(words), blank)
            words, blank = [], False


def remarks(text: str) -> list[str]:
    """All comments of a text, in order."""
    words = (word for line in text.splitlines() for word in _WORD.findall(line))
    return [word.rstrip() for word in words if word.startswith("#")]


def bare(text: str) -> str:
    """Without comments inside or behind statements, each on one line."""
    lines: list[str] = []
    for statement in statements(text):
        lines += [""] if statement.blank_above else []
        lines.append("  " * statement.depth + " ".join(statement.words))
    return "\n".join([*lines, ""])


def respaced(text: str, rng: Random) -> str:
    """Other blanks, other indentation, other breaks, more parentheses; blank lines as they are."""
    return _Scrambler(rng, noisy=False).text(text)


def scrambled(text: str, rng: Random) -> str:
    """As `respaced`, with comments and blank lines everywhere, and any line ends."""
    return _Scrambler(rng, noisy=True).text(text)


class _Scrambler:
    def __init__(self, rng: Random, *, noisy: bool) -> None:
        self.rng = rng
        self.noisy = noisy
        self.count = 0

    def text(self, text: str) -> str:
        out: list[str] = []
        columns = [0]
        for statement in statements(text):
            del columns[statement.depth + 1 :]
            if len(columns) <= statement.depth:
                columns.append(columns[-1] + self.rng.choice((1, 2, 2, 3, 8)))
            if statement.blank_above:
                out.append("")
            out += self.between_lines()
            if statement.words[0].startswith("#"):
                out.append(" " * columns[statement.depth] + statement.words[0])
            else:
                out.append(self.statement(statement.words, columns[statement.depth]))
        out += self.between_lines()
        if not self.noisy:
            return "\n".join([*out, ""])
        lines = "\n".join(out).split("\n")
        ends = (self.rng.choice(("\n", "\r\n", " \n", "\t\n")) for _ in lines)
        mark = self.rng.choice(("", "", "\ufeff"))
        return mark + "".join(map("".join, zip(lines, ends, strict=True)))

    def rarely(self, percent: int = 15) -> bool:
        return self.rng.randrange(100) < percent

    def between_lines(self) -> list[str]:
        lines: list[str] = []
        while self.noisy and self.rarely():
            lines.append(self.rng.choice((self.remark(indented=True), "", "  ")))
        return lines

    def remark(self, *, indented: bool = False) -> str:
        self.count += 1
        margin = " " * self.rng.choice((0, 0, 1, 2, 3, 4, 6, 12)) if indented else ""
        return f"{margin}#{self.count}{self.rng.choice(_REMARKS)}"

    def statement(self, words: tuple[str, ...], column: int) -> str:
        words = self.wrapped(words)
        text = " " * column
        open_ = 0
        for number, word in enumerate(words):
            if number:
                text += self.gap(words[number - 1], word, column if open_ else None)
            text += self.blanks().join(word.split(" ")) if '"' not in word else word
            open_ += (word == "(") - (word == ")")
        return f"{text}{self.blanks()}{self.remark()}" if self.noisy and self.rarely() else text

    def wrapped(self, words: tuple[str, ...]) -> tuple[str, ...]:
        """With the condition in parentheses that it does not need."""
        if any(word.endswith(":") for word in words):
            return words  # a line of a guarantee has two conditions
        starts = [at for at, word in enumerate(words) if word in _BEFORE_CONDITIONS]
        claim = words[0] in ("at", "always")  # has two, with a colon between them
        if not starts or claim or not self.rarely(30):
            return words
        start = starts[0] + 1
        end = len(words) - 2 if words[-1] == "clock stopped" else len(words)
        end = min([at for at in range(start, end) if words[at] in _AFTER_CONDITIONS], default=end)
        return (*words[:start], "(", *words[start:end], ")", *words[end:])

    def blanks(self) -> str:
        return self.rng.choice((" ", " ", " ", "  ", "   ", "\t"))

    def gap(self, before: str, after: str, column: int | None) -> str:
        """What stands between two words; `column` is that of the statement if it may be broken."""
        if column is not None and self.rarely():
            lines = [f" {self.remark()}" if self.noisy and self.rarely(40) else ""]
            lines += self.between_lines()
            return "\n".join([*lines, " " * (column + self.rng.randint(1, 9))])
        touching = before == "(" or after in ("(", ")", ",")
        return "" if touching and self.rng.random() < 0.5 else self.blanks()
