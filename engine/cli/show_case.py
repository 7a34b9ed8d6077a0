"""One case on its ladder, for people."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from rich.text import Text

from dunlang.render import visible
from dunlang.suggest import listed
from engine.cli.tables import rows
from engine.cli.words import counted
from engine.core.case import NEVER
from engine.core.fees import UNREACHABLE
from engine.core.money import Money

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from engine.cli.console import Output
    from engine.core.decision import Because, Cancel, Decision
    from engine.core.place import Executed
    from engine.core.simulate import SimulationEvent
    from engine.services.decisions import CaseStory

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
        _ladder(console, story)
        if explain:
            _why(console, decision)


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


def _ladder(console: Console, story: CaseStory) -> None:
    """What was done, what is to be done, what would follow."""
    decision = story.decision
    titles = {stage.id: stage.title for stage in story.ladder}
    currency = decision.open_amount.currency
    table = rows(10, 5, None, None)
    for each in story.done:
        details = _executed(each, currency)
        table.add_row(_day(each.day), "done", each.stage, _with(titles.get(each.stage), details))
    here = decision.stage if decision.outcome == "act" else None
    if here is not None:
        table.add_row(
            Text(decision.on.isoformat(), "bold"),
            Text("now", "bold green"),
            Text(here, "bold"),
            Text(visible(_action(decision)), "bold"),
        )
    mark = "next"
    for event in story.ahead:
        if event.event == "stage":
            table.add_row(event.on.isoformat(), mark, event.stage or "", _coming(event, story))
            mark = "then"
        elif event.event == "held" and event.reason != decision.reason:
            table.add_row(event.on.isoformat(), "held", "", visible(event.reason or ""))
    stages_ahead = {each.stage or "" for each in story.ahead if each.event == "stage"}
    following = decision.next
    if following is not None and not stages_ahead:
        until = "when this is released" if here is None else "after this one"
        said = _with(titles.get(following.stage), [until])
        table.add_row(following.due.isoformat(), "next", following.stage, said)
    _rest(table, story, stages_ahead | {here or ""})
    if table.row_count:
        console.print()
        console.print(table)
        if stages_ahead:
            console.print("What comes later assumes that nothing changes and nothing is paid.")


def _coming(event: SimulationEvent, story: CaseStory) -> str:
    """What a stage would do when its day comes."""
    rung = next((each for each in story.ladder if each.id == event.stage), None)
    title = rung.title if rung else event.stage or ""
    details = [f"hand over to {rung.hand_over}"] if rung and rung.hand_over else []
    if event.channels and not (rung and rung.task):
        title += f" by {listed(channel.replace('_', ' ') for channel in event.channels)}"
    if event.fee is not None and event.fee.minor:
        details.append(f"fee {event.fee}")
    if event.interest is not None and event.interest.minor:
        details.append(f"interest {event.interest}")
    details += consequences(event.suspend, event.cancel)
    return _with(title, details)


def _rest(table: Table, story: CaseStory, coming: set[str]) -> None:
    """The stages further up the ladder for which no day can be told."""
    ids = [rung.id for rung in story.ladder]
    following = story.decision.next
    if following is not None:
        coming.add(following.stage)
    last = max((ids.index(stage) for stage in coming if stage in ids), default=-1)
    done = [each.stage for each in story.done if each.stage in ids]
    after = ids.index(done[-1]) if done else -1
    for number, rung in enumerate(story.ladder):
        if number > after and rung.id not in coming and story.decision.outcome != "settled":
            passed = "is passed over as things stand" if number < last else ""
            why = "is left out for this case" if rung.skipped else passed
            table.add_row("", "", rung.id, _with(rung.title, [why]), style="dim")


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


def _why(console: Console, decision: Decision) -> None:
    """The lines of the policy that mattered, by file."""
    if not decision.because:
        return
    file = None
    table = rows(6, None)
    for because in decision.because:
        if because.file != file:
            file = because.file
            if table.row_count:
                console.print(table)
            console.print()
            console.print(Text(f"Why, in {visible(file)}:", style="bold"))
            table = rows(6, None)
        table.add_row(Text(f"{because.line:>6}", "blue"), visible(because.text))
        table.add_row("", _verdict(because))
    console.print(table)


def _verdict(because: Because) -> Text:
    style = {"holds": "green", "does not hold": "dim"}.get(because.verdict, "yellow")
    text = Text(f"-> {visible(because.verdict)}", style=style)
    if because.values:
        values = ", ".join(f"{name} = {value}" for name, value in because.values)
        text.append(f"  ({visible(values)})", style="dim")
    return text
