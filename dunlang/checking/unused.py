"""What a policy declares and never asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dunlang.builtins import FACTS

if TYPE_CHECKING:
    from dunlang.checking.scope import Scope


_OUT = "leave the line out, or use it in a rule"


def check_unused(scope: Scope) -> None:
    """Warn of segments and facts that nothing looks at.

    Says nothing while lines are broken: the use may stand in one of them. What another text
    declares may be used there or by others.
    """
    if scope.lost.lines:
        return
    own = scope.policy.span.source
    for name, segment in scope.segments.items():
        if name not in scope.used_segments and segment.span.source == own:
            scope.report("W401", segment.name.span, f"segment {name} is never used", hint=_OUT)
    for path, fact in scope.facts.items():
        unused = path not in scope.used_facts and path not in FACTS
        if unused and fact.span.source == own:
            scope.report("W402", fact.path.span, f"fact {path} is never used", hint=_OUT)
    for name, rate in scope.rates.items():
        if name not in scope.used_rates and scope.is_own(rate):
            scope.report("W406", rate.name.span, f"rate {name} is never used", hint=_OUT)
