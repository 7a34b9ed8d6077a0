"""The static types of values in a policy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "case money",  # an amount in the currency of the case
    "money",  # a declared fact, carries its own currency
    "number",
    "percent",
    "text",
    "date",
    "yes/no",
    "one of",
    "country",
    "stage",  # id of a stage, or none
    "set of text",
]


@dataclass(frozen=True, slots=True)
class Type:
    """A kind, and for `one of` its choices."""

    kind: Kind
    choices: tuple[str, ...] = ()
