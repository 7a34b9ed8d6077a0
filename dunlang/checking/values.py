"""Whether a written value is of the type that its place asks for.

One function serves comparisons, lists, defaults and the values given in examples, so that a
mistyped `consumr` reads the same everywhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dunlang.ast.expressions import Choice, Date, Money, Name, Number, Percent, Text, YesNo
from dunlang.checking.words import choice_of, in_words, said
from dunlang.countries import COUNTRIES, meant_country
from dunlang.suggest import did_you_mean
from dunlang.types import Type

if TYPE_CHECKING:
    from dunlang.ast.expressions import Expression
    from dunlang.checking.scope import Scope

_LITERALS: dict[type, Type] = {
    Number: Type("number"),
    Percent: Type("percent"),
    Money: Type("money"),
    Text: Type("text"),
    Date: Type("date"),
    YesNo: Type("yes/no"),
}
_MONEY = {"money", "case money"}


def literal_type(value: Expression) -> Type | None:
    """The type of a number, amount, text, date, percentage or yes/no; None for anything else."""
    return _LITERALS.get(type(value))


def fit_value(
    value: Expression, wanted: Type, path: str, scope: Scope, code: str = "D206"
) -> Expression | None:
    """A literal or bare word as a value of the type `wanted`, which the fact `path` has.

    Returns the value, with a bare word turned into a `Choice`, or None after reporting. `code` is
    what a value of another type is reported under.
    """
    if isinstance(value, Name):
        return _fit_name(value, wanted, path, scope, code)
    found = literal_type(value)
    if found is None or same(found, wanted):
        return value
    scope.report(
        code,
        value.span,
        f"{path} is {in_words(wanted)}, {said(value)} is {in_words(found)}",
        hint=_as_meant(value, wanted, scope),
    )
    return None


def same(a: Type, b: Type) -> bool:
    """Whether values of the two types can be compared."""
    return a.kind == b.kind or (a.kind in _MONEY and b.kind in _MONEY)


def _as_meant(value: Expression, wanted: Type, scope: Scope) -> str:
    """How to write a literal of the wrong type, where it is plain what was meant."""
    text = ""
    match value, wanted.kind:
        case Text(value=inner), "one of":
            text = inner if inner in wanted.choices else ""
        case Text(value=inner), "country":
            text = meant_country(inner) or ""
        case Text(value=inner), "stage":
            text = inner if inner in scope.stages else ""
        case Text(value=inner), "yes/no":
            text = {"yes": "yes", "no": "no", "true": "yes", "false": "no"}.get(inner.lower(), "")
        case Text(value=inner), "date" | "number":
            text = inner
        case Number(text=number), "money":
            text = f"{number} {scope.currencies[0]}" if scope.currencies else ""
        case Number(text=number), "case money":
            text = " | ".join(f"{number} {code}" for code in scope.currencies)
        case Number(text=number), "percent":
            text = f"{number}%"
        case Number() | Date() | YesNo(), "text":
            text = f'"{said(value)}"'
        case Percent(text=number), "number":
            text = number
        case _:
            pass
    return f"write {text}" if text else ""


def _fit_name(value: Name, wanted: Type, path: str, scope: Scope, code: str) -> Choice | None:
    word = value.text
    match wanted.kind:
        case "one of":
            good = word in wanted.choices
        case "country":
            good = word in COUNTRIES
        case "stage":
            good = word == "none" or scope.knows_stage(word)
        case _:
            good = False
    if good:
        return Choice(word, span=value.span)
    _report_word(value, wanted, path, scope, code)
    return None


def _report_word(value: Name, wanted: Type, path: str, scope: Scope, code: str) -> None:
    word = value.text
    match wanted.kind:
        case "one of":
            scope.report_name(
                "D204",
                f"{path} {word}",
                value.span,
                f"'{word}' is not {choice_of(path)}",
                hint=did_you_mean(word, wanted.choices),
                notes=(f"{path} is one of {', '.join(wanted.choices)}",),
            )
        case "country":
            meant = meant_country(word)
            scope.report(
                "D205",
                value.span,
                f"'{word}' is not a country code",
                hint=f"did you mean '{meant}'?" if meant else "",
                notes=("countries are written in two capital letters (ISO 3166-1): DE, AT, CH",),
            )
        case "stage":
            unknown_stage(value, scope, also=("none",))
        case _:
            hint = ""
            if wanted.kind == "text":
                hint = f'write "{word}"'
            elif wanted.kind == "yes/no":
                hint = {"true": "write yes", "false": "write no"}.get(word.lower(), "")
            scope.report(
                code,
                value.span,
                f"{path} is {in_words(wanted)}, and '{word}' is not",
                hint=hint,
            )


def unknown_stage(name: Name, scope: Scope, also: tuple[str, ...] = ()) -> None:
    """Report a word that is no stage of the ladder."""
    ladder = tuple(scope.stages)
    notes = (f"the ladder is {', '.join(ladder)}",) if ladder else ()
    scope.report_name(
        "D106",
        name.text,
        name.span,
        f"there is no stage '{name.text}'",
        hint=did_you_mean(name.text, (*ladder, *also)),
        notes=notes,
    )
