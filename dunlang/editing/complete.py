"""What could be typed at a place, each with what it means.

The grammar says which words and kinds of names may stand there; the text has the names.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from dunlang.builtins import CHANNELS, FACTS
from dunlang.countries import COUNTRIES
from dunlang.currencies import MINOR_DIGITS
from dunlang.editing.context import contexts_at
from dunlang.editing.names import names_in
from dunlang.editing.openings import OPENINGS
from dunlang.editing.phrases import CHANNELS as CHANNEL_MEANINGS
from dunlang.editing.phrases import MEANINGS
from dunlang.reading import grammar
from dunlang.reading.expected import expected, name_called

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from lark import Token

    from dunlang.editing.context import Context
    from dunlang.editing.names import Names
    from dunlang.source import Source

ItemKind = Literal["value", "name", "fact", "word"]
MOST = 60
"""Items that are offered; who wants another one types a letter more."""

_COMPARISONS = frozenset({"LESS", "LESS_OR_EQUAL", "MORE", "MORE_OR_EQUAL"})
_TWICE = frozenset({"AT_LEAST"})
"""What may stand in a block more than once, where nothing else does."""
_ONCE_IN = frozenset({"header", "stage"})
_ALIKE = {"AFTER": "FROM", "FROM": "AFTER", "FEE": "NO_FEE", "NO_FEE": "FEE"}
_ALIKE |= {"DUN_EACH_INVOICE": "DUN_EACH_ACCOUNT", "DUN_EACH_ACCOUNT": "DUN_EACH_INVOICE"}
_MODES = frozenset({"SEND_AUTOMATICALLY", "FINALIZE_ONLY", "DRAFT_ONLY", "SUGGEST_ONLY"})
_ZONES = (
    *("Europe/Berlin", "Europe/Vienna", "Europe/Zurich", "Europe/Amsterdam", "Europe/Paris"),
    *("Europe/London", "America/New_York", "UTC"),
)
_Found = tuple[str, str, ItemKind]
_RANKS: dict[ItemKind, int] = {"value": 0, "name": 1, "fact": 2, "word": 3}


@dataclass(frozen=True, slots=True)
class Item:
    """Something that could be typed."""

    text: str
    meaning: str
    """What it is or does; a phrase without a full stop, or empty."""
    kind: ItemKind
    start: int
    """It takes the place of what stands from here to the place that was asked about."""


@dataclass(frozen=True, slots=True)
class Completion:
    """What could be typed at a place."""

    items: tuple[Item, ...] = ()
    """The likeliest first."""
    expected: str = ""
    """What comes there in words: `after 'grace' comes a number of days`."""


def complete(source: Source, offset: int) -> Completion:
    """What could be typed at an offset, given what is typed of it already."""
    found: dict[str, Item] = {}
    said = ""
    names: Names | None = None
    for number, context in enumerate(contexts_at(source, offset)):
        names = names or names_in(source)
        if number == 0:
            said = expected(context.accepted, context.before)
        for text, meaning, kind in _likely(context, list(_candidates(context, names))):
            is_phrase = number == 0 or " " in text
            if is_phrase and _fits(text, context.part, whole=number > 0):
                found.setdefault(text, Item(text, meaning, kind, context.start))
    typed = {text for text, item in found.items() if source.text[item.start : offset] == text}
    if typed and len(found) == len(typed):
        return Completion((), said)  # it is all there already
    # Later ones finish a phrase that began before, which is rarely what is meant.
    nearest = max((item.start for item in found.values()), default=0)
    ordered = sorted(found.values(), key=lambda item: _rank(item, source.text, offset, nearest))
    return Completion(tuple(ordered[:MOST]), said)


def _likely(context: Context, found: list[_Found]) -> list[_Found]:
    """Where the values are known and nothing is typed, nothing else is meant."""
    values = [each for each in found if each[2] == "value"]
    return values if values and not context.part else found


def _fits(text: str, part: str, *, whole: bool) -> bool:
    """Whether a candidate goes on from what is typed; `whole`: from its very beginning."""
    text, part = text.casefold(), part.casefold()
    if text.startswith(part):
        return True
    if whole or not part.strip():
        return False
    inside = text.replace(".", " ").replace("_", " ").replace("/", " ").split()
    return any(piece.startswith(part) for piece in inside)


def _rank(item: Item, text: str, offset: int, nearest: int) -> tuple[bool, bool, int]:
    part = text[item.start : offset].casefold()
    return not item.text.casefold().startswith(part), item.start < nearest, _RANKS[item.kind]


def _candidates(context: Context, names: Names) -> Iterator[_Found]:
    """All that may stand at a place."""
    if context.before and "NAME" in context.accepted:
        yield from _names(context, names)
    if "STRING" in context.accepted and context.before:
        yield from _texts(context, names)
    yield from _words(context, names)
    if "PATH" in context.accepted:
        yield from _facts(context, names)


def _words(context: Context, names: Names) -> Iterator[_Found]:
    spelling = grammar.spelling()
    if not context.before:
        used = _used(context, names)
        for kind, opening in OPENINGS[context.place].items():
            if kind in context.accepted and kind not in used:
                yield spelling[kind], f"{opening.meaning}: {opening.example}", "word"
        return
    for kind in sorted(context.accepted & grammar.words().keys()):
        phrase = spelling[kind]
        if phrase in FACTS:
            yield phrase, FACTS[phrase].meaning, "fact"
        else:
            yield phrase, MEANINGS.get(kind, ""), "word"
    for kind in sorted(context.accepted & _COMPARISONS):
        yield spelling[kind], "", "word"


def _used(context: Context, names: Names) -> set[str]:
    """What stands in the block already and stands in it only once."""
    if context.place == "file" and names.of("policy"):
        return {"POLICY"}
    if context.place not in _ONCE_IN:
        return set()
    used = set(context.siblings - _TWICE)
    used |= {_ALIKE[kind] for kind in used & _ALIKE.keys()}
    return used | (_MODES if used & _MODES else set())


def _facts(context: Context, names: Names) -> Iterator[_Found]:
    kinds = context.kinds
    if kinds == ["FACT"]:
        yield "customer.", "a fact of the customer", "fact"
        yield "invoice.", "a fact of the invoice", "fact"
        return
    if kinds and kinds[0] == "REPLACES":
        return
    for path, meaning in _all_facts(names).items():
        if kinds[:1] == ["DUN_EACH_ACCOUNT"] and not path.startswith("invoice."):
            continue
        if kinds[:1] == ["CANCEL"] and meaning != "a date":
            continue
        yield path, meaning, "fact"


def _all_facts(names: Names) -> dict[str, str]:
    """Facts with a point in their name, with what they mean: the built-in and the declared."""
    found = {path: fact.meaning for path, fact in FACTS.items() if "." in path}
    for each in names.of("fact"):
        found[each.name] = _declared(each.title)
    return found


def _declared(type_said: str) -> str:
    kind = type_said.partition("#")[0].partition(" default ")[0].strip()
    return {"date": "a date"}.get(kind, f"declared here: {kind}" if kind else "declared here")


def _texts(context: Context, names: Names) -> Iterator[_Found]:
    rule = {"EXPECT_HELD": "hold", "EXPECT_EXCLUDED": "exclude"}.get(context.kinds[-1])
    for each in names.defined:
        if each.kind == rule:
            yield f'"{each.name}"', f"the reason of a '{rule}'", "value"


# ------------------------------------------------------------------------------------- names


def _names(context: Context, names: Names) -> Iterator[_Found]:
    kinds = context.kinds
    if kinds[-1] == "NUMBER" and kinds[0] not in {"POLICY", "EXTENDS"}:
        yield from _currencies(context, names)
        return
    asked = _asked_about(context.before)
    if asked is not None:
        yield from _values_of(asked, names)
        return
    called = name_called(kinds)
    source = _BY_CALL.get(called)
    if source is not None:
        yield from source(context, names)
    elif not called and "YES" in context.accepted:  # the beginning of a condition
        for each in names.of("segment"):
            yield each.name, "a segment of this policy", "name"


def _asked_about(before: Sequence[Token]) -> str | None:
    """The fact of which a value comes next."""
    last = before[-1].type
    if last in {"IS", "IS_NOT"} and len(before) > 1:
        return _path(before[-2])
    if last in {"LPAR", "COMMA"}:
        for at in range(len(before) - 1, 0, -1):
            if before[at].type in {"IN", "NOT_IN"}:
                return _path(before[at - 1])
            if before[at].type not in {"NAME", "COMMA", "LPAR", "STRING", "NUMBER", "DATE"}:
                return None
    if last == "NAME" and before[0].type in {"GIVEN_CUSTOMER", "GIVEN_INVOICE"}:
        owner = "customer" if before[0].type == "GIVEN_CUSTOMER" else "invoice"
        return f"{owner}.{before[-1]}"
    return None


def _path(word: Token) -> str:
    return " ".join(word.split())


def _values_of(path: str, names: Names) -> Iterator[_Found]:
    fact = FACTS.get(path)
    if fact is not None and fact.type.kind == "country":
        yield from ((code, "a country", "value") for code in sorted(COUNTRIES))
    elif fact is not None and fact.type.kind == "stage":
        yield "none", "no stage was executed yet", "value"
        yield from _stages(names)
    elif fact is not None:
        yield from ((choice, f"of {path}", "value") for choice in fact.type.choices)
    else:
        declared = names.named(path, "fact")
        inside = declared.title.partition("(")[2].partition(")")[0] if declared else ""
        for choice in inside.split(","):
            if choice.strip():
                yield choice.strip(), f"of {path}", "value"


def _currencies(context: Context, names: Names) -> Iterator[_Found]:
    for code in names.currencies:
        yield code, "a currency of this policy", "value"
    if context.part:
        yield from ((code, "a currency", "value") for code in MINOR_DIGITS)


def _stages(names: Names) -> Iterator[_Found]:
    for each in names.of("stage"):
        yield each.name, each.title or "a stage of this policy", "name"


def _stage_to_change(context: Context, names: Names) -> Iterator[_Found]:
    """A stage in an exception is one of the ladder; at the margin it is a new one."""
    return _stages(names) if context.place == "for" else iter(())


def _any_stage(context: Context, names: Names) -> Iterator[_Found]:
    del context
    return _stages(names)


def _channels(context: Context, names: Names) -> Iterator[_Found]:
    del names
    used = {str(word) for word in context.before}
    for channel in CHANNELS:
        if channel not in used:
            yield channel, CHANNEL_MEANINGS[channel], "value"


def _header_currencies(context: Context, names: Names) -> Iterator[_Found]:
    del names
    used = {str(word) for word in context.before}
    usual = ("EUR", "CHF", "GBP", "USD") if not context.part else tuple(MINOR_DIGITS)
    yield from ((code, "a currency", "value") for code in usual if code not in used)


def _calendars(context: Context, names: Names) -> Iterator[_Found]:
    del context, names
    yield "TARGET", "the calendar of the euro's payment system", "value"
    yield from ((code, "the holidays of a country", "value") for code in sorted(COUNTRIES))


def _zones(context: Context, names: Names) -> Iterator[_Found]:
    del context, names
    yield from ((zone, "a time zone", "value") for zone in _ZONES)


def _roles(context: Context, names: Names) -> Iterator[_Found]:
    del context, names
    yield "credit_manager", "a role whose holders approve", "value"


def _rates(context: Context, names: Names) -> Iterator[_Found]:
    del context
    for each in names.of("rate"):
        yield each.name, f"the table {each.title}" if each.title else "a rate", "name"


def _given_facts(context: Context, names: Names) -> Iterator[_Found]:
    owner = "invoice." if context.kinds[0] == "GIVEN_INVOICE" else "customer."
    for path, meaning in _all_facts(names).items():
        if path.startswith(owner):
            yield path.removeprefix(owner), meaning, "fact"


_BY_CALL: Mapping[str, Callable[[Context, Names], Iterable[_Found]]] = {
    "the name of the stage": _stage_to_change,
    "the name of a stage": _any_stage,
    "the name of an earlier stage": _any_stage,
    "a channel such as 'email'": _channels,
    "a currency such as EUR": _header_currencies,
    "a calendar such as DE-BY": _calendars,
    "a time zone such as Europe/Berlin": _zones,
    "a role such as 'credit_manager'": _roles,
    "the name of a rate": _rates,
    "the name of a fact": _given_facts,
}
"""Names by how the grammar's expectation calls them; a name that is new is offered nowhere."""
