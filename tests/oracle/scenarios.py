"""A scenario: policies, a ledger and a table of holidays, as one thing that can be asked."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from dunlang.ast.policy import Currencies
from dunlang.compile import read_source
from dunlang.render import as_text
from dunlang.source import Source
from tests.oracle import vocabulary as words
from tests.oracle.elsewhen import TIMES, moved
from tests.oracle.ledgers import ledger, random_day
from tests.oracle.policies import folder

if TYPE_CHECKING:
    from random import Random

    from dunlang.checking.checked import Checked
    from engine.core.model import Ledger
    from tests.oracle.days import Holidays


@dataclass(frozen=True)
class Scenario:
    """What both are asked about."""

    texts: tuple[str, ...]
    """Of the policies."""
    ledger: Ledger
    holidays: Holidays
    days: tuple[datetime.date, ...]
    """On which every invoice is decided."""
    known: datetime.datetime | None
    """When it is asked; None: everything in the ledger is known."""
    first: datetime.date
    last: datetime.date
    """The range that is simulated."""
    learning: bool = False
    """Whether the simulation learns day by day what was recorded late."""


@lru_cache(maxsize=64)
def checked(text: str) -> Checked:
    """The checked tree of a policy that must be right."""
    found, problems = read_source(Source("random.dun", text))
    assert found is not None, as_text(problems) + "\n" + text
    return found


def scenario(rng: Random) -> Scenario:
    """A random scenario."""
    texts = tuple(folder(rng))
    checkeds = [checked(text) for text in texts]
    currencies = tuple(
        code.text
        for version in checkeds
        for setting in version.policy.header.settings
        if isinstance(setting, Currencies)
        for code in setting.codes
    )
    stages = tuple(stage for version in checkeds for stage in version.stages)
    book = ledger(rng, currencies, stages)
    first = words.DUE + datetime.timedelta(days=rng.randint(-20, 20))
    executed = [event.date for event in book.events if event.kind == "stage"]
    if executed and rng.randint(1, 100) <= 30:
        first = rng.choice(executed) + datetime.timedelta(days=1)
    midnight = datetime.time(tzinfo=datetime.UTC)
    known = datetime.datetime.combine(random_day(rng), midnight)
    found = Scenario(
        texts,
        book,
        {code: some_holidays(rng) for code in words.CALENDARS},
        tuple(sorted({random_day(rng) for _ in range(10)})),
        None if rng.randint(1, 100) <= 70 else known + datetime.timedelta(hours=rng.randint(0, 23)),
        first,
        first + datetime.timedelta(days=rng.randint(0, 60)),
        learning=rng.randint(1, 100) <= 30,
    )
    return moved(found, rng.choice(TIMES))


def some_holidays(rng: Random) -> frozenset[datetime.date]:
    """A few days off around the due date, also several in a row."""
    days = {random_day(rng) for _ in range(rng.randint(0, 4))}
    longer = {day + datetime.timedelta(days=1) for day in days if rng.randint(0, 2) == 0}
    return frozenset(days | longer)
