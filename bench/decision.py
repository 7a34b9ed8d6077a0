"""What one decision costs: the generated evaluator, a hand-written function, ZEN's expressions.

All three answer the same question about the same cases of the German policy in one process: which
outcome, which stage. ZEN has no business-day calendar and no waits with a stopped clock, so its
expression leaves both out: it does less than the other two.

Run with `python -m bench decision`.
"""

from __future__ import annotations

import datetime
import timeit
from pathlib import Path
from typing import TYPE_CHECKING, Any

import zen

from dunlang.render import as_text
from engine.core.answers import ACT, EXCLUDED, HELD, NO_STAGE_LEFT, NOT_DUE, SETTLED, WAITING
from engine.core.case import NEVER
from engine.core.decide import decide
from engine.core.history import debtor_of
from engine.core.knowledge import known_at
from engine.core.ledger_index import index_ledger
from engine.core.model import Customer, Event, Invoice, Ledger
from engine.core.money import Money
from engine.services.policies import read_policies

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from engine.core.debtor import Debtor
    from engine.core.model import Value
    from engine.core.policies import PolicySet
    from engine.core.walk import Walk

POLICY = Path(__file__).parent.parent / "tests" / "golden" / "policies" / "de_standard.dun"

DUE = datetime.date(2026, 3, 2)
NAMES = {
    SETTLED: "settled",
    EXCLUDED: "excluded",
    HELD: "held",
    NOT_DUE: "not_due",
    WAITING: "waiting",
    ACT: "act",
    NO_STAGE_LEFT: "no_stage_left",
}


def load() -> PolicySet:
    """The German policy with its calendar."""
    found = read_policies([POLICY])
    if not found.usable:
        raise SystemExit(as_text(found.problems))
    return found.together()


def case(policies: PolicySet, day: datetime.date, facts: Mapping[str, Value]) -> Debtor:
    """A consumer's invoice of 250 EUR that has had its first reminder, with facts changed."""
    executed = [("reminder", datetime.date(2026, 3, 5)), ("notice", datetime.date(2026, 3, 16))]
    events = tuple(
        Event("stage", on, "invoice", "R-1", _midnight(on), row, stage=stage)
        for row, (stage, on) in enumerate(executed)
        if on < day
    )
    reachable: dict[str, Value] = {"email": "a@example.org", "street": "S", "postcode": "1"}
    consumer: dict[str, Value] = {"kind": "consumer", "country": "DE", "city": "C"}
    customer = Customer("C-1", {**consumer, **reachable, **facts})
    invoice = Invoice("R-1", "C-1", datetime.date(2026, 1, 31), DUE, Money(25_000, "EUR"))
    ledger = Ledger({"C-1": customer}, {"R-1": invoice}, events)
    fold = known_at(index_ledger(ledger), "C-1", 0, None).fold
    return debtor_of("C-1", fold, policies)


def _midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), datetime.UTC)


def generated(walk: Walk, day: int) -> Callable[[], str]:
    """The decision as a simulation asks for it."""
    version = walk.policies.in_force(day)[0]
    evaluator = version.evaluator("EUR")
    facts, place, bound = walk.facts(day), walk.place(day), walk.bound(version, day)
    active, variants = evaluator.active, evaluator.variants
    outcomes = {
        (number, index): f"{name} {stage}".strip()
        for number, name in NAMES.items()
        for index, stage in enumerate(_stages(walk, day))
    }

    def ask() -> str:
        variant = variants[active(facts, place, bound, day)]
        outcome, number, _, _ = variant.decide(facts, place, bound, (), day, day)
        return outcomes[outcome, number] if outcome in {ACT, WAITING, NOT_DUE} else NAMES[outcome]

    return ask


def _stages(walk: Walk, day: int) -> list[str]:
    return [stage.id for stage in walk.policies.in_force(day)[0].plan.base.stages]


def context(walk: Walk, day: int) -> dict[str, Any]:
    """The same facts as a flat record, for the other two."""
    facts, place = walk.facts(day), walk.place(day)
    customer = facts.customer_facts
    return {
        "open": facts.open,
        "due": facts.due,
        "day": day,
        "excluded": max(facts.customer_excluded_until, facts.invoice_excluded_until),
        "disputed": facts.disputed,
        "promise": facts.promise_until,
        "method": customer.get("payment_method", ""),
        "kind": customer.get("kind", ""),
        "revenue": 0,
        "key": "key-account" in customer.get("tags", ()),  # type: ignore[operator]  # a set of text
        "risk": customer.get("risk", "medium"),
        "calls": not customer.get("no_calls", False),
        "last": _stages(walk, day).index(place.stage) if place.stage else -1,
        "at": place.day if place.day != NEVER else facts.due,
        "deadline": next(d for d in (place.deadline, place.day, facts.due) if d != NEVER),
        "notice": place.last_notice,
        "roll": walk.policies.in_force(day)[0].calendar.rolled,
    }


