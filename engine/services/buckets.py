"""How often something may be done, for what answers many: services and pages."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_network
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable

_MANY = 10_000
"""Of whom something is remembered."""


@dataclass(slots=True)
class Buckets:
    """Token buckets: each holds `burst` tokens, and `rate` more come in each second.

    Of each is kept only when it will be full again; one that is full need not be kept.
    """

    rate: float
    burst: float
    _full_at: dict[Hashable, float] = field(default_factory=dict)

    def wait(self, name: Hashable, now: float) -> float:
        """Seconds until there is a token; 0 if there is one."""
        full_at = self._full_at.get(name, now)
        return max(0.0, full_at - now - (self.burst - 1) / self.rate)

    def take(self, name: Hashable, now: float, tokens: float = 1) -> None:
        """Take tokens, also such that are still to come, but no more than fit in twice."""
        full_at = max(self._full_at.get(name, now), now) + tokens / self.rate
        if name not in self._full_at and len(self._full_at) >= _MANY:
            self._tidy(now)
        self._full_at[name] = min(full_at, now + 2 * self.burst / self.rate)

    def left(self, name: Hashable, now: float) -> int:
        """How many tokens there are."""
        lacking = max(0.0, self._full_at.get(name, now) - now) * self.rate
        return max(0, int(self.burst - lacking + 1e-6))

    def seconds(self, name: Hashable, now: float) -> int:
        """Seconds until it is full."""
        return math.ceil(max(0.0, self._full_at.get(name, now) - now))

    def _tidy(self, now: float) -> None:
        """Forget those that are full; if none is, the oldest."""
        full = [name for name, full_at in self._full_at.items() if full_at <= now]
        for name in full or [next(iter(self._full_at))]:
            del self._full_at[name]


def network_of(address: str) -> str:
    """Whose an address is: with IPv6 one client has billions of them."""
    if ":" not in address:
        return address
    try:
        return str(ip_network((IPv6Address(address.partition("%")[0]), 64), strict=False))
    except ValueError:
        return address
