"""What changed between two versions of a policy, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dunlang.render import visible
from engine.cli.amounts import summed
from engine.cli.tables import show, table
from engine.cli.words import counted
from engine.core.money import Money
from engine.services.words import OUTCOMES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console

    from dunlang.comparing.compare import Change
    from dunlang.comparing.settings import Said
    from engine.cli.console import Output
    from engine.core.decision import Decision
    from engine.services.comparing import Difference, Effect, Step


def show_difference(out: Output, found: Difference, effect: Effect | None, *, text: bool) -> None:
    """Print what changed, with the lines on both sides; and whom it moves."""
    from rich.text import Text

    with out.page() as console:
        old, new = found.old, found.new
        names = f"{old.id} version {old.version}", f"{new.id} version {new.version}"
        changes = found.of_cases
        told = counted(len(changes), "change") if changes else "no change in meaning"
        console.print(f"{names[0]} -> {names[1]}: {told}")
        for change in changes:
            console.print()
            for line, style in _lines(change, found):
                console.print(Text(line, style=style), soft_wrap=True)
        if found.of_checks:
            console.print()
            console.print("examples and guarantees")
            for change in found.of_checks:
                console.print(f"  {change.kind:8} {visible(change.setting)}", soft_wrap=True)
        if text:
            console.print()
            for line in found.text.splitlines():
                console.print(Text(visible(line)), soft_wrap=True)
        if effect is not None:
            console.print()
            _effect(console, effect)


def _lines(change: Change, found: Difference) -> Iterable[tuple[str, str]]:
    """A change as lines, each with its style."""
    place = f"{change.where}: " if change.where else ""
    yield visible(f"{place}{change.setting} {change.kind}"), "bold"
    if change.kind == "moved" and change.old and change.new:
        yield visible(f"  was {change.old.text}, is {change.new.text}"), ""
        return
    for sign, said, style in (("-", change.old, "red"), ("+", change.new, "green")):
        if said is not None:
            first, *rest = said.text.splitlines()
            yield f"  {sign} {visible(first)}{_where(said, found)}", style
            for line in rest:
                yield f"  {sign} {visible(line)}", style


def _where(said: Said, found: Difference) -> str:
    """At the end of a line: where it stands."""
    if said.span is None:
        return "   (nothing is said)"
    own = {each.policy.span.source for each in (found.old, found.new)}
    file = "" if said.span.source in own else f"{visible(said.span.source.name)} "
    return f"   ({file}line {said.span.line})"


def _effect(console: Console, effect: Effect) -> None:
    moved = sum(each.cases for each in effect.moves.values())
    of = counted(effect.cases, "open case")
    console.print(f"on {effect.on}, of {of} that either version decides:")
    console.print(
        f"{moved:,} have another next action; it comes earlier for {effect.earlier:,}"
        f" and later for {effect.later:,}"
    )
    if effect.otherwise:
        said = counted(effect.otherwise, "case")
        console.print(f"{said} more with another fee, channel, deadline or reason")
    if not moved:
        return
    console.print()
    made = table(("next was", "text"), ("is", "text"), ("cases", "right"), ("open", "right"))
    for move, each in sorted(effect.moves.items(), key=lambda pair: (-pair[1].cases, str(pair[0]))):
        amounts = summed(Money(minor, code) for code, minor in each.amounts.items())
        made.add_row(_step(move.old), _step(move.new), f"{each.cases:,}", amounts)
    show(console, made)
    console.print()
    made = table(
        ("case", "left"), ("customer", "left"), ("open", "right"), ("was", "text"), ("is", "text")
    )
    for old, new in effect.examples:
        either = new or old
        if either is not None:
            who = visible(either.case), visible(either.customer), str(either.open_amount)
            made.add_row(*who, _told(old), _told(new))
    show(console, made)
    if moved > len(effect.examples):
        console.print(f"the first {len(effect.examples)} of {moved:,}")


def _step(step: Step) -> str:
    said = "settled" if step.outcome == "settled" else OUTCOMES[step.outcome]
    return f"{said}: {step.stage}" if step.stage else said


def _told(decision: Decision | None) -> str:
    from engine.services.comparing import next_day, step_of

    said, day = _step(step_of(decision)), next_day(decision)
    return f"{said} {day}" if day is not None else said
