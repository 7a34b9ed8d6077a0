"""What happened in a simulation, for people: summed up, or the story of one case."""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dunlang.render import visible
from dunlang.suggest import listed
from engine.cli.amounts import summed
from engine.cli.show_case import consequences
from engine.cli.tables import Align, rows, show, table, width_of
from engine.cli.words import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from rich.console import Console
    from rich.table import Table

    from dunlang.plan import Plan
    from engine.cli.console import Output
    from engine.core.simulate import EventName, SimulationEvent
    from engine.services.simulations import Simulation


def show_simulation(
    out: Output, events: Sequence[SimulationEvent], asked: Simulation, plans: Sequence[Plan]
) -> None:
    """Print what happened: of one case every event, of many cases the figures.

    `plans` tell in which order stages stand.
    """
    with out.page() as console:
        if asked.case is not None:
            _story(console, events, asked)
            return
        stages = [event for event in events if event.event == "stage"]
        cases = len({event.case for event in stages})
        letters = len({letter for event in stages for letter in event.letters})
        console.print(
            f"{asked.first} to {asked.last}: {counted(len(stages), 'stage')} executed"
            f" for {counted(cases, 'case')}, {counted(letters, 'letter')}"
        )
        if not events:
            return
        order = _order(plans)
        periods = _fitting(
            asked, lambda each: width_of(_stages(stages, each, order)), console.width
        )
        if stages:
            console.print()
            show(console, _stages(stages, periods, order))
        _turns(console, events, periods)
        _held(console, events)
        _undecided(console, events)


# ------------------------------------------------------------------------ figures


@dataclass(frozen=True, slots=True)
class _Periods:
    """The columns of a table of figures."""

    every: tuple[str, ...]
    """In order, none left out."""
    of: Callable[[datetime.date], str]
    """The period of a day."""
    said: str
    """What is to be added to a heading so that the names are understood."""

    def figures(self, events: Iterable[SimulationEvent]) -> list[str]:
        """How many of these fall into each period, and in all."""
        counts = Counter(self.of(event.on) for event in events)
        figures = [f"{counts[each]:,}" if counts[each] else "-" for each in self.every]
        return [*figures, f"{counts.total():,}"] if len(self.every) > 1 else figures

    def table(self, first: str, *further: str) -> Table:
        """A table with a column for each period between others."""
        total = ("total",) if len(self.every) > 1 else ()
        figures: list[tuple[str, Align]] = [(e, "right") for e in (*self.every, *total, *further)]
        return table((f"{first}{self.said}", "left"), *figures)


def _fitting(asked: Simulation, needed: Callable[[_Periods], int], width: int) -> _Periods:
    """The shortest periods of which all stand side by side; else those that need least room."""
    choices: tuple[tuple[Callable[[datetime.date], str], str], ...] = (
        (_week, ", by week"),
        (_month, ""),
        (_quarter, ""),
        (_year, ""),
        (_decade, ""),
    )
    found = _Periods((), _decade, "")
    for of, said in choices:
        every = _every(asked, of)
        if len(every) > MOST_PERIODS or len(every) == len(found.every):
            continue
        found = _Periods(every, of, said)
        if needed(found) <= width:
            break
    return found


MOST_PERIODS = 60
"""More columns fit on no screen, however wide it says it is."""


def _week(day: datetime.date) -> str:
    return f"{day - datetime.timedelta(days=day.weekday()):%m-%d}"


def _month(day: datetime.date) -> str:
    return f"{day:%Y-%m}"


def _quarter(day: datetime.date) -> str:
    return f"{day.year} Q{(day.month + 2) // 3}"


def _year(day: datetime.date) -> str:
    return str(day.year)


def _decade(day: datetime.date) -> str:
    return f"{day.year // 10}0s"


def _every(asked: Simulation, of: Callable[[datetime.date], str]) -> tuple[str, ...]:
    """The periods of a range, in order."""
    days = range((asked.last - asked.first).days + 1)
    return tuple(dict.fromkeys(of(asked.first + datetime.timedelta(days=n)) for n in days))


def _order(plans: Sequence[Plan]) -> dict[tuple[str, str], int]:
    """Places of stages by policy and id, those of the newest version first."""
    newest_first = sorted(plans, key=lambda plan: -plan.effective)
    order: dict[tuple[str, str], int] = {}
    for plan in newest_first:
        for stage in plan.base.stages:
            order.setdefault((plan.id, stage.id), len(order))
    return order


