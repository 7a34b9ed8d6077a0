"""One case on its ladder, for people."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.text import Text

from dunlang.render import visible
from dunlang.suggest import listed
from engine.cli.tables import rows, show
from engine.cli.words import counted
from engine.core.case import NEVER
from engine.core.fees import UNREACHABLE
from engine.core.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console

    from engine.cli.console import Output
    from engine.core.decision import Because, Cancel, Decision
    from engine.core.place import Executed
    from engine.core.simulate import SimulationEvent
    from engine.services.case_story import CaseStory

_MODES = {
    "send": "",
    "finalize": "finalized, to be sent by hand",
    "draft": "as a draft",
    "suggest": "suggested only",
}


def show_story(out: Output, story: CaseStory, *, explain: bool) -> None:
    """Print a case: who owes what, what is to be done, the ladder, and why if asked for."""
    with out.page() as console:
        decision = story.decision
        _heading(console, story)
        console.print()
        console.print(Text(visible(answer(decision)), style="bold"))
        if decision.problems:
            console.print(f"  {visible(_obstacle(decision))}")
        for each in story.suspended:
            console.print(f"  Suspended since {each.since}: {visible(each.what)}.")
        _ladder(console, story)
        if explain:
            show_why(console, decision)


def _obstacle(decision: Decision) -> str:
    """What stands in the way of an action."""
    problems = [problem for problem in decision.problems if problem != UNREACHABLE]
    if len(problems) < len(decision.problems):
        return f"Nothing can be sent: {listed(problems)}."
    return f"Left out: {listed(problems)}."


def _heading(console: Console, story: CaseStory) -> None:
    decision, facts = story.decision, story.facts
    who = f"{story.name} ({decision.customer})" if story.name else decision.customer
    owed = f"{decision.open_amount} open"
    if facts.original != facts.open:
        owed += f" of {Money(facts.original, decision.open_amount.currency)}"
    console.print(f"{visible(decision.case)}  {visible(who)}  {owed}")
    overdue = decision.on.toordinal() - facts.due
    late = f", {counted(overdue, 'day')} overdue" if overdue > 0 else ", not overdue"
    late = late if facts.open > 0 else ", nothing open"
    due = datetime.date.fromordinal(facts.due)
    policy = f"  {decision.policy} version {decision.version}" if decision.policy else ""
    console.print(f"due {due}{late} on {decision.on}{policy}")


def answer(decision: Decision) -> str:
    """What a decision says, in one sentence."""
    reason = decision.reason or ""
    match decision.outcome:
        case "act":
            return f"{decision.on}: {_action(decision)}"
        case "settled":
            claimed = decision.interest
            also = f" Interest of {claimed} was claimed today." if claimed else ""
            return f"Settled: nothing is open.{also}"
        case "no_policy":
            return f"Left alone: {reason}."
        case "excluded":
            return f"Taken out of dunning: {reason}."
        case "held":
            return f"Held: {reason}."
        case "not_due":
            return "Nothing to do yet: the ladder has not begun."
        case "waiting":
            return f"Nothing to do on {decision.on}."
        case "no_stage_left":
            return "Nothing left to do: the ladder is at its end."
        case "undecided":
            return f"Cannot be decided: {reason}."


def _action(decision: Decision) -> str:
    parts = [decision.title or decision.stage or ""]
    if decision.hand_over:
        parts.append(f"hand over to {decision.hand_over}")
    if decision.task:
        parts.append(f"task: {decision.task}")
    if decision.channels:
        parts[-1] += f" by {listed(channel.replace('_', ' ') for channel in decision.channels)}"
    if decision.fee is not None and decision.fee.minor:
        parts.append(f"fee {decision.fee}")
    if decision.tax is not None and decision.tax.minor:
        parts.append(f"tax {decision.tax}")
    if decision.interest is not None and decision.interest.minor:
        parts.append(f"interest {decision.interest}")
    parts += consequences(decision.suspend, decision.cancel)
    if decision.write_off:
        parts.append("write off")
    if decision.deadline is not None:
        parts.append(f"pay by {decision.deadline}")
    mode = _MODES.get(decision.mode or "send", "")
    if mode:
        parts.append(mode)
    if decision.approval:
        parts.append(f"needs approval by {decision.approval}")
    if decision.due is not None and decision.due < decision.on:
        parts.append(f"due since {decision.due}")
    return ", ".join(parts)


def consequences(suspend: str | None, cancel: Cancel | None) -> list[str]:
    """What a stage suspends and cancels, in words."""
    said = [f"suspend {suspend}"] if suspend else []
    if cancel is not None:
        when = f"on {cancel.on}" if cancel.on else "on a day that nobody knows"
        said.append(f"cancel {cancel.text} {when}")
    return said


# ----------------------------------------------------------------------- ladder


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of the ladder: day, what about it, stage, details."""

    cells: tuple[str, str, str, str]
    style: str = ""


