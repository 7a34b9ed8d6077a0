"""What the screens of customers and invoices ask."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, cast

from engine.services.actors import Refused
from engine.services.cancelling import NO_CASE
from engine.services.case_looks import CaseLook, look_at_case
from engine.services.case_search import FoundCase, Sought, search_cases
from engine.services.case_what_if import suppose
from engine.services.decisions import NoCase
from tui.widgets.table import Page

if TYPE_CHECKING:
    from tui.areas.customers.what_if import Supposed
    from tui.backend import Backend


def found(backend: Backend, sought: Sought, after: object | None) -> Page[FoundCase] | Refused:
    """A page of cases."""
    now = backend.in_force()
    if isinstance(now, Refused):
        return now
    start = cast("int | None", after) or 0
    answer = search_cases(backend.database, backend.actor, now, sought, after=start)
    return answer if isinstance(answer, Refused) else Page(answer.cases, answer.after)


def case(backend: Backend, name: str, on: datetime.date) -> CaseLook | Refused:
    """All about a case on a day."""
    now = backend.in_force()
    if isinstance(now, Refused):
        return now
    answer = look_at_case(backend.database, backend.actor, now, name, on, backend.now())
    return Refused(NO_CASE, answer.reason, answer.hint) if isinstance(answer, NoCase) else answer


def what_if(backend: Backend, look: CaseLook, supposed: Supposed) -> CaseLook | Refused:
    """The case as it would be decided."""
    return suppose(backend.database, backend.actor, look, [supposed.row])
