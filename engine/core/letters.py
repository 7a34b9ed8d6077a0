"""Ids of letters: what shares one travels in one letter; cases that share one are one notice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from engine.core.calendar import date_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from dunlang.plan import Plan, StagePlan


Item = TypeVar("Item")


class Addressed(Protocol):
    """A case, as letters name it."""

    @property
    def case(self) -> str:
        """Its id."""

    @property
    def customer(self) -> str:
        """The debtor's id."""

    @property
    def currency(self) -> str:
        """In which it is owed."""


def letters_of(
    whose: Addressed, plan: Plan, stage: StagePlan, day: int, channels: tuple[str, ...]
) -> tuple[str, ...]:
    """One id per channel of a notice; none for what is no notice.

    Source: `letters` in the interface of decisions.
    """
    if not stage.is_notice:
        return ()
    return ids(whose, plan.letters_per, stage.id, day, channels)


def ids(
    whose: Addressed, letters_per: str, stage: str, day: int, channels: Sequence[str]
) -> tuple[str, ...]:
    """The ids for some channels, as letters are joined."""
    if not channels:
        return ()
    match letters_per:
        case "customer":
            name = f"{whose.customer}/{whose.currency}"
        case "customer and stage":
            name = f"{whose.customer}/{whose.currency}/{stage}"
        case _:
            name = whose.case
    on = date_of(day)
    return tuple(f"{on}/{name}/{channel}" for channel in channels)


def notices(letters: Iterable[tuple[str, ...]]) -> Iterator[set[str]]:
    """Letters that belong to one notice: items are one notice if they share any letter.

    `letters` are the ids of each item; one without a letter is a notice by itself.
    """
    found: dict[int, set[str]] = {}
    holder: dict[str, int] = {}
    """The group of each letter."""
    for number, each in enumerate(letters):
        mine = set(each)
        for group in {holder[letter] for letter in each if letter in holder}:
            mine |= found.pop(group)
        found[number] = mine
        holder.update(dict.fromkeys(mine, number))
    yield from found.values()


def by_notice(
    items: Iterable[Item], letters: Callable[[Item], tuple[str, ...]]
) -> tuple[list[list[Item]], list[Item]]:
    """Items by the notice that their letters are, in their order; and those without a letter."""
    found: list[tuple[Item, tuple[str, ...]]] = [(each, letters(each)) for each in items]
    joined = list(notices(mine for _, mine in found if mine))
    place = {letter: number for number, group in enumerate(joined) for letter in group}
    groups: list[list[Item]] = [[] for _ in joined]
    for each, mine in found:
        if mine:
            groups[place[mine[0]]].append(each)
    return groups, [each for each, mine in found if not mine]
