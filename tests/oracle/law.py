"""All policy versions, and which of them a case stands under."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from tests.oracle.versions import Version

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dunlang.checking.checked import Checked
    from tests.oracle.answers import Tables
    from tests.oracle.case import Life


def law_of(checkeds: Sequence[Checked], tables: Tables) -> Law:
    """The law of these versions; the one asked for last is kept, for many ledgers in a row."""
    if KEPT and KEPT[0].checkeds is checkeds and KEPT[0].tables is tables:
        return KEPT[0]
    KEPT[:] = [Law(checkeds, tables)]
    return KEPT[0]


class Law:
    """All versions, by policy and in the order of their effective dates."""

    def __init__(self, checkeds: Sequence[Checked], tables: Tables) -> None:
        self.checkeds, self.tables = checkeds, tables
        self.policies: dict[str, list[Version]] = {}
        for checked in checkeds:
            self.policies.setdefault(checked.id, []).append(Version(checked))
        for versions in self.policies.values():
            versions.sort(key=lambda version: version.effective)
        everything = [version for versions in self.policies.values() for version in versions]
        self.has_accounts = any(version.accounts for version in everything)
        self.lead = max((version.lead for version in everything), default=datetime.timedelta())

    def in_force(self, policy: str, day: datetime.date) -> Version | None:
        """Law: On day D the version in force is the one with the latest effective date <= D."""
        found = None
        for version in self.policies.get(policy, ()):
            if version.effective <= day:
                found = version
        return found

    def named(self, policy: str, number: int) -> Version | None:
        """The version of that number."""
        versions = self.policies.get(policy, ())
        return next((version for version in versions if version.number == number), None)

    def standing(self, policy: str, day: datetime.date, life: Life) -> Version | None:
        """The version of a policy under which a case stands.

        "A case with a stage executed in its cycle whose last stage is of this policy stands under
        that stage's version; later versions of the policy, in effect up to D, take it over if they
        say `move`, in order, else not. A case whose last stage is of another or unknown policy, or
        without one in its cycle: version in force"; also where its version is not yet in effect.
        """
        last = life.cycle[-1] if life.history and life.cycle else None
        if last is None or last.policy != policy or last.version is None:
            return self.in_force(policy, day)
        found = self.named(policy, last.version)
        if found is None or found.effective > day:
            return self.in_force(policy, day)
        own = found.effective
        for version in self.policies[policy]:
            if own < version.effective <= day and version.takes_over:
                found = version
        return found


KEPT: list[Law] = []
