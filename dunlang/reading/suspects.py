"""Characters and signs that no policy contains, and what their writer probably meant."""

from __future__ import annotations

import re
import unicodedata
from types import MappingProxyType
from typing import TYPE_CHECKING

from dunlang.diagnostics import Diagnostic
from dunlang.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lark import Token

    from dunlang.source import Source

_HIDDEN = re.compile(
    "(?:[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
    "|\r(?!\n)|(?<!^)\ufeff)+"
)
"""What does not show on a screen, or reverses what does: never in a policy, not even in a text."""

_INSTEAD = MappingProxyType(
    {
        "=": "is",
        "==": "is",
        "!=": "is not",
        "<>": "is not",
        "≠": "is not",
        "=>": ">=",
        "≥": ">=",
        "=<": "<=",
        "≤": "<=",
        "&&": "and",
        "&": "and",
        "||": "or",
        "!": "not",
    }
)
_ADVICE = MappingProxyType(
    {
        ";": "a statement ends with its line",
        "{": "indentation makes the blocks, nothing else",
        "}": "indentation makes the blocks, nothing else",
        "[": "lists stand in round parentheses",
        "]": "lists stand in round parentheses",
        "*": "the language does not calculate",
        "/": "the language does not calculate",
        "-": "the language does not calculate; a date is written 2026-01-31",
        "\N{EN DASH}": "a hyphen is written '-'",
        "\N{EM DASH}": "a hyphen is written '-'",
        "\N{NON-BREAKING HYPHEN}": "a hyphen is written '-'",
        "~": "",
        "^": "",
        "?": "",
        ".": "a point stands in customer.NAME and before decimals; '_' groups digits",
        "$": "write the ISO code of the currency, as in 40.00 USD",
        "€": "write EUR, as in 40.00 EUR",
        "£": "write GBP, as in 40.00 GBP",
        "¥": "write JPY, as in 4_000 JPY",
        "\\": "there are no escapes; a text holds everything but a double quote",
        "'": 'texts stand in double quotes: "..."',
        "`": 'texts stand in double quotes: "..."',
    }
)
_BEHIND_A_NAME = 2
_SHORT = 60
"""Characters that are repeated in a message."""
_QUOTES = frozenset("\u201c\u201d\u201e\u201f\u2018\u2019\u201a\u00ab\u00bb")


def is_blank(token: Token) -> bool:
    """Whether a token is a blank that is not a space: a non-breaking one, or one of no width."""
    return token.type in {"UNKNOWN", "MARK"} and (
        token.isspace() or unicodedata.category(str(token)) in {"Zs", "Cf"}
    )


def hidden(source: Source) -> Iterator[Diagnostic]:
    """Characters that do not show, wherever they stand, comments and texts included."""
    for match in _HIDDEN.finditer(source.text):
        where = Span(source, *match.span())
        yield Diagnostic(
            "D011",
            where,
            f"here stands a character that does not show: {_called(match.group()[0])}",
            hint="remove it",
        )


def suspects(source: Source, words: Sequence[Token]) -> list[Diagnostic]:
    """Every word of a statement that can stand in no statement."""
    found: list[Diagnostic] = []
    done = 0  # the offset up to which the text has been spoken about
    for index, word in enumerate(words):
        start, end = word.start_pos or 0, word.end_pos or 0
        if start < done:
            continue
        if word.type == "UNKNOWN" and word.isalpha():
            where = _whole_word(source, words, index)
            done = where.end
            message = f"'{where.text[:_SHORT]}' cannot be a name"
            hint = "names are made of the letters a to z, digits, '_' and '-'"
            found.append(Diagnostic("D010", where, message, hint))
            continue
        suspect = _in_place(words, index) or _suspect(word)
        if suspect is not None:
            code, message, hint = suspect
            if word.type in _SIGNS:
                end = _end_of_run(source, start, end)
            elif code == "D024" and source.text.startswith(".", end):
                end += 1  # the second point of `p.a.`
            done = end
            found.append(Diagnostic(code, Span(source, start, end), message, hint))
    return found


def _in_place(words: Sequence[Token], index: int) -> tuple[str, str, str] | None:
    """What a word with dots in it was meant to be, where that is no fact."""
    word, first = words[index], words[0].type
    if word.type != "DOTTED":
        return _in_a_declaration(words, index)
    if str(word).casefold() == "p.a":
        return "D024", f"'{word}' is not a word that can stand here", "did you mean 'a year'?"
    if first == "REPLACES":
        message = f"'{word}' is not how a stage of another policy is written"
        return "D046", message, "write the name of the policy, a point, and the name of the stage"
    return None


