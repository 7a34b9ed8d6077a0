"""Numbers of days that somebody can have meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dunlang.checking.words import said

if TYPE_CHECKING:
    from dunlang.ast.stages import Duration, Unit
    from dunlang.checking.scope import Scope

MOST: dict[Unit, int] = {"day": 3660, "business day": 2610, "week": 522, "month": 120}
"""Ten years, by unit. Claims are out of time long before; a larger number is a slip of the keys,
and would soon leave the calendar."""


def check_duration(duration: Duration, scope: Scope, *, least: int = 0, why: str = "") -> None:
    """A duration between `least` and ten years; `why` says what is wrong below `least`."""
    if duration.count < least:
        scope.report("D113", duration.span, why, hint=f"write at least {least} {duration.unit}")
    elif duration.count > MOST[duration.unit]:
        scope.report(
            "D113", duration.span, f"{said(duration)} is more than ten years", hint=_most(duration)
        )


def _most(duration: Duration) -> str:
    most = MOST[duration.unit]
    return f"write at most {most:_} {duration.unit}s"
