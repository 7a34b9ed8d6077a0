"""Stages that a version drops, and where the cases that stand there go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dunlang.ast.policy import RunningCases
from dunlang.ast.stages import Replaces
from dunlang.diagnostics import Diagnostic
from dunlang.suggest import closest, listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dunlang.checking.checked import Checked


def dropped_stages(versions: Sequence[Checked]) -> Iterator[Diagnostic]:
    """Of the versions of one policy, in order: stages whose cases a later one leaves nowhere.

    A case may stand at a stage of any earlier version: it is looked at when something is due.
    """
    stages: dict[str, Checked] = {}
    for checked in versions:
        taken = _replaced(checked)
        gone = [name for name in stages if name not in checked.stages and name not in taken]
        if gone and not _stays(checked):
            header = checked.policy.header
            first = stages[gone[0]]
            near = closest(gone[0], [name for name in checked.stages if name not in stages])
            yield Diagnostic(
                "D124",
                header.id.span.to(header.version.span),
                f"version {checked.version} takes over cases that stand at {listed(gone)},"
                f" and has no such {'stage' if len(gone) == 1 else 'stages'}",
                hint=f"write 'replaces {gone[0]}' in stage {near}"
                if near
                else f"write 'replaces {gone[0]}' in the stage that takes its place",
                notes=("or leave the cases as they are: running cases stay with their version",),
                related=(
                    (first.stages[gone[0]].id.span, f"in version {first.version} they stand here"),
                ),
            )
        stages.update(dict.fromkeys(checked.stages, checked))


def _replaced(checked: Checked) -> set[str]:
    """Former stages of this policy whose cases a version takes over by name."""
    return {
        old.stage
        for stage in checked.stages.values()
        for clause in stage.clauses
        if isinstance(clause, Replaces)
        for old in clause.stages
        if old.policy in {None, checked.id}
    }


def _stays(checked: Checked) -> bool:
    settings = checked.policy.header.settings
    return any(
        isinstance(setting, RunningCases) and setting.how == "stay with their version"
        for setting in settings
    )
