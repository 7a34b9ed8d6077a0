"""The engine's answers in the shape of the oracle's, so that they can be compared."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from dunlang.plan_build import build
from engine.core.calendar import BusinessCalendar
from engine.core.decide import decide_all
from engine.core.history import debtor_of
from engine.core.ledger_index import LedgerIndex, index_ledger
from engine.core.policies import PolicySet, policy_set
from engine.core.rates import ExchangeTable, RateTable
from engine.core.timeline import history_of
from tests.oracle.answers import Happening, OracleDecision

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from dunlang.checking.checked import Checked
    from engine.core.debtor import Debtor
    from engine.core.decision import Decision
    from engine.core.fold import CustomerHistory
    from engine.core.model import Ledger
    from engine.core.money import Money
    from tests.oracle.answers import ExchangeTable as ExchangeRows
    from tests.oracle.answers import RateTable as RateRows
    from tests.oracle.answers import Tables


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

    def debtor(
        self, index: LedgerIndex, name: str, known: datetime.datetime | None, before: int | None
    ) -> Debtor:
        """A debtor as far as he is known, with what was executed for him before a day."""

        def fold(postings: Iterable[object]) -> CustomerHistory:
            return history_of(index, name, known, postings)  # type: ignore[arg-type]

        return debtor_of(name, fold, self.policies, before)

    def decide(
        self,
        ledger: Ledger,
        name: str,
        days: Sequence[datetime.date],
        known: datetime.datetime | None,
    ) -> list[dict[str, Decision]]:
        """For each day the decision for each case of a debtor."""
        debtor = self.debtor(index_ledger(ledger), name, known, None)
        found = []
        for day in days:
            number = day.toordinal()
            decisions = decide_all(debtor, debtor.cases_on(number), number)
            found.append({each.case: each for each in decisions})
        return found


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
        minor(decision.tax),
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


def all_as_oracle(decisions: Mapping[str, Decision]) -> dict[str, OracleDecision]:
    """The decisions of a day."""
    return {case: as_oracle(decision) for case, decision in decisions.items()}
