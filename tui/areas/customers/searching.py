"""What is typed to find cases: words and conditions, in any order."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast, get_args

from dunlang.suggest import did_you_mean
from engine.core.decision import Outcome
from engine.services.case_search import Sought
from engine.services.reports.groups import By
from engine.services.reports.picked import Picked

if TYPE_CHECKING:
    from collections.abc import Iterable

NONE = "-"
"""The value of what there is none of, such as the stage before the first one."""
_WORD = re.compile(r'(?:(\w+):)?(?:"([^"]*)"|(\S+))')
_AGE = re.compile(r"(?:(\d+)-(\d+)|>(\d+)|(\d+))")
_GROUPS = ("country", "kind", "stage", "segment")


@dataclass(frozen=True, slots=True)
class NoSearch:
    """Why what was typed cannot be looked for."""

    reason: str


def read_search(text: str, on: datetime.date) -> Sought | NoSearch:
    """`mueller outcome:held currency:EUR overdue:31-60 segment:"big, late"`, on a day."""
    sought = Sought(on)
    words = []
    for match in _WORD.finditer(text):
        name, value = match[1], match[3] if match[2] is None else match[2]
        found = sought if name is None else _narrowed(sought, name, value)
        if isinstance(found, NoSearch):
            return found
        if name is None or found is None:
            words.append(match[0])  # the id of an account has a colon too
        else:
            sought = found
    return replace(sought, words=" ".join(words))


def _narrowed(sought: Sought, name: str, value: str) -> Sought | NoSearch | None:
    """A search with one more condition; None: it is none."""
    match name:
        case "outcome":
            return _with_outcome(sought, value)
        case "policy":
            return replace(sought, policy=value)
        case "customer":
            return replace(sought, customer=value)
        case "reason":
            return replace(sought, reason=value)
        case "currency" | "overdue":
            picked = _picked(sought.picked or Picked(), name, value)
            return picked if isinstance(picked, NoSearch) else replace(sought, picked=picked)
        case _ if name in _GROUPS:
            picked = sought.picked or Picked()
            group = cast("By", name), None if value == NONE else value
            return replace(sought, picked=replace(picked, groups=(*picked.groups, group)))
        case _:
            return None


def _with_outcome(sought: Sought, value: str) -> Sought | NoSearch:
    found = next((each for each in get_args(Outcome) if each.startswith(value)), None)
    if found is None:
        hint = did_you_mean(value, get_args(Outcome))
        return NoSearch(f"there is no outcome '{value}'" + (f"; {hint}" if hint else ""))
    return replace(sought, outcome=found)


def _picked(picked: Picked, name: str, value: str) -> Picked | NoSearch:
    if name == "currency":
        return replace(picked, currency=value.upper())
    match = _AGE.fullmatch(value)
    if match is None:
        return NoSearch(f"'{value}' is no number of days; overdue:31-60, overdue:>90, overdue:0")
    first, last, above, only = (None if each is None else int(each) for each in match.groups())
    if above is not None:
        return replace(picked, overdue=(above + 1, None))
    return replace(picked, overdue=(only or first or 0, only if last is None else last))


def search_text(conditions: Iterable[tuple[str, str | None]]) -> str:
    """Conditions as they are typed: `currency:EUR stage:-`."""
    return " ".join(f"{name}:{_quoted(value)}" for name, value in conditions)


def age_text(first: int, last: int | None) -> str:
    """Days overdue as they are typed: `31-60`, `>90`, `0`."""
    if last is None:
        return f">{first - 1}"
    return str(first) if first == last else f"{first}-{last}"


def _quoted(value: str | None) -> str:
    text = NONE if value is None else value.replace('"', "")
    return f'"{text}"' if " " in text or not text else text
