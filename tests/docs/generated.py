"""What documents hold that is made from the program: grammar, words, and tables of codes.

<!-- grammar: late_runs step_down -->   the fenced block below has these rules; `*` is all
<!-- words: single -->                  the fenced block below has the words that are no names
<!-- codes: D101 D102 -->               the table below has these codes with their titles
"""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

from dunlang.codes.catalogue import PAGES
from dunlang.reading.grammar import words
from tests.docs.grammar_text import rules

if TYPE_CHECKING:
    from collections.abc import Iterator

_NOTE = re.compile(r"<!-- (grammar|words|codes): (.*?) -->")
_ALL = "*"


def renewed(document: str) -> str:
    """A document with everything in it made anew that is made from the program.

    Raises KeyError for a rule or a code that does not exist.
    """
    return "".join(f"{line}\n" for line in _renewed(document.splitlines()))


def rules_named(document: str) -> set[str]:
    """The rules of the grammar that a document shows one by one."""
    return {
        name
        for kind, names in _NOTE.findall(document)
        if kind == "grammar"
        for name in names.split()
    }


def codes_listed(document: str) -> set[str]:
    """The codes in the tables of a document."""
    return {
        code for kind, codes in _NOTE.findall(document) if kind == "codes" for code in codes.split()
    }


def _renewed(lines: list[str]) -> Iterator[str]:
    at = 0
    while at < len(lines):
        yield lines[at]
        note = _NOTE.fullmatch(lines[at])
        at += 1
        if note is None:
            continue
        if note[1] in _BLOCKS:
            at = _after_block(lines, at)
            yield from ("```text", *_BLOCKS[note[1]](note[2]), "```")
        else:
            at = _after_table(lines, at)
            yield from _table(note[2].split())


def _grammar(names: str) -> list[str]:
    known = rules()
    wanted = list(known) if names == _ALL else names.split()
    return [line for name in wanted for line in known[name].splitlines()]


def _single_words(_: str) -> list[str]:
    single = {word for word in words().values() if word.isalpha()}
    return textwrap.wrap(" ".join(sorted(single)), 88)


_BLOCKS = {"grammar": _grammar, "words": _single_words}


def _table(codes: list[str]) -> list[str]:
    rows = [f"| `{code}` | {PAGES[code].title} |" for code in codes]
    return ["| code | what is wrong |", "| --- | --- |", *rows]


def _after_block(lines: list[str], at: int) -> int:
    """The line after a fenced block that begins here, if one does."""
    if at < len(lines) and lines[at].startswith("```"):
        return lines.index("```", at + 1) + 1
    return at


def _after_table(lines: list[str], at: int) -> int:
    while at < len(lines) and lines[at].startswith("|"):
        at += 1
    return at
