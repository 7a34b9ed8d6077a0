"""Answers to who hands over a ledger for one question: as JSON, most of it written before.

What is usual is decided many at a time, and the text of a decision is kept but for ids and amount.
All else is decided as it always is, and so is everything where anything is wrong.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from pydantic_core import to_json

from engine.core.money import format_minor
from engine.core.usual import Usual
from engine.core.usual_at import CASE, CUSTOMER
from engine.core.usual_items import item_like
from engine.io.garbage import collector_at_rest
from engine.io.usual_rows import UsualReader, item_of
from engine.services.actors import Refused, not_allowed
from engine.services.given_ledger import decide_given, sealed
from engine.services.plain import counted, plain_decision

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Mapping

    from engine.core.decision import Decision
    from engine.core.problems import DataProblem
    from engine.io.ledger_json import Objects
    from engine.services.actors import Actor
    from engine.services.stored_company import InForce
    from engine.store.one_usual import UsualInvoice

_OPEN = "\ufdd2"
"""In place of the open amount; see `engine.core.usual_at`."""
_MARKS = re.compile(f"[{CASE}{CUSTOMER}{_OPEN}]")
_OFTEN = 250
"""After so many decisions it is asked whether that has taken too long."""
_DAYS = 8
"""Days whose decisions are kept; most ask about today."""
_TEXTS = 10_000

__all__ = ["Answered", "Answering", "answer_given", "answer_usual", "collector_at_rest"]

Counts: TypeAlias = "Mapping[tuple[str, str | None], int]"


class Answered(NamedTuple):
    """Decisions as JSON."""

    texts: list[str]
    """In the order of the invoices, as `decide_given` gives them."""
    counts: Counts
    """How many, by outcome and policy."""


class _Text(NamedTuple):
    """A decision as JSON, to be filled in by `%`."""

    decision: Decision
    blank: str
    order: Callable[[tuple[str, str, str]], tuple[str, ...]]
    """Case, customer and open amount as they are filled in."""
    key: tuple[str, str | None]
    """As it is counted."""


@dataclass(slots=True)
class Answering:
    """What is kept from one question to the next; any number of threads may ask."""

    now: InForce
    reader: UsualReader = field(init=False)
    _usual: dict[datetime.date, Usual] = field(default_factory=dict)
    _texts: dict[int, _Text] = field(default_factory=dict)
    """By the decision, which is kept as the key is only its number."""

    def __post_init__(self) -> None:
        """Find out what the policies read."""
        self.reader = UsualReader(self.now.together, self.now.declared)

    def on(self, day: datetime.date) -> Usual:
        """What decides usual cases on a day."""
        found = self._usual.get(day)
        if found is None:
            if len(self._usual) >= _DAYS:
                self._usual.clear()
            found = self._usual[day] = Usual(self.now.together, day.toordinal())
        return found

    def text(self, decision: Decision) -> _Text:
        """A decision as JSON."""
        found = self._texts.get(id(decision))
        if found is None or found.decision is not decision:
            if len(self._texts) >= _TEXTS:
                self._texts.clear()
            plain = sealed(plain_decision(decision), self.now)
            plain["open_amount"] = {"amount": _OPEN, "currency": decision.open_amount.currency}
            whole = to_json(plain).decode()
            marks = _MARKS.findall(whole)
            order = itemgetter(*((CASE, CUSTOMER, _OPEN).index(mark) for mark in marks))
            blank = _MARKS.sub("%s", whole.replace("%", "%%"))
            found = _Text(decision, blank, order, (decision.outcome, decision.policy))
            self._texts[id(decision)] = found
        return found


def answer_given(
    actor: Actor,
    answering: Answering,
    given: Objects,
    on: datetime.date,
    *,
    known: datetime.datetime | None = None,
    explain: bool = False,
    is_late: Callable[[], bool] = lambda: False,
) -> Answered | tuple[DataProblem, ...] | Refused:
    """As `decide_given`, as JSON; best asked with `collector_at_rest`."""
    refused = not_allowed(actor, "read", "ask for decisions")
    if refused is not None:
        return refused
    if known is None and not explain:
        found = _usual_first(actor, answering, given, on, is_late)
        if found is not None:
            return found
    every = decide_given(
        actor, answering.now, given, on, known=known, explain=explain, is_late=is_late
    )
    if not isinstance(every, list):
        return every
    return Answered([to_json(each).decode() for each in every], counted(every))


def _usual_first(
    actor: Actor,
    answering: Answering,
    given: Objects,
    on: datetime.date,
    is_late: Callable[[], bool],
) -> Answered | None:
    """The answers, where what is usual can be told from the rest and nothing is wrong."""
    usual = answering.on(on)
    rows = answering.reader.read(given) if usual.takes else None
    if rows is None:
        return None
    texts: dict[str, str] = {}
    more: set[str] = set()
    used: list[tuple[str, str | None]] = []
    alike, text_of = usual.alike, answering.text
    for number, case in enumerate(rows.cases, start=1):
        name, customer, amount, money, shape, paid = case
        if paid is None:
            decision = alike(shape, amount)
        else:
            decision, left = usual.decide(item_of(case)) or (None, 0)
            money = format_minor(left, shape[2])
        if decision is None:
            more.add(customer)
            continue
        text = text_of(decision)
        used.append(text.key)
        if not rows.is_plain:
            name, customer = _inside(name), _inside(customer)
        texts[case[0]] = text.blank % text.order((name, customer, money))
        if number % _OFTEN == 0 and is_late():
            return None  # which is told by who takes it up
    counts = Counter(used)
    if not rows.odd and not more:
        return Answered(list(texts.values()), counts)
    rest = decide_given(actor, answering.now, rows.rest(more), on, is_late=is_late)
    if not isinstance(rest, list):
        return None
    # A customer may have been decided in part.
    missing = [each for each in rest if each["case"] not in texts]
    counts += counted(missing)
    texts.update((str(each["case"]), to_json(each).decode()) for each in missing)
    return Answered([texts[str(each["id"])] for each in given.invoices], counts)


def answer_usual(
    answering: Answering, name: str, invoice: UsualInvoice, on: datetime.date
) -> Answered | None:
    """The answer for an invoice of a store by its id; None if it is unusual."""
    usual, reader = answering.on(on), answering.reader
    theirs, own = reader.customers.of(invoice.theirs), reader.invoices.of(invoice.own)
    if theirs is None or own is None or not usual.takes:
        return None
    customer, _, _, currency, issued, due, amount, paid, stages, is_only = invoice
    shape = theirs, own, currency, issued, due, stages, is_only
    if paid:
        item = item_like(shape, name, customer, amount)._replace(paid=paid)
        decision, left = usual.decide(item) or (None, 0)
    else:
        decision, left = usual.alike(shape, amount), amount
    if decision is None:
        return None
    text = answering.text(decision)
    ids = _inside(name), _inside(customer)
    return Answered([text.blank % text.order((*ids, format_minor(left, currency)))], {text.key: 1})


def _inside(name: str) -> str:
    """An id as it stands between the quotes of a text of JSON."""
    return to_json(name).decode()[1:-1]
