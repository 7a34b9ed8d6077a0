"""What a word of a text means, and where a name is given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dunlang.builtins import FACTS
from dunlang.editing.context import contexts_at
from dunlang.editing.names import names_in
from dunlang.editing.openings import OPENINGS
from dunlang.editing.phrases import CHANNELS, MEANINGS
from dunlang.reading.lexing import lexemes
from dunlang.source import Source, Span

if TYPE_CHECKING:
    from dunlang.editing.names import Named, NameKind, Names
    from dunlang.reading.lexing import Lexeme
    from dunlang.types import Type

_NAMES: tuple[NameKind, ...] = ("stage", "segment", "rate", "policy")


@dataclass(frozen=True, slots=True)
class Hover:
    """What a word means."""

    span: Span
    title: str
    """The word, with its type if it is a fact."""
    meaning: str
    """A sentence without a full stop."""
    example: str = ""
    """How a statement that begins with it is written."""


def hover(source: Source, offset: int) -> Hover | None:
    """What the word at an offset means; None where there is nothing to say."""
    word = word_at(source, offset)
    if word is None:
        return None
    said = " ".join(word.span.text.split())
    if word.terminal in MEANINGS or word.kind in {"keyword", "fact"}:
        return _of_word(source, word, said)
    if word.kind == "name":
        return _of_name(names_in(source), word, said)
    return None


def word_at(source: Source, offset: int) -> Lexeme | None:
    """The word, value or sign at an offset, or directly before it."""
    if not 0 <= offset <= len(source.text):
        return None
    number = source.position(offset)[0]
    start = offset - source.position(offset)[1] + 1
    found: Lexeme | None = None
    for each in lexemes(Source("", source.line(number))):
        if each.kind == "line end" or each.span.start + start > offset:
            break
        if offset <= each.span.end + start:
            found = each
    if found is None:
        return None
    where = Span(source, found.span.start + start, found.span.end + start)
    return type(found)(found.kind, where, found.terminal)


def definition(source: Source, offset: int) -> Span | None:
    """Where the name at an offset is given; None for words of the language and unknown names."""
    word = word_at(source, offset)
    if word is None or word.kind not in {"name", "fact"}:
        return None
    found = names_in(source).named(word.span.text, *_NAMES, "fact")
    return None if found is None else found.span


def _of_word(source: Source, word: Lexeme, said: str) -> Hover | None:
    context = next(contexts_at(source, word.span.start), None)
    if context is not None and not context.before:
        opening = OPENINGS[context.place].get(word.terminal)
        if opening is not None:
            return Hover(word.span, said, opening.meaning, opening.example)
    if said in FACTS:
        fact = FACTS[said]
        unknown = "; a ledger may leave it unknown" if fact.may_be_unknown else ""
        return Hover(word.span, f"{said} : {type_in_words(fact.type)}", f"{fact.meaning}{unknown}")
    if word.kind == "fact":
        declared = names_in(source).named(said, "fact")
        if declared is None:
            return Hover(word.span, said, "a fact that is not declared; 'fact' declares it")
        title = f"{said} : {declared.title}" if declared.title else said
        return Hover(word.span, title, f"declared in line {declared.line.line}")
    meaning = MEANINGS.get(word.terminal, "")
    return Hover(word.span, said, meaning) if meaning else None


def _of_name(names: Names, word: Lexeme, said: str) -> Hover | None:
    named = names.named(said, *_NAMES)
    if named is not None:
        return Hover(word.span, f"{named.kind} {said}", _told(named))
    if said in CHANNELS:
        return Hover(word.span, said, f"a channel: {CHANNELS[said]}")
    return None


def _told(named: Named) -> str:
    line = f"line {named.line.line}"
    match named.kind:
        case "stage":
            return f'"{named.title}", given in {line}' if named.title else f"given in {line}"
        case "segment":
            condition = named.line.text.partition(" when ")[2].strip()
            return f"when {condition}" if condition else f"given in {line}"
        case "rate":
            return f"the table {named.title}" if named.title else f"given in {line}"
        case _:
            return f"given in {line}"


def type_in_words(kind: Type) -> str:
    """A type as `fact` writes it, or as near as that goes."""
    if kind.kind == "one of":
        return f"one of ({', '.join(kind.choices)})"
    return {"case money": "money in the currency of the case"}.get(kind.kind, kind.kind)
