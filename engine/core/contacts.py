"""Limits on contacts: how often a debtor is reached through some channels within some days."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from engine.core.letters import by_notice

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dunlang.plan import ContactRule
    from engine.core.place import Executed
    from engine.core.policies import PolicyVersion


class Contacts:
    """What was executed for a debtor, and what is to be today. One notice is one contact."""

    def __init__(self, known: Iterable[Executed] = ()) -> None:
        """`known`: not taken back, in any order."""
        self._days: dict[int, list[Executed]] = defaultdict(list)
        self._counts: dict[tuple[int, frozenset[str]], int] = {}
        """Contacts on a day by any of some channels, as far as somebody asked."""
        self._rooms: dict[tuple[int, frozenset[str], int], int] = {}
        """Answers of `fitting`, by the version's identity."""
        for each in known:
            self._days[each.day].append(each)

    def add(self, done: Executed) -> None:
        """One more is to be executed."""
        self._days[done.day].append(done)
        self._rooms.clear()
        for key in [key for key in self._counts if key[0] == done.day]:
            del self._counts[key]

    def fitting(self, version: PolicyVersion, channels: Iterable[str], first: int) -> int:
        """The first day from one on, on which the policy runs and its contact limits leave room."""
        by = frozenset(channels)
        key = id(version), by, first
        found = self._rooms.get(key)
        if found is None:
            found = self._rooms[key] = self._fitting(version, by, first)
        return found

    def _fitting(self, version: PolicyVersion, by: frozenset[str], first: int) -> int:
        rules = [rule for rule in version.plan.contacts if rule.channels & by]
        day = version.run_day(first)
        while not all(self._within(rule, day) < rule.times for rule in rules):
            day = version.run_day(day + 1)
        return day

    def _within(self, rule: ContactRule, day: int) -> int:
        """How many contacts by the rule's channels lie in its window that ends on a day."""
        since = day - rule.days + 1
        return sum(self._on(each, rule.channels) for each in self._days if since <= each <= day)

    def _on(self, day: int, channels: frozenset[str]) -> int:
        key = day, channels
        found = self._counts.get(key)
        if found is None:
            groups, alone = by_notice(self._days[day], lambda each: each.letters)
            each_notice = (*groups, *([each] for each in alone))
            found = sum(
                any(channels & set(each.channels) for each in group) for group in each_notice
            )
            self._counts[key] = found
        return found
