"""The ladder of a policy that extends another: stages replaced, moved, left out, added."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dunlang.ast.policy import WithoutStage
from dunlang.ast.stages import Stage
from dunlang.diagnostics import Diagnostic
from dunlang.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dunlang.ast.examples import Example
    from dunlang.ast.expressions import Name
    from dunlang.ast.policy import Item, Policy
    from dunlang.source import Span

UNKNOWN = "D106"
NO_BASE = "D155"
CONTRADICTION = "D156"


def changed_ladder(base: Policy, own: Policy) -> tuple[list[Stage], list[Diagnostic]]:
    """The stages of a composed policy with the changes of one that extends it, in order."""
    problems: list[Diagnostic] = []
    ladder = [item for item in base.items if isinstance(item, Stage)]
    ladder = _left_out(ladder, own, problems)
    seen: set[str] = set()
    for stage in own.items:
        if not isinstance(stage, Stage):
            continue
        known = [each.id.text for each in ladder]
        at = known.index(stage.id.text) if stage.id.text in known else None
        if stage.id.text in seen:
            ladder.append(replace(stage, after=None))  # twice in one text: the checker says so
            continue
        seen.add(stage.id.text)
        written = _written(stage, ladder[at] if at is not None else None)
        if at is not None:
            del ladder[at]
        place = len(ladder) if at is None else at
        if stage.after is not None:
            known = [each.id.text for each in ladder]
            if stage.after.text in known:
                place = known.index(stage.after.text) + 1
            else:
                problems.append(_unknown(stage.after, known, moved=stage.id.text))
        ladder.insert(place, written)
    return ladder, problems


def without_base(policy: Policy) -> tuple[Policy, list[Diagnostic]]:
    """A policy that extends no other, where nothing can be left out or moved."""
    problems: list[Diagnostic] = []
    items: list[Item | Example] = []
    for item in policy.items:
        if isinstance(item, WithoutStage):
            problems.append(_no_base(item.span, "there is no stage to leave out"))
        elif isinstance(item, Stage) and item.after is not None:
            problems.append(_no_base(item.after.span, "the stages stand in their order already"))
            items.append(replace(item, after=None))
        else:
            items.append(item)
    return (replace(policy, items=tuple(items)) if problems else policy), problems


def _left_out(ladder: list[Stage], own: Policy, problems: list[Diagnostic]) -> list[Stage]:
    known = [stage.id.text for stage in ladder]
    written = {item.id.text: item.id for item in own.items if isinstance(item, Stage)}
    gone: dict[str, Name] = {}
    for item in own.items:
        if not isinstance(item, WithoutStage):
            continue
        name = item.stage
        first = gone.setdefault(name.text, name)
        if first is not name:
            problems.append(_contradiction(name, "is left out twice", first))
        elif name.text not in known:
            problems.append(_unknown(name, known))
        elif name.text in written:
            message = "is left out, and written again"
            problems.append(_contradiction(name, message, written[name.text]))
    return [stage for stage in ladder if stage.id.text not in gone]


def _written(stage: Stage, inherited: Stage | None) -> Stage:
    """The stage as it stands in the new ladder; one without a line of its own is only moved."""
    if inherited is not None and stage.after is not None and not stage.clauses:
        return replace(inherited, title=stage.title or inherited.title)
    return replace(stage, after=None)


def _unknown(name: Name, ladder: Sequence[str], moved: str = "") -> Diagnostic:
    if name.text == moved:
        message = f"stage '{moved}' cannot stand after itself"
        return Diagnostic(UNKNOWN, name.span, message, "write another stage of the ladder")
    return Diagnostic(
        UNKNOWN,
        name.span,
        f"there is no stage '{name.text}'",
        did_you_mean(name.text, ladder),
        (f"the ladder is {', '.join(ladder)}",) if ladder else (),
    )


def _no_base(span: Span, why: str) -> Diagnostic:
    message = f"this policy extends no other: {why}"
    return Diagnostic(NO_BASE, span, message, "add 'extends NAME version 1' to the header")


def _contradiction(name: Name, message: str, other: Name) -> Diagnostic:
    return Diagnostic(
        CONTRADICTION,
        name.span,
        f"stage '{name.text}' {message}",
        "write one of the two",
        related=((other.span, "the other line"),),
    )
