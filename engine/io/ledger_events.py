"""Rows of the file `events` as records.

What a row says about other rows of the same file (reversals, cancelled stages) is looked at in
`ledger_links` when all are read.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast, get_args

from dunlang.builtins import CHANNELS
from dunlang.suggest import did_you_mean
from engine.core.cells import Bad, midnight, read_fact, read_minor
from engine.core.model import Event, EventKind
from engine.core.money import Money
from engine.io.ledger_rows import COLUMNS, COMPUTED, day, fact_type, moment
from engine.io.ledger_targets import currency_of, read_target

if TYPE_CHECKING:
    import datetime

    from engine.core.model import Value
    from engine.io.ledger_state import Reading
    from engine.io.ledger_targets import Target
    from engine.io.sheets import Sheet

KINDS: tuple[str, ...] = get_args(EventKind)

_LINKED = frozenset({"reversal", "stage", "stage_cancelled"})


@dataclass(slots=True)
class _Draft:
    """The fields of an event that depend on its kind."""

    amount: Money | None = None
    until: datetime.date | None = None
    name: str | None = None
    value: Value | None = None
    stage: str | None = None
    policy: str | None = None
    version: int | None = None
    fee: Money | None = None
    interest: Money | None = None


def read_event(reading: Reading, sheet: Sheet) -> None:
    """Take the event in the row at hand, or report what is wrong with it."""
    name = sheet.cell("id") or None
    kind = _kind(sheet)
    date = day(sheet, "date")
    recorded = moment(sheet)
    target = None if kind is None else read_target(reading, sheet, kind)
    draft = _Draft()
    if kind is not None and target is not None:
        _fill(reading, sheet, kind, target, draft)
    if date is not None and draft.until is not None and draft.until < date:
        message = f"'until' {draft.until} is before the date of the event"
        sheet.complain("L116", "until", message, f"write {date} or a later day")
    if name is not None and not name.isprintable():
        sheet.complain("L124", "id", "an id may only hold printable characters")
    if kind is None or date is None or target is None or sheet.failed():
        if name is not None:
            reading.bad["id"].add(name)
        return
    event = Event(
        kind,
        date,
        *target,
        recorded or midnight(date),
        sheet.row.number,
        name,
        draft.amount,
        draft.until,
        sheet.cell("reason") or None,
        draft.name,
        draft.value,
        draft.stage,
        draft.policy,
        draft.version,
        draft.fee,
        draft.interest,
    )
    _take(reading, sheet, event)


def _take(reading: Reading, sheet: Sheet, event: Event) -> None:
    if event.id is not None:
        first = reading.by_id.setdefault(event.id, event)
        if first is not event:
            if replace(event, row=first.row) == first:
                reading.repeated += 1
            else:
                sheet.complain(
                    "L122",
                    "id",
                    f"there is already another event '{event.id}' that says something else",
                    "the same id twice is the same event; a new event needs a new id",
                )
            return
    if event.kind in _LINKED:
        reading.rows[event.row] = sheet, sheet.row
    reading.events[event.row] = event


def _kind(sheet: Sheet) -> EventKind | None:
    text = sheet.cell("kind")
    if text in KINDS:
        return cast("EventKind", text)
    if not text:
        sheet.complain_empty("kind")
    else:
        hint = did_you_mean(text, KINDS) or f"the kinds are {', '.join(KINDS)}"
        sheet.complain("L110", "kind", f"'{text}' is not a kind of event", hint)
    return None


def _fill(reading: Reading, sheet: Sheet, kind: EventKind, target: Target, draft: _Draft) -> None:
    """Read the cells that an event of this kind uses; others are not looked at."""
    match kind:
        case "payment" | "credit" | "charge_paid" | "charge_waived":
            draft.amount = _amount(reading, sheet, target, required=True)
        case "promise":
            draft.amount = _amount(reading, sheet, target, required=True)
            draft.until = day(sheet, "until")
        case "reversal":
            draft.amount = _amount(reading, sheet, target, required=False)
            draft.value = sheet.cell("value")
            if not draft.value:
                sheet.complain(
                    "L107", "value", "a reversal says in 'value' the id of what it takes back"
                )
        case "exclude":
            draft.until = _until(sheet)
        case "due_changed":
            draft.value = day(sheet, "value")
        case "fact":
            _fact(reading, sheet, target, draft)
        case "assign":
            draft.policy = sheet.cell("policy") or None
        case "stage":
            _stage(reading, sheet, target, draft)
        case "stage_cancelled":
            draft.stage = _stage_name(sheet)
        case "dispute" | "dispute_resolved" | "exclude_ended":
            pass


def _until(sheet: Sheet) -> datetime.date | None:
    return day(sheet, "until") if sheet.cell("until") else None


def _stage_name(sheet: Sheet) -> str:
    text = sheet.cell("stage")
    if not text:
        sheet.complain_empty("stage", "name the stage")
    return text


def _stage(reading: Reading, sheet: Sheet, target: Target, draft: _Draft) -> None:
    draft.stage = _stage_name(sheet)
    draft.until = _until(sheet)
    draft.policy = sheet.cell("policy") or None
    version = sheet.cell("version")
    if version:
        if version.isascii() and version.isdigit() and 0 < len(version) < _VERSION and int(version):
            draft.version = int(version)
        else:
            sheet.complain("L111", "version", f"'{version}' is not a version", "write 1, 2, 3, ...")
    fee = sheet.cell("fee")
    if fee:
        draft.fee = _money(reading, sheet, target, "fee", least=0)
    if sheet.cell("interest"):
        draft.interest = _money(reading, sheet, target, "interest", least=0)
    channels = [part.strip() for part in sheet.cell("value").split(";") if part.strip()]
    for channel in channels:
        if channel not in CHANNELS:
            hint = did_you_mean(channel, CHANNELS) or f"the channels are {', '.join(CHANNELS)}"
            sheet.complain("L119", "value", f"'{channel}' is not a channel", hint)
    if channels:
        draft.value = frozenset(channels)


_VERSION = 10
"""A version has fewer digits than this."""


def _fact(reading: Reading, sheet: Sheet, target: Target, draft: _Draft) -> None:
    name, text = sheet.cell("name"), sheet.cell("value")
    owner = "customer" if target[0] == "customer" else "invoice"
    draft.name = name
    if not name:
        sheet.complain("L107", "name", "a fact needs its name", "such as risk")
        return
    if "." in name:
        bare = name.rpartition(".")[2]
        sheet.complain("L120", "name", "a fact is named without what it belongs to", f"'{bare}'")
        return
    own = ("id",) if owner == "customer" else (*COLUMNS["invoices"], "document", "recorded")
    if name in own or name == "payer":
        hint = "use an event of kind due_changed" if name == "due" else ""
        sheet.complain("L120", "name", f"{owner}.{name} cannot be changed by a fact", hint)
    elif name in COMPUTED[owner]:
        sheet.complain("L120", "name", f"{owner}.{name} follows from other events")
    elif text:
        value = read_fact(text, fact_type(reading, owner, name))
        if isinstance(value, Bad):
            sheet.complain(value.code, "value", value.message, value.hint)
        else:
            draft.value = value


def _amount(reading: Reading, sheet: Sheet, target: Target, *, required: bool) -> Money | None:
    if sheet.cell("amount"):
        return _money(reading, sheet, target, "amount", least=1)
    if required:
        sheet.complain("L107", "amount", f"a {sheet.cell('kind')} needs an amount")
    return None


def _money(
    reading: Reading, sheet: Sheet, target: Target, column: str, *, least: int
) -> Money | None:
    """The amount in a cell, in the currency of the target; None when that is reported."""
    currency = currency_of(reading, sheet, target)
    if currency is None:
        return None
    text = sheet.cell(column)
    minor = read_minor(text, currency)
    if isinstance(minor, Bad):
        sheet.complain(minor.code, column, minor.message, minor.hint)
        return None
    if minor < least:
        comes_in = sheet.cell("kind") in ("payment", "credit")
        hint = "what takes money back is an event of kind reversal" if comes_in else ""
        limit = "more than zero" if least else "zero or more"
        sheet.complain("L111", column, f"the {column} must be {limit}, not {text}", hint)
        return None
    return Money(minor, currency)
