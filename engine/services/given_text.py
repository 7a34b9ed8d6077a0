"""A text that came without a file: checked and published beside what the store has."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dunlang.checking.check import check_together
from dunlang.compile import shared_problems
from dunlang.diagnostics import Diagnostic, has_errors, in_order
from dunlang.plan_build import build
from dunlang.reading.parsing import is_shared
from dunlang.suggest import did_you_mean
from engine.core.rates import ExchangeTable, RateTable
from engine.io.rate_files import exchange_table_of, rate_table_of
from engine.services.actors import Refused, not_allowed
from engine.services.policies import without_calendar
from engine.services.publishing import NOTHING, faulty, new_text, publish_texts
from engine.services.rate_tables import MISSING, TWO, named_tables
from engine.services.sources import source_of
from engine.services.store_library import StoreLibrary
from engine.services.version_parts import read_remembering, text_name, written_calendars
from engine.store.policies import StoredPart

if TYPE_CHECKING:
    import datetime
    from collections.abc import Sequence

    from dunlang.ast.expressions import Text
    from dunlang.checking.checked import Checked
    from engine.core.calendar import BusinessCalendar
    from engine.services.actors import Actor
    from engine.services.publishing import NewText, Publication
    from engine.store.database import Database
    from engine.store.policies import PartKind

NAME = "<text>"
"""What the text is called in problems."""
ANOTHER = "S316"


@dataclass(frozen=True, slots=True)
class _Read:
    """What came of reading a text."""

    checked: Checked | None
    """None if there is an error, or no policy."""
    problems: tuple[Diagnostic, ...]
    parts: tuple[StoredPart, ...] = ()
    calendar: BusinessCalendar | None = None


def check_text(database: Database, actor: Actor, text: str) -> tuple[Diagnostic, ...] | Refused:
    """Everything that is wrong with a text, a policy or what policies include. Raises StoreError.

    What it extends, includes and looks up comes from the store, and from what comes with `dun`.
    """
    refused = not_allowed(actor, "read", "check a policy")
    if refused is not None:
        return refused
    return _read(database, text).problems


def publish_text(
    database: Database, actor: Actor, policy: str, text: str, at: datetime.datetime
) -> Publication | Refused:
    """Keep the version of a policy that a text holds for good; see `publish`. Raises StoreError."""
    refused = not_allowed(actor, "publish", "publish a policy")
    if refused is not None:
        return refused
    read = _read(database, text)
    new = _new(read)
    if isinstance(new, Refused):
        return new
    if new.plan.id != policy:
        message = f"the text is a version of {new.plan.id}, and {policy} is to be published"
        hint = f"publish it under {new.plan.id}, or correct its first line"
        return Refused(ANOTHER, message, hint)
    results = publish_texts(database, actor, [new], at)
    if isinstance(results, Refused):
        return results
    (result,) = results
    warnings = tuple(in_order([*read.problems, *result.warnings]))
    return replace(result, warnings=warnings)


def draft(database: Database, text: str) -> NewText | Refused:
    """The version of a policy that a text holds, with all that it reads; nothing is kept.

    Raises StoreError.
    """
    return _new(_read(database, text))


def _new(read: _Read) -> NewText | Refused:
    if has_errors(read.problems):
        return faulty(read.problems)
    if read.checked is None:
        hint = "a policy begins with 'policy ID version N'"
        return Refused(NOTHING, "there is no policy in the text", hint)
    plan = build(read.checked)
    calendars = {plan.calendar: read.calendar} if plan.calendar and read.calendar else {}
    return new_text(plan, read.checked, read.parts, written_calendars(plan, calendars))


def _read(database: Database, text: str) -> _Read:
    """A text beside what the store has."""
    source, problems = source_of(NAME, text.encode())
    if has_errors(problems):
        return _Read(None, tuple(problems))
    if is_shared(source):
        return _Read(None, tuple(in_order([*problems, *shared_problems(source)])))
    with database.reading() as connection:
        library = StoreLibrary(connection)
    checked, found, parts = read_remembering(source, NAME, library)
    problems += found
    if checked is None:
        return _Read(None, tuple(in_order(problems)))
    calendars: dict[str, BusinessCalendar] = {}
    problems += without_calendar(checked, calendars)
    tables = _tables(checked, library, problems)
    problems += check_together([checked])
    if has_errors(problems):
        return _Read(None, tuple(in_order(problems)))
    name = text_name(checked.id, checked.version)
    parts = [replace(each, beside=name) if each.beside == NAME else each for each in parts]
    calendar = next(iter(calendars.values()), None)
    return _Read(checked, tuple(in_order(problems)), tuple(sorted([*parts, *tables])), calendar)


def _tables(
    checked: Checked, library: StoreLibrary, problems: list[Diagnostic]
) -> Sequence[StoredPart]:
    """The tables of rates that a policy names; what is wrong with them is added to `problems`."""
    found: dict[tuple[PartKind, str], StoredPart] = {}
    for name, is_exchange in named_tables(checked):
        kind: PartKind = "exchange" if is_exchange else "rates"
        if (kind, name.value) in found:
            continue
        texts = library.tables(kind, name.value)
        if len(texts) != 1:
            problems.append(_not_one(name, library, texts))
            continue
        found[kind, name.value] = part = StoredPart(kind, "", name.value, texts[0])
        problems += _wrong(part)
    return list(found.values())


def _wrong(part: StoredPart) -> list[Diagnostic]:
    file, data = f"rates/{part.path}.csv", part.text.encode()
    read: tuple[RateTable | ExchangeTable | None, list[Diagnostic]]
    is_exchange = part.kind == "exchange"
    read = (exchange_table_of if is_exchange else rate_table_of)(part.path, file, data)
    return read[1]


def _not_one(name: Text, library: StoreLibrary, texts: Sequence[str]) -> Diagnostic:
    """No table of this name, or two."""
    if texts:
        message = f"the table '{name.value}' of the store is not the one that comes with dun"
        hint = "publish from files with 'dun publish', where it is clear which one is read"
        return Diagnostic(TWO, name.span, message, hint)
    note = "it is looked for in the store, and among the tables that come with dun;"
    note += " 'dun publish' takes a table into the store with the policy that names it"
    message = f"there is no table of rates '{name.value}'"
    hint = did_you_mean(name.value, library.table_names())
    return Diagnostic(MISSING, name.span, message, hint, (note,))