def by_hand(record: Mapping[str, Any]) -> Callable[[], str]:
    """What a programmer would write for this one policy."""
    names = ["reminder", "notice", "warning", "phone_call", "final", "collection"]

    def ask() -> str:
        day, due, last = record["day"], record["due"], record["last"]
        if record["open"] <= 0:
            return "settled"
        if day <= record["excluded"] or record["open"] < 1000:
            return "excluded"
        if record["disputed"] or day <= record["promise"]:
            return "held"
        if record["method"] == "direct_debit" and day - due < 10:
            return "held"
        key = record["revenue"] >= 25_000_000 or record["key"]
        public = record["kind"] == "public_body"
        number = last + 1
        if public and number == 0:
            number = 1
        if number == 3 and (public or record["open"] < 50_000 or not record["calls"]):
            number = 4
        if number > 5:
            return "no_stage_left"
        if number == 0:
            high = record["kind"] == "consumer" and record["risk"] == "high"
            earliest = due + (1 if high else 3)
        elif number == 1:
            earliest = max(record["at"] + 7, due + 14)
        elif number == 2:
            earliest = record["deadline"] + 3
        elif number == 3:
            earliest = record["at"] + 7
        elif number == 4:
            earliest = record["at"] + 10
        else:
            earliest = max(record["deadline"] + 7, due + 45)
        if key:
            earliest += 14
        if number not in {3, 5} and record["notice"] >= 0:
            earliest = max(earliest, record["notice"] + 5)
        run = record["roll"][max(earliest, due + 3, day)]
        if run == day:
            return f"act {names[number]}"
        return f"not_due {names[number]}" if day <= due + 2 else f"waiting {names[number]}"

    return ask


ZEN = """
open <= 0 ? "settled" :
(day <= excluded or open < 1000) ? "excluded" :
(disputed or day <= promise or (method == "direct_debit" and day - due < 10)) ? "held" :
last >= 5 ? "no_stage_left" :
day <= due + 2 ? "not_due" :
last == -1 and kind != "public_body" ?
  (day >= max([due + (kind == "consumer" and risk == "high" ? 1 : 3), notice + 5])
    + (revenue >= 25000000 or key ? 14 : 0) ? "act reminder" : "waiting reminder") :
last <= 0 ?
  (day >= max([at + 7, due + 14, notice + 5]) + (revenue >= 25000000 or key ? 14 : 0)
    ? "act notice" : "waiting notice") :
last == 1 ?
  (day >= max([deadline + 3, notice + 5]) + (revenue >= 25000000 or key ? 14 : 0)
    ? "act warning" : "waiting warning") :
last == 2 and kind != "public_body" and open >= 50000 and calls ?
  (day >= at + 7 + (revenue >= 25000000 or key ? 14 : 0)
    ? "act phone_call" : "waiting phone_call") :
last <= 3 ?
  (day >= max([at + 10, notice + 5]) + (revenue >= 25000000 or key ? 14 : 0)
    ? "act final" : "waiting final") :
(day >= max([deadline + 7, due + 45]) + (revenue >= 25000000 or key ? 14 : 0)
  ? "act collection" : "waiting collection")
"""


def by_zen(record: Mapping[str, Any]) -> Callable[[], str]:
    """ZEN's compiled expression on a record that is ready."""
    expression = zen.compile_expression(" ".join(ZEN.split()))
    ready = {name: value for name, value in record.items() if name != "roll"}
    return lambda: str(expression.evaluate(ready))


CASES: dict[str, tuple[datetime.date, dict[str, Value]]] = {
    "act": (datetime.date(2026, 3, 16), {}),
    "waiting": (datetime.date(2026, 3, 20), {}),
    "held": (datetime.date(2026, 3, 10), {"payment_method": "direct_debit"}),
}


ROUNDS, CALLS = 200, 500


def main() -> None:
    """Print nanoseconds per decision and the ratios, for three cases."""
    policies = load()
    print(f"{'case':10} {'generated':>10} {'by hand':>10} {'ZEN':>10}   generated vs hand, vs ZEN")
    for name, (on, facts) in CASES.items():
        day = on.toordinal()
        debtor = case(policies, on, facts)
        walk = debtor.invoices["R-1"]
        record = context(walk, day)
        asked = [generated(walk, day), by_hand(record), by_zen(record)]
        answers = {ask() for ask in asked}
        if len(answers) != 1:
            message = f"{name}: the three disagree: {[ask() for ask in asked]}"
            raise SystemExit(message)
        ours, hand, peer = _nanoseconds(asked)
        print(
            f"{name:10} {ours:8.0f}ns {hand:8.0f}ns {peer:8.0f}ns"
            f"   {ours / hand:.1f} times the hand-written, {peer / ours:.1f} times faster than ZEN"
        )
        whole, explained = _nanoseconds([whole_decision(debtor, day), why(debtor, day)], 20)
        print(
            f"{'':10} the whole decision as an object {whole / 1000:.0f} us, with its explanation"
            f" {explained / 1000:.0f} us: {explained / whole:.1f} times"
        )


def whole_decision(debtor: Debtor, day: int) -> Callable[[], str]:
    """A decision as the command gives it: what comes next, letters, deadline and all."""
    walk = debtor.invoices["R-1"]
    return lambda: decide(debtor, walk, day).outcome


def why(debtor: Debtor, day: int) -> Callable[[], str]:
    """The same with the lines of the policy that led to it."""
    walk = debtor.invoices["R-1"]
    return lambda: decide(debtor, walk, day, explain=True).outcome


def _nanoseconds(asked: list[Callable[[], str]], rounds: int = ROUNDS) -> list[float]:
    """The best of many short rounds, taken in turn: what the machine does beside it only adds."""
    best = [float("inf")] * len(asked)
    for _ in range(rounds):
        for number, ask in enumerate(asked):
            best[number] = min(best[number], timeit.timeit(ask, number=CALLS))
    return [seconds / CALLS * 1e9 for seconds in best]
