"""A report as one asks for it by name, over a store, and the forms in which it is given."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias, cast

from engine.io.output import write_text
from engine.services.actors import Refused
from engine.services.reports.ageing import Ageing, ageing
from engine.services.reports.done import USUAL as USUAL_DONE
from engine.services.reports.done import ByDone, Period
from engine.services.reports.effectiveness import Effectiveness, effectiveness
from engine.services.reports.exposure import USUAL as USUAL_EXPOSURE
from engine.services.reports.exposure import Exposure, exposure
from engine.services.reports.fees import Fees, fees
from engine.services.reports.page import page
from engine.services.reports.plain import (
    AGEING_TERMS,
    EXPOSURE_TERMS,
    TOP,
    ageing_rows,
    exposure_rows,
    plain_ageing,
    plain_exposure,
)
from engine.services.reports.plain_done import (
    EFFECTIVENESS_TERMS,
    FEES_TERMS,
    effectiveness_rows,
    fees_rows,
    plain_effectiveness,
    plain_fees,
)
from engine.services.reports.reading import of_store
from engine.services.reports.sheets_done import effectiveness_shown, fees_shown
from engine.services.reports.sheets_owed import ageing_shown, exposure_shown
from engine.store.ledger import all_customers

if TYPE_CHECKING:
    from pathlib import Path

    from engine.core.debtor import Debtor
    from engine.services.actors import Actor
    from engine.services.plain import Plain
    from engine.services.reports.groups import By
    from engine.services.reports.head import Head
    from engine.services.reports.plain import Rows
    from engine.services.reports.sheets import Shown
    from engine.services.stored_company import InForce
    from engine.store.database import Database

Name: TypeAlias = Literal["ageing", "exposure", "fees", "effectiveness"]
Form: TypeAlias = Literal["csv", "json", "html"]
Found: TypeAlias = Ageing | Exposure | Fees | Effectiveness
OUTSIDE = "M001"
"""The code of what a file system refused."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which report, of which day, by what."""

    name: Name
    on: datetime.date
    by: tuple[str, ...] = ()
    """Empty: what is usual for the report."""
    period: Period = field(default_factory=Period)
    """Only for fees and effectiveness."""


@dataclass(frozen=True, slots=True)
class Made:
    """A report, and what it says about itself."""

    asked: Asked
    found: Found
    head: Head
    ladders: Mapping[str, tuple[str, ...]]
    """The stages of each policy in the order of its ladder, as they are on the day."""
    names: Mapping[str, str]
    """What customers are called, by id, in a report by customer."""


def make(
    database: Database,
    actor: Actor,
    now: InForce,
    asked: Asked,
    progress: Callable[[int], None] | None = None,
) -> Made | Refused:
    """Make a report over a store. Raises StoreError.

    `progress` is told after each debtor how many were counted.
    """

    def work(debtors: Iterable[Debtor]) -> Found:
        return _counted(asked, debtors if progress is None else _told(debtors, progress))

    answer = of_store(database, actor, now, asked.on, None, work)
    if isinstance(answer, Refused):
        return answer
    versions = now.together.in_force(asked.on.toordinal())
    ladders = {
        each.plan.id: tuple(stage.id for stage in each.plan.base.stages) for each in versions
    }
    return Made(asked, *answer, ladders, _names(database) if "customer" in asked.by else {})


def _names(database: Database) -> dict[str, str]:
    with database.reading() as connection:
        return {name: shown for _, name, shown in all_customers(connection) if shown}


def _told(debtors: Iterable[Debtor], progress: Callable[[int], None]) -> Iterator[Debtor]:
    for number, debtor in enumerate(debtors, start=1):
        yield debtor
        progress(number)


def _counted(asked: Asked, debtors: Iterable[Debtor]) -> Found:
    on, owed_by = asked.on, cast("tuple[By, ...]", asked.by)
    done_by = cast("tuple[ByDone, ...]", asked.by) or USUAL_DONE
    match asked.name:
        case "ageing":
            return ageing(debtors, on, by=owed_by)
        case "exposure":
            return exposure(debtors, on, owed_by or USUAL_EXPOSURE)
        case "fees":
            return fees(debtors, on, asked.period, done_by)
        case "effectiveness":
            return effectiveness(debtors, on, asked.period, by=done_by)


# ---------------------------------------------------------------------------------------- forms


@dataclass(frozen=True, slots=True)
class _Forms:
    """A report in every form in which it can be given."""

    terms: Mapping[str, str]
    """What its words mean."""
    plain: Callable[[], Plain]
    rows: Callable[[], Rows]
    shown: Callable[[], Shown]


def terms_of(made: Made) -> Mapping[str, str]:
    """What the words of a report mean."""
    return _forms(made).terms


def text_of(made: Made, form: Form, top: int = TOP) -> str:
    """A report as a text: of CSV with all groups, of JSON or HTML with the largest ones."""
    forms = _forms(made, top)
    match form:
        case "csv":
            return forms.rows().csv
        case "json":
            return json.dumps(forms.plain(), ensure_ascii=False) + "\n"
        case "html":
            return page(forms.shown(), made.head, forms.terms)


def write_report(made: Made, form: Form, file: Path) -> Refused | None:
    """Write a report to a file, all of it or nothing; why not, if it cannot be written."""
    try:
        write_text(file, text_of(made, form))
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        return Refused(OUTSIDE, f"cannot write {file}: {why}", "name another file")
    return None


def _forms(made: Made, top: int = TOP) -> _Forms:
    found, head, on = made.found, made.head, made.asked.on
    match found:
        case Ageing():
            return _Forms(
                AGEING_TERMS,
                lambda: plain_ageing(found, head, top),
                lambda: ageing_rows(found),
                lambda: ageing_shown(found, on, top),
            )
        case Exposure():
            return _Forms(
                EXPOSURE_TERMS,
                lambda: plain_exposure(found, head, top),
                lambda: exposure_rows(found),
                lambda: exposure_shown(found, on, top),
            )
        case Fees():
            return _Forms(
                FEES_TERMS,
                lambda: plain_fees(found, head, top),
                lambda: fees_rows(found),
                lambda: fees_shown(found, on, top),
            )
        case Effectiveness():
            return _Forms(
                EFFECTIVENESS_TERMS,
                lambda: plain_effectiveness(found, head, top),
                lambda: effectiveness_rows(found),
                lambda: effectiveness_shown(found, on, top),
            )
