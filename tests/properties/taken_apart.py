"""A policy taken apart into one that it extends, a file that it includes, and what is left.

Works on lines and blocks only, so that it does not share a mistake with what puts them together.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.oracle import vocabulary as words

if TYPE_CHECKING:
    from random import Random

SHARED = ("fact", "rate", "segment", "guarantee")
FIRST_WORDS = re.compile(r"[a-z ]+")


@dataclass(frozen=True)
class Parts:
    """Texts that mean one policy together."""

    base: str
    shared: str
    own: str


def chunks(text: str) -> list[list[str]]:
    """The statements of a file, each with the lines under it."""
    found: list[list[str]] = []
    for line in text.splitlines():
        if line.startswith(" "):
            found[-1].append(line)
        else:
            found.append([line])
    return found


def taken_apart(text: str, rng: Random) -> Parts:
    """The same policy as three texts. The own text keeps id, version and date."""
    (head, *settings), *statements = chunks(text)
    shared = [each for each in statements if word(each) in SHARED]
    rest = [each for each in statements if word(each) not in SHARED]
    stages = [each for each in rest if word(each) == "stage"]
    others = [each for each in rest if word(each) != "stage"]
    if not (shared and rng.randint(0, 1)):
        shared, others = [], [*shared, *others]
    inherited, again, new = settings_apart(settings, rng)
    cut = {kind: rng.randint(0, 9) for kind in map(word, others)}
    base_items, own_items = [], []
    for kind in cut:
        alike = [each for each in others if word(each) == kind]
        heads = {each[0] for each in alike}
        # Two that are called alike are one thing to replace.
        at = rng.randint(0, len(alike)) if len(heads) == len(alike) else 0
        base_items += alike[:at]
        own_items += alike[at:]
    base_stages, own_stages = stages_apart(stages, rng)
    included = [['include "shared.dun"']] if shared else []
    below = rng.randint(0, 1) == 1
    base = [
        ["policy base version 1", "  effective 2020-01-01", *inherited],
        *(included if below else []),
        *base_items,
        *base_stages,
    ]
    effective = next(line for line in settings if line.startswith("  effective"))
    own = [
        [head, effective, "  extends base version 1", *again, *new],
        *(() if below else included),
        *own_items,
        *own_stages,
    ]
    return Parts(joined(base), joined(shared), joined(own))


def settings_apart(lines: list[str], rng: Random) -> tuple[list[str], list[str], list[str]]:
    """Lines of the base's header, lines that name something again, and lines that are new."""
    inherited, again, new = [], [], []
    for line in lines:
        if line.startswith("  effective"):
            continue
        where = rng.randint(0, 2)
        if where == 0:
            new.append(line)
            continue
        other = next((each for each in OTHERWISE if kind(each) == kind(line)), None)
        if where == 1 and other is not None:
            inherited.append(other)
            again.append(line)
        else:
            inherited.append(line)
    return inherited, again, new


OTHERWISE = (
    "  grace 3 weeks",
    "  currency EUR, USD",
    "  timezone UTC",
    "  calendar TARGET",
    "  round half even",
    "  run on any day",
    "  dun each account",
    "  letters per customer and stage",
    "  late runs go one stage at a time",
    "  running cases stay with their version",
)
"""What a policy says before another says it again."""


def kind(line: str) -> str:
    """The first two words of a setting, or the only one."""
    first, *more = line.split()
    return first if first in ("grace", "currency", "calendar", "round") else f"{first} {more[0]}"


def stages_apart(stages: list[list[str]], rng: Random) -> tuple[list[list[str]], list[list[str]]]:
    """The ladder of the base, and what the own text says of stages to make of it what it was."""
    base, own = [], []
    for number, stage in enumerate(stages):
        name = stage[0].split()[1]
        how = rng.choice(("inherited", "inherited", "again", "new" if number else "again"))
        if how == "inherited":
            base.append(stage)
        elif how == "again":
            base.append([f'stage {name} "Before"', "  by post", "  draft only"])
            own.append(stage)
        else:
            before = stages[number - 1][0].split()[1]
            title = stage[0].removeprefix(f"stage {name}")
            own.append([f"stage {name} after {before}{title}", *stage[1:]])
    used = " ".join(line for stage in stages for line in stage)
    gone = next((each for each in words.STAGES if each not in used), None)
    if gone is not None and rng.randint(0, 1):
        base.insert(rng.randint(0, len(base)), [f"stage {gone}", "  by sms"])
        own.insert(0, [f"without stage {gone}"])
    return base, own


def word(chunk: list[str]) -> str:
    """The first word of a statement."""
    return chunk[0].split()[0]


def joined(parts: list[list[str]]) -> str:
    """As a text."""
    return "\n".join(line for part in parts for line in part) + "\n"
