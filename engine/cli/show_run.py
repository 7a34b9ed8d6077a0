"""A run for people: what it proposes, what was performed, what waits for whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dunlang.render import visible
from engine.cli.amounts import summed
from engine.cli.tables import show, table
from engine.cli.words import counted
from engine.services.plain import money_of
from engine.services.run_sums import ways

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from rich.console import Console

    from engine.cli.console import Output
    from engine.services.executing import Execution
    from engine.services.proposing import Proposal
    from engine.services.run_lists import RunShown
    from engine.services.run_sums import RunSums
    from engine.store.runs import Action, Run

LISTED = 20
"""So many cases are listed one by one; of more the first."""

_OUTCOMES = {
    "waiting": "waiting for the next stage",
    "not_due": "not due yet",
    "held": "held by the policy",
    "excluded": "taken out of dunning",
    "no_stage_left": "at the end of the ladder",
    "no_policy": "under no policy",
    "undecided": "that cannot be decided",
}


# ------------------------------------------------------------------------------------ proposed


def show_proposal(out: Output, proposal: Proposal, sums: RunSums) -> None:
    """Print what a run has to do, and say what comes next."""
    run = proposal.run
    with out.page() as console:
        if sums.groups:
            _groups(console, run, sums)
        elif not sums.blocked:
            console.print(f"Nothing is to be done on {run.day}.")
        for line in _counts(proposal.states, sums):
            console.print(line)
    if not proposal.states and not sums.groups:
        _say_why_nothing(out, run, sums)
    undecided = run.outcomes.get("undecided", 0)
    if undecided:
        out.say(f"{counted(undecided, 'case')} cannot be decided:")
        _some(out, run.undecided, undecided)
    fresh = proposal.new == sum(proposal.states.values())
    if not fresh or proposal.changed or proposal.withdrawn:
        out.say(
            f"since it was proposed before: {proposal.new:,} new, {proposal.changed:,} changed,"
            f" {proposal.withdrawn:,} withdrawn"
        )
    if proposal.over:
        verb = "is" if proposal.over == 1 else "are"
        out.say(
            f"{counted(proposal.over, 'suspension')} {verb} over:"
            " 'dun run --execute' puts on the worklist what somebody has to resume"
        )
    what_next(out, sums)


def _groups(console: Console, run: Run, sums: RunSums) -> None:
    made = table(
        ("policy", "left"),
        ("stage", "left"),
        ("by", "text"),
        ("actions", "right"),
        ("open", "right"),
        ("fees", "right"),
        title=f"To be done on {run.day}",
    )
    for group in sums.groups:
        made.add_row(
            group.policy,
            group.stage,
            ", ".join(group.by) or "-",
            f"{group.actions:,}",
            summed(group.open_amounts),
            summed(group.fees, none="-"),
        )
    show(console, made)
    console.print()


def _counts(states: Mapping[str, int], sums: RunSums) -> Iterable[str]:
    """What does not go out by itself, and what it needs."""
    for role, count in sums.approvals.items():
        yield f"{_wait(count)} for approval by {role}"
    if sums.releases:
        yield f"{_wait(sums.releases)} for release"
    for reason, count in sums.blocked.items():
        yield f"{count:,} blocked: {visible(reason)}"
    for state in ("held", "dropped"):
        if states.get(state):
            yield f"{states[state]:,} {state}"


def _wait(count: int) -> str:
    return f"{count:,} {'waits' if count == 1 else 'wait'}"


def _say_why_nothing(out: Output, run: Run, sums: RunSums) -> None:
    if sums.idle:
        out.say(sums.idle)
    standing = [
        f"{counted(count, 'case')} {_OUTCOMES.get(outcome, outcome)}"
        for outcome, count in run.outcomes.items()
        if outcome != "act"
    ]
    out.say(", ".join(standing) if standing else "no case is open")


def _some(out: Output, cases: Sequence[Sequence[str]], total: int) -> None:
    """Some cases with what is to be said of them."""
    for case, reason in cases[:LISTED]:
        out.say(f"  {visible(case)}: {visible(reason)}")
    if total > LISTED:
        out.say(f"  and {total - LISTED:,} more")


def what_next(out: Output, sums: RunSums) -> None:
    """Say what a person can do now."""
    if sums.approvals:
        out.say("'dun run approve CASE...' approves, by who may")
    if sums.releases:
        out.say("'dun run release CASE...' lets go what does not go out by itself")
    if sums.ready:
        ready = the_ready(sums.ready)
        out.say(f"'dun run show' lists them; 'dun run --execute' performs {ready}")


def the_ready(count: int) -> str:
    """What would be performed, as a part of a sentence."""
    return "the one that is ready" if count == 1 else f"the {count:,} that are ready"


# ----------------------------------------------------------------------------------- performed


def show_execution(
    out: Output, result: Execution, sums: RunSums, folder: Path, today: datetime.date
) -> None:
    """Print what was performed and what was not, and say why."""
    out.result(f"{counted(len(result.performed), 'action')} performed\n")
    if result.withdrawn:
        out.result(f"{len(result.withdrawn):,} withdrawn, as the facts changed\n")
    if result.failed:
        out.result(f"{len(result.failed):,} failed\n")
    if result.resumed:
        out.result(f"{counted(len(result.resumed), 'suspension')} ended\n")
    if result.withdrawn:
        out.say("withdrawn:")
        _some(out, result.withdrawn, len(result.withdrawn))
        day = max(result.run.day, today)
        out.say(f"'dun run --on {day}' proposes what is due for them now, if anything")
    if result.failed:
        out.say("failed:")
        _some(out, result.failed, len(result.failed))
        out.say("nothing is lost: 'dun run --execute' tries them again")
    if result.performed:
        out.say(f"letters are in {visible(str(folder))}, tasks in 'dun worklist'")
    if result.resumed:
        out.say("no longer suspended; 'dun worklist' says what somebody has to resume:")
        _some(out, result.resumed, len(result.resumed))
    if result.elsewhere:
        what = counted(result.elsewhere, "delivery", "deliveries")
        out.say(f"{what} begun by another worker, who is still at it")
    for line in _counts(result.states, sums):
        out.say(line)
    what_next(out, sums)


# --------------------------------------------------------------------------------------- lists


def show_runs(out: Output, found: Sequence[tuple[Run, Mapping[str, int]]]) -> None:
    """Print runs, one a line."""
    with out.page() as console:
        made = table(
            ("run", "left"),
            ("state", "left"),
            ("proposed", "left"),
            ("performed", "left"),
            ("actions", "text"),
        )
        for run, states in found:
            performed = ""
            if run.executed_at is not None:
                performed = f"{run.executed_at.date()} {visible(run.executed_by or '')}"
            made.add_row(
                str(run.day),
                run.state,
                f"{run.proposed_at.date()} {visible(run.proposed_by)}",
                performed,
                _in_states(states),
            )
        show(console, made)


def _in_states(states: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {state}" for state, count in sorted(states.items())) or "none"


def show_actions(out: Output, shown: RunShown) -> None:
    """Print a run, and a page of its actions."""
    run = shown.run
    with out.page() as console:
        console.print(
            f"The run of {run.day}, proposed by {visible(run.proposed_by)}"
            f" on {run.proposed_at:%Y-%m-%d %H:%M} UTC: {_in_states(shown.states)}"
        )
        if shown.actions:
            console.print()
            _actions(console, shown.actions)


def _actions(console: Console, actions: Sequence[Action]) -> None:
    made = table(
        ("case", "left"),
        ("customer", "left"),
        ("stage", "left"),
        ("by", "text"),
        ("open", "right"),
        ("fee", "right"),
        ("interest", "right"),
        ("", "text"),
    )
    for action in actions:
        made.add_row(
            visible(action.case),
            visible(action.customer),
            action.stage,
            ", ".join(ways(action)) or "-",
            _amount(action, "open_amount"),
            _amount(action, "fee"),
            _amount(action, "interest"),
            visible(standing(action)),
        )
    show(console, made)


def _amount(action: Action, name: str) -> str:
    money = money_of(action.decision[name])
    return str(money) if money is not None and money.minor else "-"


def standing(action: Action) -> str:
    """How an action stands: what it waits for, or its state and why."""
    if action.state == "proposed":
        return f"waits for {action.waits_for}" if action.waits_for else "ready"
    state = "being performed" if action.state == "begun" else action.state
    return f"{state}: {action.reason}" if action.reason else state
