"""`example` blocks, run: a customer, an invoice and what happens, played under the policy.

An example is decided by the version it stands in, whatever its effective date.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dunlang.ast import examples as given
from dunlang.diagnostics import Diagnostic
from engine.core.calendar import date_of
from engine.core.decide import decide
from engine.core.history import debtor_of
from engine.core.knowledge import known_at
from engine.core.ledger_index import index_ledger
from engine.core.model import Customer, Event, Invoice, Ledger
from engine.core.money import Money, to_minor
from engine.core.policies import literal, policy_set
from engine.core.simulate import Range, SimulationEvent, play

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dunlang.ast import expressions as tree
    from dunlang.plan import Plan
    from dunlang.source import Span
    from engine.core.calendar import BusinessCalendar
    from engine.core.case import CaseFacts
    from engine.core.debtor import Debtor
    from engine.core.model import EventKind, TargetKind, Value
    from engine.core.policies import PolicySet, Tables
    from engine.core.walk import Walk

CUSTOMER, INVOICE = "customer", "example"

REACHABLE: dict[str, Value] = {
    "name": "Example",
    "email": "example@example.org",
    "phone": "+49 30 0000000",
    "street": "Example Street 1",
    "postcode": "10115",
    "city": "Berlin",
    "tags": frozenset(),
}
"""The customer of an example has every kind of address."""

ISSUED_BEFORE_DUE = 30
"""Days between invoice date and due date unless the example says otherwise."""

WITHOUT_AN_END = 365
"""Days after the due date that are played when no expectation names a day."""


_EITHER = "correct the example, or change the policy"


@dataclass(frozen=True, slots=True)
class ExampleResult:
    """What came of an example."""

    title: str
    span: Span
    problems: tuple[Diagnostic, ...]
    story: tuple[SimulationEvent, ...]
    """What happened, day by day."""

    @property
    def passed(self) -> bool:
        """Whether everything came as expected."""
        return not self.problems


def run_examples(
    plan: Plan, calendar: BusinessCalendar, tables: Tables | None = None
) -> list[ExampleResult]:
    """Run every example of a policy, in the order written. `tables`: dated rates by name."""
    under = example_policies(plan, calendar, tables)
    return [run_example(plan, calendar, example, tables, under) for example in plan.examples]


def example_policies(
    plan: Plan, calendar: BusinessCalendar, tables: Tables | None = None
) -> PolicySet:
    """What the examples of a policy are decided by; its code is written once for all of them."""
    calendars = {plan.calendar: calendar} if plan.calendar else {}
    return policy_set([replace(plan, effective=0)], calendars, tables)


def run_example(
    plan: Plan,
    calendar: BusinessCalendar,
    example: given.Example,
    tables: Tables | None = None,
    under: PolicySet | None = None,
) -> ExampleResult:
    """Play an example to its last expectation and compare. `under`: what it is decided by."""
    debtor, last = example_debtor(plan, calendar, example, tables, under)
    walk = example_case(debtor)
    story = sorted(play(debtor, Range(walk.known_from, last)), key=_order)
    problems = [
        *_actions(example, [event for event in story if event.event == "stage"], debtor),
        *_states(example, debtor, story),
    ]
    problems.sort(key=lambda problem: problem.span.start)
    return ExampleResult(example.title.value, example.title.span, tuple(problems), tuple(story))


def example_case(debtor: Debtor) -> Walk:
    """The case of an example: its invoice, or the account of its invoices."""
    return next(iter((*debtor.accounts.values(), *debtor.invoices.values())))


def example_debtor(
    plan: Plan,
    calendar: BusinessCalendar,
    example: given.Example,
    tables: Tables | None = None,
    under: PolicySet | None = None,
) -> tuple[Debtor, int]:
    """The debtor of an example, and the last day to play. `under`: what it is decided by."""
    ledger = example_ledger(plan, example)
    policies = under or example_policies(plan, calendar, tables)
    fold = known_at(index_ledger(ledger), CUSTOMER, 0, None).fold
    days = [day for line in example.lines for day in _expected_days(line)]
    due = max(invoice.due for invoice in ledger.invoices.values()).toordinal()
    debtor = debtor_of(CUSTOMER, fold, policies)
    return debtor, max(days, default=due + WITHOUT_AN_END)


def _expected_days(line: given.ExampleLine) -> list[int]:
    match line:
        case given.ExpectStage() | given.ExpectHeld() | given.ExpectSettled():
            return [line.on.value.toordinal()]
        case given.ExpectNothing():
            return [line.until.value.toordinal()]
        case _:
            return []


# ------------------------------------------------------------------- what is given


def example_ledger(plan: Plan, example: given.Example) -> Ledger:
    """The ledger that an example describes."""
    lines = example.lines
    invoices = [line for line in lines if isinstance(line, given.GivenInvoice)]
    due, currency = invoices[0].due.value, invoices[0].amount.currency
    customer = dict(REACHABLE)
    events: list[Event] = []
    for line in lines:
        if isinstance(line, given.GivenCustomer) and line.first is None:
            customer.update(_values(plan, "customer", line.values, currency))
        else:
            events.extend(_events(plan, line, currency, due, len(events)))
    rows = [_invoice(plan, line, number) for number, line in enumerate(invoices, start=1)]
    return Ledger(
        customers={CUSTOMER: Customer(CUSTOMER, customer)},
        invoices={row.id: row for row in rows},
        events=tuple(sorted(events, key=lambda event: event.order)),
    )


def _invoice(plan: Plan, line: given.GivenInvoice, number: int) -> Invoice:
    due = line.due.value
    early = due - datetime.timedelta(days=ISSUED_BEFORE_DUE)
    return Invoice(
        id=INVOICE if number == 1 else f"{INVOICE}-{number}",
        customer=CUSTOMER,
        issued=line.issued.value if line.issued else early,
        due=due,
        amount=_money(line.amount),
        facts=_values(plan, "invoice", line.values, line.amount.currency),
    )


def _events(
    plan: Plan, line: given.ExampleLine, currency: str, due: datetime.date, row: int
) -> list[Event]:
    match line:
        case given.GivenCustomer() if line.first is not None:
            values = _values(plan, "customer", line.values, currency)
            return [
                replace(_event("fact", "customer", line.first, row + n), name=name, value=value)
                for n, (name, value) in enumerate(values.items())
            ]
        case given.GivenPayment():
            # An account is lowered by what comes in for the customer.
            whose: TargetKind = "customer" if plan.unit == "account" else "invoice"
            paid = _event(line.kind, whose, line.on, row)
            return [replace(paid, amount=_money(line.amount))]
        case given.GivenCharges():
            whom: TargetKind = "case" if plan.unit == "account" else "invoice"
            paid = _event(line.kind, whom, line.on, row)
            if whom == "case":
                paid = replace(paid, target_id=f"{CUSTOMER}:{line.amount.currency}")
            return [replace(paid, amount=_money(line.amount))]
        case given.GivenDispute():
            return _from_to("dispute", "dispute_resolved", "invoice", line.first, line.last, row)
        case given.GivenPromise():
            made = line.on.value if line.on else due
            whom = "customer" if plan.unit == "account" else "invoice"
            promise = _event_on("promise", whom, made, row)
            return [replace(promise, amount=_money(line.amount), until=line.by.value)]
        case given.GivenExcluded():
            start = _event("exclude", line.whom, line.first, row)
            return [replace(start, until=line.last.value if line.last else None)]
        case _:
            return []


def _from_to(
    begins: EventKind,
    ends: EventKind,
    target: TargetKind,
    first: tree.Date,
    last: tree.Date | None,
    row: int,
) -> list[Event]:
    found = [_event(begins, target, first, row)]
    if last is not None:
        day_after = last.value + datetime.timedelta(days=1)
        found.append(_event_on(ends, target, day_after, row + 1))
    return found


def _event(kind: EventKind, target: TargetKind, day: tree.Date, row: int) -> Event:
    return _event_on(kind, target, day.value, row)


def _event_on(kind: EventKind, target: TargetKind, day: datetime.date, row: int) -> Event:
    midnight = datetime.datetime.combine(day, datetime.time(), datetime.UTC)
    return Event(kind, day, target, CUSTOMER if target == "customer" else INVOICE, midnight, row)


def _values(
    plan: Plan, scope: str, values: Iterable[given.GivenValue], currency: str
) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for each in values:
        kind = plan.types[f"{scope}.{each.name.text}"].kind
        if kind == "set of text":
            texts = (getattr(value, "value", "") for value in each.values)
            found[each.name.text] = frozenset(str(text) for text in texts)
            continue
        value = literal(each.values[0], currency)
        if value is not None:
            found[each.name.text] = value
    return found


def _money(amount: tree.Amount) -> Money:
    minor = to_minor(amount.value, amount.currency)
    if minor is None:
        message = f"{amount.text} has more decimals than {amount.currency}"
        raise AssertionError(message)
    return Money(minor, amount.currency)


# ---------------------------------------------------------------- what is expected


def _actions(
    example: given.Example, happened: Sequence[SimulationEvent], debtor: Debtor
) -> list[Diagnostic]:
    """Every action must be expected on its day, and every expected action must happen."""
    expected = [line for line in example.lines if isinstance(line, given.ExpectStage)]
    problems: list[Diagnostic] = []
    left = list(happened)
    for line in expected:
        match = next((event for event in left if _is_expected(event, line)), None)
        if match is None:
            problem, instead = _missing(line, left, debtor)
            problems.append(problem)
            left = [event for event in left if event is not instead]
        else:
            left.remove(match)
            problems.extend(_details(line, match))
    for event in left:
        message = f"{event.stage} happens on {event.on}, which the example does not expect"
        hint = f"write 'expect {event.on} {event.stage}', or change the policy"
        problems.append(Diagnostic("D521", example.title.span, message, hint))
    return problems


def _is_expected(event: SimulationEvent, line: given.ExpectStage) -> bool:
    return event.on == line.on.value and event.stage == line.stage.text


def _missing(
    line: given.ExpectStage, happened: Sequence[SimulationEvent], debtor: Debtor
) -> tuple[Diagnostic, SimulationEvent | None]:
    """What is wrong with an expectation, and the action that happens instead."""
    on = line.on.value
    instead = next((event for event in happened if event.on == on), None)
    if instead is not None:
        said = f"on {on} {instead.stage} happens, not {line.stage.text}"
    else:
        instead = next((event for event in happened if event.stage == line.stage.text), None)
        said = f"{line.stage.text} happens on {instead.on}, not on {on}" if instead else ""
    if instead is None:
        decision = decide(debtor, example_case(debtor), on.toordinal())
        why = f": {decision.reason}" if decision.reason else ""
        outcome = decision.outcome.replace("_", " ")
        said = f"{line.stage.text} does not happen; on {on} the case is {outcome}{why}"
    hint = f"write '{instead.on} {instead.stage}'" if instead else "leave the line out"
    place = line.on.span.to(line.stage.span)
    return Diagnostic("D520", place, said, f"{hint}, or change the policy"), instead


def _details(line: given.ExpectStage, event: SimulationEvent) -> list[Diagnostic]:
    problems = []
    wanted = {name.text for name in line.channels}
    if wanted and wanted != set(event.channels):
        span = line.channels[0].span.to(line.channels[-1].span)
        by = " and ".join(event.channels) or "no channel"
        problems.append(_differs(span, f"{event.stage} goes by {by}", " and ".join(event.channels)))
    fee = event.fee
    if fee is not None and line.fee is not None:
        amounts = {a.currency: to_minor(a.value, a.currency) for a in line.fee.amounts}
        if amounts.get(fee.currency) != fee.minor:
            said = f"the fee of {event.stage} is {fee}"
            problems.append(_differs(line.fee.span, said, f"{fee}"))
    interest = event.interest
    if interest is not None and line.interest is not None:
        amounts = {a.currency: to_minor(a.value, a.currency) for a in line.interest.amounts}
        if amounts.get(interest.currency) != interest.minor:
            said = f"the interest of {event.stage} is {interest}"
            problems.append(_differs(line.interest.span, said, f"{interest}"))
    if fee is not None and line.no_fee and fee.minor != 0:
        problems.append(_differs(line.span, f"the fee of {event.stage} is {fee}", f"'fee {fee}'"))
    if line.deadline is not None and line.deadline.value != event.deadline:
        said = f"the deadline of {event.stage} is {event.deadline or 'none'}"
        problems.append(_differs(line.deadline.span, said, f"{event.deadline or ''}"))
    return problems


def _differs(span: Span, message: str, instead: str) -> Diagnostic:
    """A part of an action is another than expected; `instead` is what would be right, if any."""
    write = f"write {instead}" if instead else "leave it out"
    return Diagnostic("D522", span, message, f"{write}, or change the policy")


def _order(event: SimulationEvent) -> tuple[datetime.date, str, int]:
    return event.order


def _states(
    example: given.Example, debtor: Debtor, story: Sequence[SimulationEvent]
) -> list[Diagnostic]:
    problems = []
    walk = example_case(debtor)
    for line in example.lines:
        match line:
            case given.ExpectHeld():
                decision = decide(debtor, walk, line.on.value.toordinal())
                if (decision.outcome, decision.reason) != (line.outcome, line.reason.value):
                    said = decision.outcome.replace("_", " ")
                    because = f" ({decision.reason})" if decision.reason else ""
                    message = f"on {line.on.value} the case is {said}{because}"
                    problems.append(Diagnostic("D523", line.span, message, _EITHER))
            case given.ExpectSettled():
                day = line.on.value.toordinal()
                problems.extend(_settled(line, walk, day, story))
            case given.ExpectNot():
                done = next(
                    (m for m in walk.moves if getattr(m, "stage", "") == line.stage.text), None
                )
                if done is not None:
                    on = date_of(done.day)
                    message = f"{line.stage.text} is executed on {on}"
                    problems.append(Diagnostic("D524", line.span, message, _EITHER))
            case _:
                pass
    return problems


def _settled(
    line: given.ExpectSettled, walk: Walk, day: int, story: Sequence[SimulationEvent]
) -> list[Diagnostic]:
    now = walk.facts(day)
    if not now.settled:
        message = f"the case is not settled on {line.on.value}: {_owed(walk, now)}"
        return [Diagnostic("D523", line.span, message, _EITHER)]
    if walk.facts(day - 1).settled:
        message = f"the case was settled before {line.on.value}"
        return [Diagnostic("D523", line.span, message, _EITHER)]
    if line.interest is None:
        return []
    shown = [e.interest for e in story if e.event == "settled" and e.on == line.on.value]
    claimed = next((each for each in shown if each is not None), Money(0, walk.currency))
    amounts = {a.currency: to_minor(a.value, a.currency) for a in line.interest.amounts}
    if amounts.get(walk.currency) == claimed.minor:
        return []
    message = f"the interest claimed when it is paid is {claimed}"
    return [Diagnostic("D522", line.interest.span, message)]


def _owed(walk: Walk, facts: CaseFacts) -> str:
    """What keeps a case from being settled."""
    if facts.open > 0:
        return f"{Money(facts.open, walk.currency)} are open"
    return f"{Money(facts.charges, walk.currency)} of charges are not paid"