def _ladder(console: Console, story: CaseStory) -> None:
    """What was done, what is to be done, what would follow."""
    titles = {stage.id: stage.title for stage in story.ladder}
    currency = story.decision.open_amount.currency
    table = rows(10, 5, None, None)
    for each in story.done:
        details = _with(titles.get(each.stage), _executed(each, currency))
        table.add_row(_day(each.day), "done", each.stage, details)
    for row in _in_order([*_now(story), *_ahead(story)], story):
        day, mark, stage, details = row.cells
        shown = Text(mark, "bold green" if mark == "now" else "")
        table.add_row(day, shown, stage, details, style=row.style)
    if table.row_count:
        console.print()
        show(console, table)
        if any(event.event == "stage" for event in story.ahead):
            console.print("What comes later assumes that nothing changes and nothing is paid.")
        if story.no_further:
            console.print(f"{story.no_further[:1].upper()}{story.no_further[1:]}.")


def _now(story: CaseStory) -> Iterator[_Row]:
    decision = story.decision
    if decision.outcome == "act":
        cells = (decision.on.isoformat(), "now", decision.stage or "", visible(_action(decision)))
        yield _Row(cells, "bold")


def _ahead(story: CaseStory) -> Iterator[_Row]:
    """The stages of which the day can be told, and what holds them up."""
    decision, following = story.decision, story.decision.next
    if following is not None and not any(event.event == "stage" for event in story.ahead):
        title = next((each.title for each in story.ladder if each.id == following.stage), None)
        when = "after this one" if decision.outcome == "act" else "when this is released"
        yield _Row((following.due.isoformat(), "next", following.stage, _with(title, [when])))
    mark = "next"
    for event in story.ahead:
        if event.event == "stage":
            yield _Row((event.on.isoformat(), mark, event.stage or "", _coming(event, story)))
            mark = "then"
        elif event.event == "held" and event.reason != decision.reason:
            yield _Row((event.on.isoformat(), "held", "", visible(event.reason or "")))


def _in_order(coming: Sequence[_Row], story: CaseStory) -> Sequence[_Row]:
    """The coming stages, and those for which no day can be told at their place on the ladder."""
    ids = [rung.id for rung in story.ladder]
    numbers = {stage: number for number, stage in enumerate(ids)}
    dated = {row.cells[2] for row in coming}
    last = max((numbers.get(stage, -1) for stage in dated), default=-1)
    done = [numbers[each.stage] for each in story.done if each.stage in numbers]
    first = done[-1] + 1 if done else 0
    found = list(coming)
    for number, rung in enumerate(story.ladder):
        if number < first or rung.id in dated or story.decision.outcome == "settled":
            continue
        passed = "is passed over as things stand" if number < last else ""
        why = "is left out for this case" if rung.skipped else passed
        later = (at for at, row in enumerate(found) if numbers.get(row.cells[2], -1) > number)
        row = _Row(("", "", rung.id, _with(rung.title, [why])), "dim")
        found.insert(next(later, len(found)), row)
    return found


def _coming(event: SimulationEvent, story: CaseStory) -> str:
    """What a stage would do when its day comes."""
    rung = next((each for each in story.ladder if each.id == event.stage), None)
    title = rung.title if rung else event.stage or ""
    details = [f"hand over to {rung.hand_over}"] if rung and rung.hand_over else []
    if event.channels and not (rung and rung.task):
        title += f" by {listed(channel.replace('_', ' ') for channel in event.channels)}"
    if event.fee is not None and event.fee.minor:
        details.append(f"fee {event.fee}")
    if event.tax is not None and event.tax.minor:
        details.append(f"tax {event.tax}")
    if event.interest is not None and event.interest.minor:
        details.append(f"interest {event.interest}")
    details += consequences(event.suspend, event.cancel)
    if rung and rung.write_off:
        details.append("write off")
    return _with(title, details)


def _executed(done: Executed, currency: str) -> list[str]:
    details = [f"fee {Money(done.fee, currency)}"] if done.fee else []
    if done.interest:
        details.append(f"interest {Money(done.interest, currency)}")
    if done.deadline != NEVER:
        details.append(f"pay by {_day(done.deadline)}")
    return details


def _with(title: str | None, details: list[str]) -> str:
    return visible(", ".join(part for part in (title, *details) if part))


def _day(day: int) -> str:
    return datetime.date.fromordinal(day).isoformat()


# ------------------------------------------------------------------ explanation


def show_why(console: Console, decision: Decision) -> None:
    """The lines of the policy that mattered, by file."""
    if not decision.because:
        return
    file = None
    table = rows(6, None)
    for because in decision.because:
        if because.file != file:
            file = because.file
            if table.row_count:
                show(console, table)
            console.print()
            console.print(Text(f"Why, in {visible(file)}:", style="bold"))
            table = rows(6, None)
        table.add_row(Text(f"{because.line:>6}", "blue"), visible(because.text))
        table.add_row("", _verdict(because))
    show(console, table)


def _verdict(because: Because) -> Text:
    style = {"holds": "green", "does not hold": "dim"}.get(because.verdict, "yellow")
    text = Text(f"-> {visible(because.verdict)}", style=style)
    if because.values:
        values = ", ".join(f"{name} = {value}" for name, value in because.values)
        text.append(f"  ({visible(values)})", style="dim")
    return text
