"""Why a statement cannot be read, in the words of the person who wrote it.

The reasons are tried one after the other, the most telling first; each finds at most one problem,
so that a statement that is wrong in one place is reported once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dunlang.diagnostics import Diagnostic
from dunlang.reading import expected, grammar, layout, repair
from dunlang.reading.grammar import BODY_OF, PLACES
from dunlang.reading.layout import quote
from dunlang.reading.statement import END, Probe
from dunlang.reading.suspects import is_suspect, suspects
from dunlang.source import Span
from dunlang.suggest import closest, listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lark import Token

    from dunlang.reading.grammar import Place
    from dunlang.reading.layout import Block
    from dunlang.reading.repair import Repair
    from dunlang.reading.statement import Stuck
    from dunlang.source import Source

_WHERE: dict[Place, str] = {
    "file": "at the margin",
    "header": "under 'policy'",
    "stage": "under 'stage'",
    "for": "under 'for'",
    "guarantee": "under 'guarantee'",
    "steps": "under 'fee by steps'",
    "bracket": "under 'fee by bracket'",
    "shared": "in a file that policies include",
    "example": "under 'example'",
}
_ENDINGS: dict[str, str] = {"STAGE": "stage", "SEGMENT": "customers", "POLICY": "policy"}
"""What to add to a keyword that somebody wants as a name, by the word before it."""

_JOINING = frozenset({"AND", "OR", "ELSE", "PLUS", "PIPE", "COMMA"})
"""What may join nearly anything: no wonder if one seems to be missing."""


def diagnose(source: Source, words: Sequence[Token], stuck: Stuck) -> list[Diagnostic]:
    """What is wrong with a statement; nothing only if `hidden` and the like have said it."""
    if any(map(is_suspect, words)):
        return suspects(source, words)
    reasons = (_decimal_comma, _currency_first, _parenthesis)
    for reason in reasons:
        problem = reason(source, words, stuck)
        if problem is not None:
            return [problem]
    probe = Probe(words, stuck.place)
    if stuck.at == 0:
        return [_opening(source, probe)]
    if stuck.at == len(words):
        return [_mistyped(source, probe, stuck.at) or _cut_off(source, probe)]
    return [
        _doubled(source, words, stuck)
        or _mistyped(source, probe, stuck.at)
        or _keyword_as_name(source, probe, stuck.at)
        or _word_missing(source, probe, stuck.at)
        or _unexpected(source, probe, stuck.at)
    ]


def body_of(words: Sequence[Token], children: Sequence[Block]) -> Place | None:
    """What stands under a statement that cannot be read.

    Its first word says it; if that is mistyped, what most of the lines under it look like; if
    these can stand in several places, what the first word was meant to be.
    """
    if words[0].type in BODY_OF:
        return BODY_OF[words[0].type]
    if not children:
        return None
    fitting = [body for body in BODY_OF.values() if fits(children, body)]
    begins = {grammar.spelling()[kind]: body for kind, body in BODY_OF.items()}
    meant = begins.get(closest(str(words[0]), begins) or "")
    if meant in fitting or not fitting:
        return meant
    return fitting[0]


def fits(children: Sequence[Block], place: Place) -> bool:
    """Whether most of some lines begin as statements of a place do."""
    return _fitting(children, place) * 2 > len(children)


def _fitting(children: Sequence[Block], place: Place) -> int:
    begins = grammar.openings(place)
    return sum(child.tokens[0].type in begins for child in children)


# ----------------------------------------------------------------------------- the first word


def _opening(source: Source, probe: Probe) -> Diagnostic:
    """The first word is none with which a statement of this place begins."""
    words, place = probe.words, probe.place
    where = layout.span(source, words[0])
    near = repair.misspelt(probe, 0)
    if near is not None and near.slips <= 1:
        return _meant(source, words, near)
    homes = [home for home in PLACES if words[0].type in grammar.openings(home)]
    if homes:
        return _misplaced(where, place, homes)
    if near is not None:
        return _meant(source, words, near)
    elsewhere = repair.misspelt_opening(words, [one for one in PLACES if one != place])
    if elsewhere is not None:
        return _meant(source, words, elsewhere[0], f"it stands {_WHERE[elsewhere[1]]}")
    possible = listed((f"'{word}'" for word in expected.openings(place)), "or")
    return Diagnostic(
        "D020",
        where,
        f"no statement begins with '{quote(where)}'",
        notes=(f"{_WHERE[place]}, a statement begins with {possible}",),
    )


def _misplaced(where: Span, place: Place, homes: Sequence[Place]) -> Diagnostic:
    belongs = listed((_WHERE[home] for home in homes), "or")
    hint = ""
    if homes == ["file"]:
        hint = "begin it at the margin"
    elif place == "file":
        hint = "indent it"
    message = f"'{quote(where)}' belongs {belongs}, not {_WHERE[place]}"
    return Diagnostic("D025", where, message, hint)


# --------------------------------------------------------------------------- words and phrases


def _doubled(source: Source, words: Sequence[Token], stuck: Stuck) -> Diagnostic | None:
    """The same word of the language twice."""
    word = words[stuck.at]
    if word.type != words[stuck.at - 1].type or word.type not in grammar.words():
        return None
    where = layout.span(source, word)
    return Diagnostic("D021", where, f"'{quote(where)}' stands here twice", "leave one out")


def _mistyped(source: Source, probe: Probe, at: int) -> Diagnostic | None:
    found = repair.misspelt(probe, at)
    return _meant(source, probe.words, found) if found is not None else None


def _meant(source: Source, words: Sequence[Token], found: Repair, note: str = "") -> Diagnostic:
    """A mistyped phrase; the caret stands under the words of it that are wrong."""
    where = layout.span(source, words[found.first], words[found.last])
    written, wanted = where.text.split(), found.phrase.split(" ")
    first, last = 0, len(written)
    if len(written) == len(wanted):
        while first < last - 1 and written[first] == wanted[first]:
            first += 1
        while last - 1 > first and written[last - 1] == wanted[last - 1]:
            last -= 1
    elif len(written) < len(wanted) and written == wanted[: len(written)]:
        return _unfinished(where, found)
    narrow = _pieces(where, first, last)
    meant = " ".join(wanted[first:last]) if len(written) == len(wanted) else found.phrase
    hint = f"did you mean '{meant}'?"
    message = f"'{quote(narrow)}' is not a word that can stand here"
    return Diagnostic("D024", narrow, message, hint, (note,) if note else ())


def _unfinished(where: Span, found: Repair) -> Diagnostic:
    """The first words of one or more phrases."""
    message = f"'{quote(where)}' is only the beginning of a phrase"
    if len(found.others) <= 1:
        return Diagnostic("D024", where, message, f"did you mean '{found.phrase}'?")
    others = listed((f"'{phrase}'" for phrase in found.others), "or")
    return Diagnostic("D024", where, message, notes=(f"it goes on as {others}",))


def _pieces(where: Span, first: int, last: int) -> Span:
    """The range of some of the words of a range."""
    offset = where.start
    ranges: list[tuple[int, int]] = []
    for piece in where.text.split():
        offset = where.source.text.index(piece, offset)
        ranges.append((offset, offset + len(piece)))
        offset += len(piece)
    return Span(where.source, ranges[first][0], ranges[last - 1][1])


def _keyword_as_name(source: Source, probe: Probe, at: int) -> Diagnostic | None:
    """A word of the language where a name belongs."""
    word = probe.words[at]
    if word.type not in grammar.words():
        return None
    if repair.as_name(probe, at) <= max(at, repair.left_out(probe, at)[1]):
        return None
    where = layout.span(source, word)
    message = f"'{quote(where)}' is a word of the language and cannot be a name"
    return Diagnostic("D023", where, message, _other_name(probe.words[at - 1], word))


def _other_name(before: Token, word: Token) -> str:
    """A name in place of a keyword; two letters may also be a country: `is`, `by`, `at`."""
    ending = _ENDINGS.get(before.type)
    if ending is None and len(word) == 2:  # noqa: PLR2004 -- ISO 3166-1 alpha-2
        return f"did you mean '{word.upper()}'?"
    name = "_".join(word.replace("/", " ").split())
    return f"call it '{name}_{ending or 1}', for example"


def _word_missing(source: Source, probe: Probe, at: int) -> Diagnostic | None:
    kinds, reach = repair.left_out(probe, at)
    if reach <= at or (kinds <= _JOINING and END in probe.accepted(at)):
        return None
    what = expected.missing(kinds, probe.words[:at])
    if not what:
        return None
    word = layout.span(source, probe.words[at])
    return Diagnostic("D026", word, f"{what} is missing before '{quote(word)}'")


def _unexpected(source: Source, probe: Probe, at: int) -> Diagnostic:
    words = probe.words
    where = layout.span(source, words[at])
    kinds = probe.accepted(at)
    if END in kinds:
        message = f"the statement is complete before '{quote(where)}'"
        return Diagnostic("D028", where, message, _left_over(source, words[at:], kinds))
    comes = expected.expected(kinds, words[:at])
    message = f"'{quote(where)}' cannot stand here"
    return Diagnostic("D021", where, f"{message}; {comes}" if comes else message)


def _left_over(source: Source, rest: Sequence[Token], kinds: frozenset[str]) -> str:
    """What to do with words behind a complete statement."""
    if rest[0].type == "COLON" and len(rest) == 1:
        return "leave it out; indentation makes the block"
    if "STRING" in kinds and all(word[0].isalnum() for word in rest):
        return f'write "{quote(layout.span(source, rest[0], rest[-1]))}" if it is the title'
    if rest[0].type in {"COMMA", "OR"} and "ELSE" in kinds:
        return "write 'and' to use both, 'else' to use the first that works"
    if rest[0].type in {"COMMA", "OR"} and "AND" in kinds:
        return "join them by 'and'"
    if rest[0].type in {"AND", "OR"} and "COMMA" in kinds:
        return "separate them by ','"
    return "leave out the rest, or begin a new line"


def _cut_off(source: Source, probe: Probe) -> Diagnostic:
    """The statement ends too early; the caret stands where it should go on."""
    words = probe.words
    end = layout.end(words[-1])
    comes = expected.expected(probe.accepted(len(words)), words)
    message = "the statement stops too early"
    return Diagnostic("D022", Span(source, end, end), f"{message}; {comes}" if comes else message)


# ------------------------------------------------------------------------ numbers, parentheses


def _decimal_comma(source: Source, words: Sequence[Token], stuck: Stuck) -> Diagnostic | None:
    """`10,00 EUR` and `1,000 EUR`: a comma inside a number."""
    for index in range(max(1, stuck.at - 1), min(stuck.at + 1, len(words) - 1)):
        before, comma, behind = words[index - 1 : index + 2]
        if (before.type, comma.type, behind.type) != ("NUMBER", "COMMA", "NUMBER"):
            continue
        where = layout.span(source, before, behind)
        if where.text != f"{before},{behind}":
            continue
        grouped = len(behind.partition(".")[0]) == 3  # noqa: PLR2004 -- thousands
        write = f"{before}_{behind}" if grouped else f"{before}.{behind}"
        message = "a number has a point before its decimals and '_' between thousands"
        return Diagnostic("D045", where, message, f"write {write}")
    return None


def _currency_first(source: Source, words: Sequence[Token], stuck: Stuck) -> Diagnostic | None:
    """`EUR 5.00`: the currency stands behind the number."""
    for index in (stuck.at - 1, stuck.at):
        pair = words[max(index, 0) : index + 2]
        if [word.type for word in pair] != ["NAME", "NUMBER"]:
            continue
        currency, number = pair
        if len(currency) == 3 and currency.isupper():  # noqa: PLR2004 -- ISO 4217
            where = layout.span(source, currency, number)
            message = "the currency stands behind the number"
            return Diagnostic("D048", where, message, f"write {number} {currency}")
    return None


def _parenthesis(source: Source, words: Sequence[Token], stuck: Stuck) -> Diagnostic | None:
    """A parenthesis without its partner."""
    opened: list[Token] = []
    for word in words[: stuck.at]:
        if word.type == "LPAR":
            opened.append(word)
        elif word.type == "RPAR" and opened:
            opened.pop()
    if stuck.at < len(words):
        if words[stuck.at].type == "RPAR" and not opened:
            where = layout.span(source, words[stuck.at])
            return Diagnostic("D016", where, "this parenthesis closes nothing", "leave it out")
        return None
    if not opened or "RPAR" not in Probe(words, stuck.place).accepted(stuck.at):
        return None
    message = "this parenthesis is not closed"
    return Diagnostic("D015", layout.span(source, opened[-1]), message, "end the list with ')'")
