"""Names of calendars and timezones."""

from __future__ import annotations

import re
import zoneinfo
from functools import cache
from typing import TYPE_CHECKING

from dunlang.countries import COUNTRIES, meant_country
from dunlang.suggest import closest

if TYPE_CHECKING:
    from dunlang.ast.expressions import Name
    from dunlang.checking.scope import Scope

_CALENDAR = re.compile(r"([A-Za-z]{2})(-[A-Za-z0-9]+)?")


@cache
def _timezones() -> frozenset[str]:
    """Names of the IANA database; empty on a machine without one."""
    return frozenset(zoneinfo.available_timezones())


def check_timezone(name: Name, scope: Scope) -> None:
    """A name of the IANA time zone database. Nothing is said where there is no database."""
    known = _timezones()
    if not known or name.text in known:
        return
    meant = closest(name.text, sorted(known)) or next(
        (zone for zone in sorted(known) if zone.rpartition("/")[2] == name.text), None
    )
    scope.report(
        "D213",
        name.span,
        f"'{name.text}' is not a timezone",
        hint=f"did you mean '{meant}'?" if meant else "",
        notes=("timezones are named by continent and city: Europe/Berlin, America/New_York, UTC",),
    )


def check_calendar(code: Name, scope: Scope) -> None:
    """A country, a country with a subdivision, or TARGET.

    Which subdivisions have holidays of their own is known to the engine, not to the language.
    """
    if code.text == "TARGET":
        return
    match = _CALENDAR.fullmatch(code.text)
    if match and match[1] in COUNTRIES:
        return
    hint = ""
    if closest(code.text, ("TARGET",)):
        hint = "did you mean 'TARGET'?"
    elif match and (country := meant_country(match[1])):
        hint = f"did you mean '{country}{(match[2] or '').upper()}'?"
    scope.report(
        "D214",
        code.span,
        f"'{code.text}' is not a calendar",
        hint=hint,
        notes=("a calendar is a country (DE), a part of one (DE-BY), or TARGET",),
    )