def _stages(
    stages: Sequence[SimulationEvent],
    periods: _Periods,
    order: Mapping[tuple[str, str], int],
) -> Table:
    """How often each stage was executed, by policy and period, and the fees it charged."""
    claimed = any(event.interest is not None and event.interest.minor for event in stages)
    sums = (_fees, _interest) if claimed else (_fees,)
    made = periods.table("stages executed", *(("fees", "interest") if claimed else ("fees",)))
    policies: dict[str, dict[str, list[SimulationEvent]]] = {}
    for event in stages:
        policies.setdefault(event.policy or "", {}).setdefault(event.stage or "", []).append(event)
    for policy, groups in sorted(policies.items()):
        made.add_row(policy, style="bold")
        ladder = {stage: order.get((policy, stage), len(order)) for stage in groups}
        for stage in sorted(groups, key=lambda stage: (ladder[stage], stage)):
            group = groups[stage]
            made.add_row(f"  {stage}", *periods.figures(group), *(each(group) for each in sums))
    made.add_section()
    made.add_row("all", *periods.figures(stages), *(each(stages) for each in sums), style="bold")
    return made


def _interest(events: Iterable[SimulationEvent]) -> str:
    claims = [event.interest for event in events if event.interest is not None]
    return summed((claim for claim in claims if claim.minor), none="-")


def _fees(events: Iterable[SimulationEvent]) -> str:
    return summed((event.fee for event in events if event.fee is not None), none="-")


def _turns(console: Console, events: Sequence[SimulationEvent], periods: _Periods) -> None:
    """How many cases were settled after a reminder, and reopened."""
    words: dict[EventName, str] = {
        "settled": "settled after dunning",
        "reopened": "reopened",
        "stepped_down": "stepped down",
        "resumed": "resumed",
        "written_off": "written off",
    }
    if not any(event.event in words for event in events):
        return
    console.print()
    made = periods.table("cases")
    for kind, said in words.items():
        of_kind = [event for event in events if event.event == kind]
        if of_kind:
            made.add_row(said, *periods.figures(of_kind))
    show(console, made)


def _held(console: Console, events: Sequence[SimulationEvent]) -> None:
    """How often a stage had to wait, by reason."""
    held = [event for event in events if event.event == "held"]
    if not held:
        return
    released = Counter(event.reason for event in events if event.event == "released")
    console.print()
    made = table(("held", "text"), ("began", "right"), ("ended", "right"), ("open", "right"))
    for reason, times in Counter(event.reason for event in held).most_common():
        open_amounts = (event.open_amount for event in held if event.reason == reason)
        made.add_row(
            visible(reason or ""), f"{times:,}", f"{released[reason]:,}", summed(open_amounts)
        )
    show(console, made)


def _undecided(console: Console, events: Sequence[SimulationEvent]) -> None:
    undecided = [event for event in events if event.event == "undecided"]
    if not undecided:
        return
    console.print()
    made = table(("undecided", "text"), ("cases", "right"))
    for reason, times in Counter(event.reason for event in undecided).most_common():
        made.add_row(visible(reason or ""), f"{times:,}")
    show(console, made)


# -------------------------------------------------------------------------- story


def _story(console: Console, events: Sequence[SimulationEvent], asked: Simulation) -> None:
    """Everything that happened to one case, day by day."""
    console.print(f"{visible(asked.case or '')}, {asked.first} to {asked.last}")
    console.print()
    if not events:
        console.print("Nothing happens.")
        return
    show(console, story_rows(events))
    fees = [event.fee for event in events if event.fee is not None]
    console.print()
    owed = events[-1].open_amount
    console.print(f"fees {summed(fees, none='none')}, open at the last event {owed}")


def story_rows(events: Iterable[SimulationEvent]) -> Table:
    """A timeline: a row for each event."""
    shown = list(events)
    made = rows(10, max([9, *(len(event.event) for event in shown)]), None, None)
    for event in shown:
        made.add_row(event.on.isoformat(), event.event, event.stage or "", _details(event))
    return made


def _details(event: SimulationEvent) -> str:
    parts = []
    if event.channels:
        parts.append(f"by {listed(channel.replace('_', ' ') for channel in event.channels)}")
    if event.fee is not None and event.fee.minor:
        parts.append(f"fee {event.fee}")
    if event.tax is not None and event.tax.minor:
        parts.append(f"tax {event.tax}")
    if event.interest is not None and event.interest.minor:
        parts.append(f"interest {event.interest}")
    parts += consequences(event.suspend, event.cancel)
    if event.deadline is not None:
        parts.append(f"pay by {event.deadline}")
    if event.reason:
        parts.append(visible(event.reason))
    if event.event in ("stage", "reopened"):
        parts.append(f"{event.open_amount} open")
    return ", ".join(parts)
