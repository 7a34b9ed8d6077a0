"""Policies from files and folders: read, checked alone and together, ready to decide."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from dunlang.ast.policy import Calendar
from dunlang.checking.check import check_together
from dunlang.compile import read_source, shared_problems
from dunlang.diagnostics import Diagnostic, has_errors, in_order
from dunlang.plan_build import build
from dunlang.reading.parsing import is_shared
from dunlang.source import Source
from dunlang.suggest import listed
from dunlang.types import Type
from engine.core.policies import PolicySet, policy_set, side_by_side
from engine.services.library import FileLibrary
from engine.services.rate_tables import Tables
from engine.services.sources import policy_sources

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from dunlang.checking.checked import Checked
    from dunlang.plan import Plan
    from engine.core.calendar import BusinessCalendar
    from engine.services.rate_tables import Table

MISPLACED = "D123"
NO_CALENDAR = "D220"

_NUMBER = re.compile(r"\d+", re.ASCII)
_SHOWN_PARTS = 20


@dataclass(frozen=True, slots=True)
class Policies:
    """What came of reading policies."""

    sources: tuple[Source, ...]
    """Every text that was read, in the order given."""
    plans: tuple[Plan, ...]
    """Of the policies without errors, in the same order."""
    problems: tuple[Diagnostic, ...]
    """All of them, by file and place."""
    calendars: Mapping[str, BusinessCalendar] = field(default_factory=dict)
    """By code, those that the plans name."""
    tables: Mapping[str, Table] = field(default_factory=dict)
    """Of rates, by the name of their file; those that the plans name."""
    alone: tuple[Policies, ...] = ()
    """Where each version keeps calendars and tables of its own: the versions one by one."""

    @property
    def usable(self) -> bool:
        """Whether there is a policy, and no error in any."""
        return bool(self.plans) and not has_errors(self.problems)

    def together(self) -> PolicySet:
        """The versions side by side; only for policies that are `usable`."""
        if self.alone:
            return side_by_side(each.together() for each in self.alone)
        return policy_set(self.plans, self.calendars, self.tables)

    def calendar(self, plan: Plan) -> BusinessCalendar | None:
        """The calendar that a plan names, None if it names none."""
        return self.calendars.get(plan.calendar) if plan.calendar else None

    @property
    def declared(self) -> dict[str, Type]:
        """The types of declared facts by path, as the columns of a ledger have them.

        The choices of a `one of` are those of all versions together.
        """
        types: dict[str, Type] = {}
        for plan in self.plans:
            for path, kind in plan.declared.items():
                known = types.get(path, kind)
                choices = dict.fromkeys((*known.choices, *kind.choices))
                types[path] = Type(kind.kind, tuple(choices))
        return types


def read_policies(
    paths: Iterable[Path], more: Iterable[tuple[Source, list[Diagnostic]]] = ()
) -> Policies:
    """The policies in files, and in all `.dun` files below folders; all problems at once.

    `more` are texts from elsewhere, with what is wrong with their bytes. Raises OSError for what
    cannot be read.
    """
    read = [*((source, found) for _, source, found in policy_sources(paths)), *more]
    unread = (problem for _, problems in read for problem in problems)
    return load_policies((source for source, _ in read), unread)


def load_policies(sources: Iterable[Source], unread: Iterable[Diagnostic] = ()) -> Policies:
    """The policies in texts; all problems at once. A text's name is the path it came from.

    What a policy extends, includes and looks up is found among the texts and in files around it.
    `unread` are problems that were found before; a text with such an error is not looked into.
    Raises OSError for a file that is there and cannot be read.
    """
    texts = tuple(sources)
    library = FileLibrary(texts)
    checked: list[Checked] = []
    problems = list(unread)
    broken = {problem.span.source.name for problem in problems if problem.severity == "error"}
    failed: set[str] = set()
    calendars: dict[str, BusinessCalendar] = {}
    tables = Tables()
    inherited: list[Diagnostic] = []
    for source in texts:
        if source.name in broken:
            continue
        if is_shared(source):
            problems += shared_problems(source)
            continue
        policy, found = read_source(source, library)
        problems += [each for each in found if each.span.source == source]
        inherited += [each for each in found if each.span.source != source]
        if policy is None:
            continue
        found = [
            *_misplaced(policy, source),
            *without_calendar(policy, calendars),
            *tables.of(policy),
        ]
        if has_errors(found):
            failed.add(source.name)
        problems += found
        checked.append(policy)
    problems += _not_told_yet(inherited, problems)
    together = check_together(checked)
    failed |= {problem.span.source.name for problem in together if problem.severity == "error"}
    plans = tuple(
        build(policy) for policy in checked if policy.policy.span.source.name not in failed
    )
    everything = tuple(in_order([*problems, *together]))
    return Policies(texts, plans, everything, calendars, tables.by_name)


def _not_told_yet(
    inherited: Iterable[Diagnostic], problems: Iterable[Diagnostic]
) -> Iterator[Diagnostic]:
    """Problems in lines that a policy has from another text, unless that text has them itself."""
    told = {(each.code, each.span, each.message) for each in problems}
    for each in inherited:
        what = (each.code, each.span, each.message)
        if what not in told:
            told.add(what)
            yield each


def _misplaced(checked: Checked, source: Source) -> list[Diagnostic]:
    """`policies/ID/N.dun` must hold version N of ID; under any other name a file is free."""
    path = Path(source.name)
    if path.suffix != ".dun" or not _NUMBER.fullmatch(path.stem):
        return []
    header = checked.policy.header
    folder = path.absolute().parent.name
    problems = []
    if int(path.stem) != checked.version:
        problems.append(
            Diagnostic(
                MISPLACED,
                header.version.span,
                f"the file is named {path.name}, and this is version {checked.version}",
                f"name it {checked.version}.dun, or write version {int(path.stem)}",
            )
        )
    if folder != checked.id:
        problems.append(
            Diagnostic(
                MISPLACED,
                header.id.span,
                f"the file is in the folder {folder}, and the policy is called {checked.id}",
                f"put it into {Path(checked.id, path.name)}",
            )
        )
    return problems


def without_calendar(
    checked: Checked, calendars: dict[str, BusinessCalendar]
) -> Sequence[Diagnostic]:
    """Add the calendar that a policy names to those known, or say why there is none."""
    settings = checked.policy.header.settings
    named = next((each.code for each in settings if isinstance(each, Calendar)), None)
    if named is None or named.text in calendars:
        return ()
    # The tables take a fifth of a second to load.
    from engine.io.holidays import UnknownCalendar, business_calendar  # noqa: PLC0415 - slow to import, and not every policy has a calendar

    calendar = business_calendar(named.text)
    if not isinstance(calendar, UnknownCalendar):
        calendars[named.text] = calendar
        return ()
    if calendar.country is None:
        message = f"there is no table of holidays for {named.text}"
        notes: tuple[str, ...] = ("a calendar is a country (DE), a part of one (DE-BY), or TARGET",)
    else:
        part = named.text.removeprefix(f"{calendar.country}-")
        message = f"'{part}' is no part of {calendar.country} with holidays of its own"
        notes = (_parts(calendar.country, calendar.parts),)
    return (Diagnostic(NO_CALENDAR, named.span, message, calendar.hint, notes),)


def _parts(country: str, parts: tuple[str, ...]) -> str:
    if not parts:
        return f"write {country} alone: its holidays are the same everywhere"
    shown = list(parts[:_SHOWN_PARTS])
    if len(parts) > len(shown):
        shown.append(f"{len(parts) - len(shown)} more")
    return f"the parts of {country} are {listed(shown)}"
