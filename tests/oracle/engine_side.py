"""The engine's answers in the shape of the oracle's, so that they can be compared."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from dunlang.plan_build import build
from engine.core.calendar import BusinessCalendar
from engine.core.debtor import is_in_account
from engine.core.decide import decide, decide_all
from engine.core.history import catch_up, debtor_of
from engine.core.knowledge import epochs, known_at
from engine.core.ledger_index import index_ledger
from engine.core.policies import PolicySet, policy_set
from engine.core.rates import ExchangeTable, RateTable
from engine.core.simulate import Range, SimulationEvent, simulate_debtor
from tests.oracle.answers import Happening, OracleDecision

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Iterable, Sequence

    from dunlang.checking.checked import Checked
    from engine.core.decision import Decision
    from engine.core.model import Ledger
    from engine.core.money import Money
    from engine.core.walk import InvoiceWalk
    from tests.oracle.answers import ExchangeTable as ExchangeRows
    from tests.oracle.answers import Known, Tables
    from tests.oracle.answers import RateTable as RateRows


@dataclass(frozen=True)
class Played:
    """A range that is simulated, and how."""

    first: datetime.date
    last: datetime.date
    known: Known = None
    from_scratch: bool = False
    run_on: frozenset[datetime.date] | None = None
    """The days on which runs are made; None: on every run day."""


class Engine:
    """The engine with a set of policies."""

    def __init__(self, checkeds: Iterable[Checked], tables: Tables) -> None:
        """Compile the policies, once for however many ledgers."""
        calendars = {
            code: BusinessCalendar(code, holidays=of_year(days))
            for code, days in tables.holidays.items()
        }
        dated: dict[str, RateTable | ExchangeTable] = {
            **{name: rate_table(name, rows) for name, rows in tables.rates.items()},
            **{name: exchange_table(name, rows) for name, rows in tables.exchange.items()},
        }
        self.policies: PolicySet = policy_set([build(c) for c in checkeds], calendars, dated)

    def decide(
        self,
        ledger: Ledger,
        name: str,
        days: Sequence[datetime.date],
        known: datetime.datetime | None,
    ) -> list[dict[str, Decision]]:
        """For each day the decision for each case of a debtor."""
        fold = known_at(index_ledger(ledger), name, 0, known).fold
        debtor = debtor_of(name, fold, self.policies)
        found = []
        for day in days:
            number = day.toordinal()
            catch_up(debtor, number)
            decisions = decide_all(debtor, debtor.cases_on(number), number)
            coming = [w for w in debtor.invoices.values() if is_coming(w, number)]
            decisions += [decide(debtor, walk, number) for walk in coming]
            found.append({each.case: each for each in decisions})
        return found

    def simulate(self, ledger: Ledger, name: str, asked: Played) -> list[SimulationEvent]:
        """What happens to a debtor's cases, by day, case and the order within a day."""
        index, runs = index_ledger(ledger), asked.run_on
        first, last = asked.first.toordinal(), asked.last.toordinal()
        if asked.known == "each day":
            known = epochs(index, name, first - 1, last)
        else:
            known = [known_at(index, name, first - 1, asked.known)]
        days = None if runs is None else {day.toordinal() for day in runs}
        played = Range(first, last, None if days is None else lambda day, _: day in days)
        found = simulate_debtor(name, known, self.policies, played, from_scratch=asked.from_scratch)
        return sorted(found, key=lambda event: event.order)


def is_coming(walk: InvoiceWalk, day: int) -> bool:
    """Whether an invoice does not exist yet; who asks for it by name gets an answer."""
    return walk.known_from > day and not is_in_account(walk, day)


def happening(event: SimulationEvent) -> Happening:
    """A simulated event with only what the oracle says too."""
    return Happening(
        event.on,
        event.case,
        event.event,
        event.stage,
        minor(event.fee),
        minor(event.interest),
        event.deadline,
        event.channels,
        event.letters,
        None if event.event == "undecided" else event.reason,  # a sentence of its own
    )


def of_year(days: frozenset[datetime.date]) -> Callable[[int], frozenset[int]]:
    """The table of holidays as the engine's calendar asks for it."""
    return cache(lambda year: frozenset(day.toordinal() for day in days if day.year == year))


def rate_table(name: str, rows: RateRows) -> RateTable:
    """A table of interest rates; its last row may end it."""
    kept = tuple((day.toordinal(), rate) for day, rate in rows if rate is not None)
    last, rate = rows[-1]
    return RateTable(name, kept, last.toordinal() if rate is None else None)


def exchange_table(name: str, rows: ExchangeRows) -> ExchangeTable:
    """A table of exchange rates."""
    codes = dict.fromkeys(code for _, code, _ in rows)
    tables = {
        code: RateTable(name, tuple((day.toordinal(), r) for day, c, r in rows if c == code))
        for code in codes
    }
    return ExchangeTable(name, tables)


def as_oracle(decision: Decision) -> OracleDecision:
    """A decision with only what the oracle says too."""
    covered = decision.outcome not in ("settled", "no_policy", "undecided")
    cancel = decision.cancel
    # The engine tells a policy that does not tax fees from one that taxes them with nothing.
    tax = minor(decision.tax) or 0 if decision.outcome == "act" else None
    return OracleDecision(
        decision.outcome,
        decision.policy if covered else None,
        decision.version if covered else None,
        decision.reason if covered else None,
        decision.next.stage if decision.next else None,
        decision.next.due if decision.next else None,
        decision.stage,
        decision.due,
        minor(decision.fee),
        tax,
        minor(decision.interest),
        decision.deadline,
        decision.channels,
        decision.letters,
        tuple(problem for problem in decision.problems if problem == "unreachable"),
        decision.suspend,
        (cancel.text, cancel.on) if cancel else None,
        decision.write_off,
    )


def minor(money: Money | None) -> int | None:
    """In minor units."""
    return None if money is None else money.minor
