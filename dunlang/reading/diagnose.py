"""Why a statement cannot be read, in the words of the person who wrote it.

The reasons are tried one after the other, the most telling first; each finds at most one problem,
so that a statement that is wrong in one place is reported once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dunlang.diagnostics import Diagnostic
from dunlang.reading import expected, grammar, layout, repair, slips
from dunlang.reading.grammar import BODY_OF, FEE_BODIES, PLACES
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
_NOT_AT_THE_MARGIN = {
    "NO_FEES": "leave it out; no stage charges a fee unless it says so",
    "NO_INTEREST": "leave it out; there is no interest unless 'interest' says so",
}
_ENDINGS: dict[str, str] = {
    "STAGE": "stage",
    "SEGMENT": "customers",
    "POLICY": "policy",
    "RATE": "rate",
}
"""What to add to a keyword that somebody wants as a name, by the word before it."""

_JOINING = frozenset({"AND", "OR", "ELSE", "PLUS", "PIPE", "COMMA"})
"""What may join nearly anything: no wonder if one seems to be missing."""


def diagnose(source: Source, words: Sequence[Token], stuck: Stuck) -> list[Diagnostic]:
    """What is wrong with a statement; nothing only if `hidden` and the like have said it."""
    unquoted = slips.unquoted(source, words, stuck) or slips.way_to_count(source, words, stuck)
    if unquoted is not None:
        return [unquoted]
    odd = [word.type for word in words if is_suspect(word)]
    if odd:
        dotted = stuck.at == 0 and set(odd) == {"DOTTED"}
        near = repair.misspelt(Probe(words, stuck.place), 0) if dotted else None
        if near is not None and near.kind == "REPLACES":  # the dots are right there
            return [_meant(source, words, near)]
        return suspects(source, words)
    reasons = (
        slips.decimal_comma,
        slips.currency_first,
        slips.currency_joined,
        slips.day_in_words,
        slips.parenthesis,
        slips.number_in_letters,
        slips.fee_as_fact,
        slips.line_of_a_fee,
        slips.free_of_charge,
        slips.points,
    )
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
        or _too_late(source, probe, stuck.at)
        or _superfluous(source, probe, stuck.at)
        or _keyword_as_name(source, probe, stuck.at)
        or _word_missing(source, probe, stuck.at)
        or _unexpected(source, probe, stuck.at)
    ]


def body_of(words: Sequence[Token], children: Sequence[Block]) -> Place | None:
    """What stands under a statement that cannot be read.

    Its first word says it; if that is mistyped, what most of the lines under it look like; if
    these can stand in several places, what the first word was meant to be.
    """
    known = grammar.body(words)
    if known is not None or not children:
        return known
    if words[0].type == "FEE":
        return lines_of_fee(children)
    fitting = [one for one in BODY_OF.values() if fits(children, one)]
    begins = {grammar.spelling()[kind]: one for kind, one in BODY_OF.items()}
    meant = begins.get(closest(str(words[0]), begins) or "")
    if meant in fitting or not fitting:
        return meant
    return fitting[0]


def lines_of_fee(children: Sequence[Block]) -> Place | None:
    """Whether some lines are those of a fee by steps or by bracket."""
    found = {
        place: sum(Probe(child.tokens, place).reach(0, (), 0) for child in children)
        for place in FEE_BODIES.values()
        if fits(children, place)
    }
    return max(found, key=lambda place: found[place], default=None)


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
    called = slips.opening_of_claim(words) if place == "guarantee" else ""
    if called:
        return Diagnostic("D026", where, f"{called} is missing before '{quote(where)}'")
    near = repair.misspelt(probe, 0)
    if near is not None and near.slips <= 1:
        return _meant(source, words, near)
    homes = _homes(words)
    if homes:
        return _misplaced(words[0], where, place, homes)
    if near is not None:
        return _meant(source, words, near)
    elsewhere = repair.misspelt_opening(words, [one for one in PLACES if one != place])
    if elsewhere is not None:
        return _meant(source, words, elsewhere[0], f"it stands {_WHERE[elsewhere[1]]}")
    called = "line" if place in FEE_BODIES.values() else "statement"
    return Diagnostic(
        "D020",
        where,
        f"no {called} begins with '{quote(where)}'",
        notes=(f"{_WHERE[place]}, {expected.opening(place)}",),
    )


def _homes(words: Sequence[Token]) -> list[Place]:
    """The places in which a statement that begins like this can be read furthest."""
    reach = {
        home: Probe(words, home).reach(0, (), 0)
        for home in PLACES
        if words[0].type in grammar.openings(home)
    }
    furthest = max(reach.values(), default=0)
    if furthest == 1 and words[0].type not in grammar.words():
        return []  # any number begins the line of a fee
    return [home for home, one in reach.items() if one == furthest]


def _misplaced(word: Token, where: Span, place: Place, homes: Sequence[Place]) -> Diagnostic:
    if place == "shared":
        home = "in a policy" if "file" in homes else f"{_WHERE[homes[0]]}, in a policy"
        message = f"'{quote(where)}' belongs {home}, not {_WHERE[place]}"
        hint = "only facts, rates, segments and guarantees are shared"
        return Diagnostic("D025", where, message, hint)
    belongs = listed((_WHERE[home] for home in homes), "or")
    hint = ""
    if homes[0] in FEE_BODIES.values():
        hint = f"indent it {_WHERE[homes[0]][:-1]} of open amount'"
    elif homes == ["file"]:
        hint = "begin it at the margin"
    elif place == "file":
        hint = _NOT_AT_THE_MARGIN.get(word.type, "indent it")
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


def _too_late(source: Source, probe: Probe, at: int) -> Diagnostic | None:
    """Words that are right, but for their place."""
    found = repair.moved(probe, at)
    if found is None:
        return None
    words = probe.words
    where = layout.span(source, words[at], words[found[0]])
    before = layout.span(source, words[found[1]])
    message = f"'{quote(where)}' stands in the wrong place"
    return Diagnostic("D021", where, message, f"it belongs before '{quote(before)}'")


def _superfluous(source: Source, probe: Probe, at: int) -> Diagnostic | None:
    """A word or sign of the language without which all would be well."""
    kind = probe.words[at].type
    may_be = (kind in grammar.words() and kind not in _JOINING) or kind in {"COMMA", "COLON"}
    if not may_be or not repair.reads_without(probe, at):
        return None
    if at + 1 == len(probe.words):
        return None  # the statement is complete before it, and that is said in another way
    where = layout.span(source, probe.words[at])
    return Diagnostic("D021", where, f"'{quote(where)}' cannot stand here", "leave it out")


def _keyword_as_name(source: Source, probe: Probe, at: int) -> Diagnostic | None:
    """A word of the language where a name belongs."""
    word = probe.words[at]
    if word.type not in grammar.words():
        return None
    reach = repair.as_name(probe, at)
    if reach <= max(at, repair.left_out(probe, at)[1]):
        return None
    if reach == at + 1 < len(probe.words):
        return None  # even as a name it would make no sense with what follows
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
    if reach == at + 1 < len(probe.words) and probe.words[at].type == "NAME":
        return None  # any word would pass for a name, and what follows makes no sense of it
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
        if words[0].type == "STAGE" and words[at] == "before":
            hint = "say after which stage it stands"
        else:
            hint = _left_over(source, words[at:], kinds)
        return Diagnostic("D028", where, message, hint)
    comes = expected.expected(kinds, words[:at])
    message = f"'{quote(where)}' cannot stand here"
    hint = _quoted(source, probe, at) if kinds == {"STRING"} and words[at].type == "NAME" else ""
    return Diagnostic("D021", where, f"{message}; {comes}" if comes else message, hint)


def _quoted(source: Source, probe: Probe, at: int) -> str:
    """The text that the words from a place on were meant to be."""
    words = probe.words
    for last in range(at, len(words)):
        if probe.reach(at, ["STRING"], last + 1) > len(words):
            return f'write "{quote(layout.span(source, words[at], words[last]))}"'
    return ""


def _left_over(source: Source, rest: Sequence[Token], kinds: frozenset[str]) -> str:
    """What to do with words behind a complete statement."""
    if rest[0].type == "COLON" and len(rest) == 1:
        return "leave it out; indentation makes the block"
    if "STRING" in kinds and all(word.type in {"NAME", "NUMBER"} for word in rest):
        return f'write "{quote(layout.span(source, rest[0], rest[-1]))}" if it is the title'
    if rest[0].type in {"COMMA", "OR"} and "ELSE" in kinds:
        return "write 'and' to use both, 'else' to use the first that works"
    if rest[0].type in {"COMMA", "OR"} and "AND" in kinds:
        return "join them by 'and'"
    if rest[0].type in {"AND", "OR", "NAME"} and "COMMA" in kinds:
        return "separate them by ','"
    return "leave out the rest, or begin a new line"


def _cut_off(source: Source, probe: Probe) -> Diagnostic:
    """The statement ends too early; the caret stands where it should go on."""
    words = probe.words
    end = layout.end(words[-1])
    comes = expected.expected(probe.accepted(len(words)), words)
    message = "the statement stops too early"
    return Diagnostic("D022", Span(source, end, end), f"{message}; {comes}" if comes else message)
