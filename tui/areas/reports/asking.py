"""What the screen of reports asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.services.actors import Refused
from tui.areas.reports.done import effectiveness_view, fees_view
from tui.areas.reports.owed import ageing_view, exposure_view

if TYPE_CHECKING:
    from engine.services.reports.apart import ReportsApart
    from engine.services.reports.asked import Asked, Made
    from tui.areas.reports.view import Breakdown, View
    from tui.backend import Backend
    from tui.frame.jobs import Job

_VIEWS = {
    "ageing": ageing_view,
    "exposure": exposure_view,
    "fees": fees_view,
    "effectiveness": effectiveness_view,
}


def report(
    backend: Backend, apart: ReportsApart, asked: Asked, breakdown: Breakdown, job: Job
) -> View | Refused:
    """A report as it is shown. Raises StoreError."""
    made = apart.make(backend.database, backend.actor, asked, job.tell, lambda: job.is_cancelled)
    return made if isinstance(made, Refused) else shown(made, breakdown)


def shown(made: Made, breakdown: Breakdown) -> View:
    """A report that was made, broken down as it is wanted."""
    return _VIEWS[made.asked.name](made, breakdown)
