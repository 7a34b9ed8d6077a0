"""How whoever asked for long work follows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Watch:
    """What the work tells, and what it asks now and then."""

    tell: Callable[[int, int], None] = field(default=lambda _done, _total: None)
    """How much of how much is done."""
    is_unwanted: Callable[[], bool] = field(default=lambda: False)
    """Whether nobody wants the answer any more."""
