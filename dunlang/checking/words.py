"""How the checker names types and facts to a credit manager."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dunlang.suggest import listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dunlang.ast.node import Node
    from dunlang.types import Kind, Type

_IN_WORDS: dict[Kind, str] = {
    "case money": "an amount of money",
    "money": "an amount of money",
    "number": "a number",
    "percent": "a percentage",
    "text": "a text",
    "date": "a date",
    "yes/no": "yes or no",
    "country": "a country",
    "stage": "a stage",
    "set of text": "a set of texts",
}

_LONGEST = 50
"""Characters of the text that a message repeats; the line itself stands below it anyway."""

_CHOICES_OF = {
    "customer.kind": "a kind of customer",
    "customer.payment_method": "a payment method",
    "promise": "a state of a promise",
}


def in_words(type_: Type) -> str:
    """`an amount of money`, `one of low, medium, high`, ..."""
    if type_.kind == "one of":
        return f"one of {listed(type_.choices, 'or')}"
    return _IN_WORDS[type_.kind]


def said(node: Node) -> str:
    """The words of a part of the text, for a sentence: on one line, and not too long."""
    text = " ".join(node.span.text.split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def choice_of(path: str) -> str:
    """What a value of this enumeration is called: `a kind of customer`."""
    return _CHOICES_OF.get(path, f"a value of {path}")


def try_instead(path: str, type_: Type, currencies: Sequence[str]) -> str:
    """A condition on a fact that would make sense, for a hint."""
    codes = currencies or ("EUR",)
    examples: dict[Kind, str] = {
        "case money": f"{path} >= {' | '.join(f'100 {code}' for code in codes)}",
        "money": f"{path} >= 100 {codes[0]}",
        "number": f"{path} >= 3",
        "percent": f"{path} >= 5%",
        "text": f'{path} is "..."',
        "date": f"{path} >= 2026-01-01",
        "yes/no": path,
        "one of": f"{path} is {type_.choices[0] if type_.choices else '...'}",
        "country": f"{path} in (DE, AT)",
        "stage": f"{path} is none",
        "set of text": f'{path} has "..."',
    }
    return examples[type_.kind]
