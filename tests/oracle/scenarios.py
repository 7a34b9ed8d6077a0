"""A scenario: policies, tables, a ledger and days off, as one thing that can be asked."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from dunlang.ast.policy import Currencies, DunEach
from dunlang.compile import read_source
from dunlang.render import as_text
from dunlang.source import Source
from tests.oracle import vocabulary as words
from tests.oracle.chances import random_day
from tests.oracle.drafts import theme
from tests.oracle.elsewhen import TIMES, moved, moved_tables, moved_text
from tests.oracle.engine_side import Played
from tests.oracle.ledgers import ledger
from tests.oracle.policies import folder
from tests.oracle.random_events import Subject
from tests.oracle.random_interest import tables

if TYPE_CHECKING:
    from random import Random

    from dunlang.checking.checked import Checked
    from engine.core.model import Ledger
    from tests.oracle.answers import Known, Tables


@dataclass(frozen=True, eq=False)
class Rules:
    """Policies, tables and days off that many ledgers are put to; equal only to itself."""

    texts: tuple[str, ...]
    """Of the policies."""
    tables: Tables
    about: Subject
    to: datetime.date
    """Around which everything happens."""

    @cached_property
    def checkeds(self) -> tuple[Checked, ...]:
        """The checked trees of the policies."""
        return tuple(checked(text) for text in self.texts)


@dataclass(frozen=True)
class Scenario:
    """What both are asked about."""

    rules: Rules
    ledger: Ledger
    days: tuple[datetime.date, ...]
    """On which every case is decided."""
    played: Played
    """The range that is simulated, and what is known then."""

    def _repr_pretty_(self, printer: Any, _cycle: object) -> None:  # noqa: ANN401 - of Hypothesis
        """Shortly; a difference is shown as files."""
        printer.text(f"<{len(self.ledger.invoices)} invoices>")

    @property
    def known(self) -> datetime.datetime | None:
        """When it is decided; None: everything in the ledger is known."""
        return None if self.played.known == "each day" else self.played.known


DAYS = 5
"""On so many days every case is decided."""
LENGTHS = (0, 3, 7, 7, 10, 14, 14, 21, 30, 60)
"""Days of a range but its first: mostly short ones, as a long one takes the time of many cases."""


@lru_cache(maxsize=64)
def checked(text: str) -> Checked:
    """The checked tree of a policy that must be right."""
    found, problems = read_source(Source("random.dun", text))
    assert found is not None, as_text(problems) + "\n" + text
    return found


def rules(rng: Random) -> Rules:
    """Random policies, and what a ledger must know to be about them."""
    chosen = theme(rng)
    return rules_of(rng, chosen, tuple(folder(rng, chosen)))


def rules_of(rng: Random, chosen: frozenset[str], texts: tuple[str, ...]) -> Rules:
    """The same with given policies, written around `words.DUE`."""
    to = rng.choice(TIMES)
    by = to - words.DUE
    texts = tuple(moved_text(text, by) for text in texts)
    checkeds = [checked(text) for text in texts]
    settings = [setting for each in checkeds for setting in each.policy.header.settings]
    codes = [code.text for each in settings if isinstance(each, Currencies) for code in each.codes]
    units = {
        each.by.path if each.by else each.unit for each in settings if isinstance(each, DunEach)
    }
    subject = Subject(
        chosen,
        tuple(dict.fromkeys(codes)),
        tuple(dict.fromkeys(stage for each in checkeds for stage in each.stages)),
        tuple(sorted(units)) or ("invoice",),
        tuple(dict.fromkeys(each.id for each in checkeds)),
    )
    return Rules(texts, moved_tables(tables(rng), by), subject, to)


def scenario(rng: Random, given: Rules) -> Scenario:
    """A random ledger under given policies, and what is asked about it."""
    book = ledger(rng, given.about)
    first = words.DUE + datetime.timedelta(days=rng.randint(-20, 20))
    executed = [event.date for event in book.events if event.kind == "stage"]
    if executed and rng.randint(1, 100) <= 30:
        first = rng.choice(executed) + datetime.timedelta(days=1)
    last = first + datetime.timedelta(days=rng.choice(LENGTHS))
    midnight = datetime.time(tzinfo=datetime.UTC)
    evening = datetime.datetime.combine(random_day(rng), midnight)
    then = evening + datetime.timedelta(hours=rng.randint(0, 23))
    known: Known = rng.choice((None, None, None, None, then, then, "each day", "each day"))
    from_scratch = rng.randint(1, 100) <= 12
    run_on = some_runs(rng, first, last) if rng.randint(1, 100) <= 20 else None
    found = Scenario(
        given,
        book,
        tuple(sorted({random_day(rng) for _ in range(DAYS)})),
        Played(first, last, known, from_scratch, run_on),
    )
    return moved(found, given.to)


def some_runs(rng: Random, first: datetime.date, last: datetime.date) -> frozenset[datetime.date]:
    """A few days of a range, often a week or a month apart."""
    every = rng.choice((1, 3, 7, 14, 30))
    days = range(rng.randint(0, every), (last - first).days + 1, every)
    return frozenset(first + datetime.timedelta(days=n) for n in days if rng.randint(1, 10) > 1)
