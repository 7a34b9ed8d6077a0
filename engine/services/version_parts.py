"""A version with all that its meaning depends on: gathered from files, compiled from a store.

What was gathered is compiled again without any file, as the store will do it, before it is kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from dunlang.compile import read_source
from dunlang.composing.library import Found
from dunlang.diagnostics import has_errors
from dunlang.plan_build import build
from dunlang.reading.decode import decode
from dunlang.source import Source
from engine.core.rates import ExchangeTable
from engine.io.policy_files import SUFFIX
from engine.io.rate_files import SUFFIX as TABLE_SUFFIX
from engine.io.rate_files import exchange_table_of, rate_table_of
from engine.services.holiday_tables import as_calendar, written_out
from engine.services.rate_tables import Tables
from engine.store.policies import StoredPart

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from dunlang.checking.checked import Checked
    from dunlang.composing.library import Library
    from dunlang.diagnostics import Diagnostic
    from dunlang.plan import Plan
    from engine.core.calendar import BusinessCalendar
    from engine.services.rate_tables import Table


@dataclass(frozen=True, slots=True)
class Compiled:
    """What came of the texts of one version."""

    source: Source
    checked: Checked | None
    """None if there is an error."""
    plan: Plan | None
    problems: tuple[Diagnostic, ...]
    calendars: Mapping[str, BusinessCalendar] = field(default_factory=dict)
    tables: Mapping[str, Table] = field(default_factory=dict)


def text_name(policy: str, version: int) -> str:
    """What the text of a stored version is called: as its file below the folder of policies."""
    return f"{policy}/{version}{SUFFIX}"


class StoredLibrary:
    """What a version extends and includes, as it was when the version was published."""

    def __init__(self, parts: Iterable[StoredPart]) -> None:
        self._parts = {(each.kind, each.beside, each.path): each.text for each in parts}

    def policy(self, policy: str, version: int, beside: Source) -> Found | None:
        """The text of the version that another extends."""
        del beside  # no circle: every version is extended by one text only
        name = text_name(policy, version)
        text = self._parts.get(("policy", "", name))
        return None if text is None else Found(Source(name, text))

    def shared(self, path: str, beside: Source) -> Found | None:
        """The file that a text includes."""
        text = self._parts.get(("shared", beside.name, path))
        return None if text is None else Found(Source(path, text))

    def policies(self, beside: Source) -> Iterator[tuple[str, int]]:
        """Nothing: what is missing in a store is not there under a similar name either."""
        del beside
        return iter(())

    def files(self, beside: Source) -> Iterator[str]:
        """Nothing, likewise."""
        del beside
        return iter(())


class _Remembering:
    """A library that remembers what was asked of it."""

    def __init__(self, library: Library, main: Source, name: str) -> None:
        self._library = library
        self._names = {main: name}
        self.parts: dict[tuple[str, str, str], StoredPart] = {}

    def policy(self, policy: str, version: int, beside: Source) -> Found | None:
        found = self._library.policy(policy, version, beside)
        if found is not None:
            name = text_name(policy, version)
            self._names[found.source] = name
            self._keep(StoredPart("policy", "", name, found.source.text))
        return found

    def shared(self, path: str, beside: Source) -> Found | None:
        found = self._library.shared(path, beside)
        if found is not None:
            self._keep(StoredPart("shared", self._names[beside], path, found.source.text))
        return found

    def policies(self, beside: Source) -> Iterable[tuple[str, int]]:
        return self._library.policies(beside)

    def files(self, beside: Source) -> Iterable[str]:
        return self._library.files(beside)

    def _keep(self, part: StoredPart) -> None:
        self.parts[part.kind, part.beside, part.path] = part


def gathered(
    source: Source, policy: str, version: int, library: Library
) -> tuple[Checked | None, tuple[StoredPart, ...]]:
    """The checked policy of a text, and the texts and tables that it reads, in order.

    Raises OSError for a file that cannot be read.
    """
    checked, _, parts = read_remembering(source, text_name(policy, version), library)
    if checked is not None:
        tables = Tables()
        tables.of(checked)
        parts += _tables(tables)
    return checked, tuple(sorted(parts))


def read_remembering(
    source: Source, name: str, library: Library
) -> tuple[Checked | None, list[Diagnostic], list[StoredPart]]:
    """The checked policy of a text, its problems, and the texts that it reads.

    `name` is what the text will be called in a store. Raises OSError as the library does.
    """
    remembering = _Remembering(library, source, name)
    checked, problems = read_source(source, remembering)
    return checked, problems, list(remembering.parts.values())


def _tables(tables: Tables) -> Iterator[StoredPart]:
    for name, table in tables.by_name.items():
        file = tables.file_of(name)
        source, _ = decode(str(file), file.read_bytes())
        if source is not None:
            is_exchange = isinstance(table, ExchangeTable)
            yield StoredPart("exchange" if is_exchange else "rates", "", name, source.text)


def written_calendars(
    plan: Plan, calendars: Mapping[str, BusinessCalendar]
) -> dict[str, dict[str, object]]:
    """The calendar that a policy names, written out; nothing if it names none."""
    code = plan.calendar
    return {} if code is None else {code: written_out(calendars[code])}


def compiled(
    name: str,
    text: str,
    parts: Sequence[StoredPart],
    calendars: Mapping[str, object],
) -> Compiled:
    """A version from its stored text, parts and calendars. No file is read."""
    source = Source(name, text)
    checked, found = read_source(source, StoredLibrary(parts))
    problems = list(found)
    tables: dict[str, Table] = {}
    for part in parts:
        if part.kind in ("rates", "exchange"):
            read = exchange_table_of if part.kind == "exchange" else rate_table_of
            file = str(Path("rates", f"{part.path}{TABLE_SUFFIX}"))
            table, wrong = read(part.path, file, part.text.encode())
            problems += wrong
            if table is not None:
                tables[part.path] = table
    if checked is None or has_errors(problems):
        return Compiled(source, None, None, tuple(problems))
    known = {code: as_calendar(code, each) for code, each in calendars.items()}
    return Compiled(source, checked, build(checked), tuple(problems), known, tables)


def lacks(version: Compiled) -> list[str]:
    """What the texts of a version name and the store has not: for a good store, nothing."""
    plan = version.plan
    if plan is None:
        return []
    calendars = {plan.calendar} if plan.calendar else set[str]()
    return [
        *(f"calendar {code}" for code in sorted(calendars - set(version.calendars))),
        *(f"table {name}" for name in sorted(set(plan.rates.values()) - set(version.tables))),
    ]
