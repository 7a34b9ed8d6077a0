"""A policy that has passed the checker: what later passes may rely on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dunlang.ast.policy import FactDecl, Policy, Segment
    from dunlang.ast.stages import Stage
    from dunlang.types import Type


@dataclass(frozen=True, slots=True)
class Checked:
    """A policy without errors.

    In `policy` every `Name` inside a condition has become a `Choice` or a `SegmentRef`; fields
    that are `Name` by their type (ids, channels, roles, currencies) stay and are known to be
    right. Every list of amounts that must cover all currencies does, and no amount has more
    decimals than its currency.
    """

    policy: Policy
    types: Mapping[str, Type]
    """Type of every fact that a rule may name, built in or declared, by path.

    The claims of a guarantee may also name `fee`, an amount in the currency of the case.
    """
    facts: Mapping[str, FactDecl]
    """Declared facts by path."""
    segments: Mapping[str, Segment]
    """By name, in the order written; a segment refers only to others without a circle."""
    stages: Mapping[str, Stage]
    """The ladder by stage id, in the order written."""

    @property
    def id(self) -> str:
        """The policy's id."""
        return self.policy.header.id.text

    @property
    def version(self) -> int:
        """The version number."""
        return int(self.policy.header.version.value)