def _in_a_declaration(words: Sequence[Token], index: int) -> tuple[str, str, str] | None:
    """`segment a = ...` and `fact customer.a : yes / no`, where the usual advice would mislead."""
    first, sign = words[0].type, str(words[index])
    if first == "SEGMENT" and index <= _BEHIND_A_NAME and sign in {"=", ":="}:
        return "D014", f"'{sign}' is not a sign of the language", "write 'when'"
    if first == "FACT" and sign == "/" and str(words[index - 1]) in {"yes", "no"}:
        return "D010", "'yes/no' is one word", "write it without spaces"
    return None


def _end_of_run(source: Source, start: int, end: int) -> int:
    """Where a sign that is written over and over, such as a line of dashes, ends."""
    sign = source.text[start:end]
    while source.text.startswith(sign, end):
        end += len(sign)
    return end


def _whole_word(source: Source, words: Sequence[Token], index: int) -> Span:
    """The word that a foreign letter is part of."""
    first = last = index
    while first and _joined(words[first - 1], words[first]):
        first -= 1
    while last + 1 < len(words) and _joined(words[last], words[last + 1]):
        last += 1
    return Span(source, words[first].start_pos or 0, words[last].end_pos or 0)


def _joined(left: Token, right: Token) -> bool:
    """Whether two tokens are parts of what a reader takes for one word."""
    letters = left[-1].isalnum() and right[0].isalnum()
    return letters and left.end_pos == right.start_pos


def is_suspect(word: Token) -> bool:
    """Whether a word can stand in no statement."""
    return word.type in _KINDS


def _suspect(word: Token) -> tuple[str, str, str] | None:
    """Code, message and hint."""
    text = str(word)
    match word.type:
        case "OPEN_STRING":
            return "D012", "this text has no closing quote", 'end it with " on the same line'
        case "OTHER_STRING":
            inside = text.strip("'" + "".join(_QUOTES))
            message = "a text stands between straight double quotes"
            return "D013", message, f'write "{inside}"' if len(inside) <= _SHORT else 'write "..."'
        case "OTHER_DATE":
            return "D041", f"'{text}' is not how a date is written", _as_date(text)
        case "DOTTED":
            head, _, tail = text.partition(".")
            if len(text) > _SHORT:
                head, tail = "this", "..."
            message = f"a fact belongs to 'customer' or 'invoice', not to '{head}'"
            return "D046", message, f"write 'customer.{tail}' or 'invoice.{tail}'"
        case "FOREIGN" | "UNKNOWN" | "MARK":
            return _character(text)
        case _:
            return None


_SIGNS = frozenset({"FOREIGN", "MARK", "UNKNOWN"})
_KINDS = frozenset(
    {"OPEN_STRING", "OTHER_STRING", "OTHER_DATE", "DOTTED", "FOREIGN", "UNKNOWN", "MARK"}
)


def _character(text: str) -> tuple[str, str, str] | None:
    if _HIDDEN.fullmatch(text) or text == "\ufeff":
        return None  # `hidden` has said so
    if text in _INSTEAD:
        word = _INSTEAD[text]
        return "D014", f"'{text}' is not a sign of the language", f"write '{word}'"
    if text in _QUOTES:
        return "D013", "a text stands between straight double quotes", 'write " instead'
    if text.isspace() or unicodedata.category(text) in {"Zs", "Cf"}:
        message = f"this blank is not a space but {_called(text)}"
        return "D011", message, "write an ordinary space"
    if text in _ADVICE:
        return "D010", f"'{text}' has no meaning in a policy", _ADVICE[text]
    return "D010", f"'{text}' has no meaning in a policy", ""


def _called(character: str) -> str:
    """`a no-break space (U+00A0)`."""
    code = f"U+{ord(character):04X}"
    plain = {"\x00": "a NUL", "\r": "a carriage return", "\x0c": "a form feed", "\x1b": "an escape"}
    called = plain.get(character) or unicodedata.name(character, "").lower()
    if not called:
        return code
    article = "" if called.startswith(("a ", "an ")) else "an " if called[0] in "aeiou" else "a "
    return f"{article}{called} ({code})"


def _as_date(text: str) -> str:
    """The date that was probably meant, or how dates are written."""
    first, second, third = re.split(r"[./-]", text)
    if len(first) == len("2026"):
        year, month, day = first, second, third
    elif "." in text and len(third) == len("2026"):
        day, month, year = first, second, third
    else:
        return "a date is written year-month-day, such as 2026-01-31"
    return f"write {year}-{int(month):02}-{int(day):02}"
