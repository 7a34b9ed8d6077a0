"""Where the dunning of a case stands: which stages were executed, and what they charged.

A `Place` is worked out from the moves of a case and the day on which the cycle began. It is the
only part of a case that a simulation changes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from engine.core.case import NEVER, USUAL, Posting, Terms

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


@dataclass(frozen=True, slots=True)
class Executed:
    """A stage that was executed. Days are `date.toordinal()`, amounts are in minor units."""

    day: int
    stage: str
    deadline: int
    """NEVER if it set none."""
    fee: int
    """Without tax."""
    is_notice: bool
    """Whether the customer was written to."""
    tax: int = 0
    interest: int = 0
    """What was claimed with it."""
    policy: str | None = None
    version: int | None = None
    """Under which version; None if nobody knows."""
    channels: tuple[str, ...] = ()
    letters: tuple[str, ...] = ()
    """Ids of its letters: notices that share one are one notice."""
    suspend: str | None = None
    write_off: bool = False
    terms: Terms = USUAL

    @property
    def charges(self) -> int:
        """What it charged in all."""
        return self.fee + self.tax + self.interest


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The newest executed stage was taken back on a day."""

    day: int


@dataclass(frozen=True, slots=True)
class Claimed:
    """Interest that was claimed on the day on which the open amount was paid."""

    day: int
    interest: int
    terms: Terms

    @property
    def charges(self) -> int:
        """What it charged in all."""
        return self.interest


@dataclass(frozen=True, slots=True)
class SteppedDown:
    """Less is owed: on a day the case went back to an earlier stage, or below the first."""

    day: int
    standing: tuple[Executed, ...]
    """Where it stands now: the stages of the chain, each on the day it would have been due."""
    suspended: tuple[tuple[str, str], ...] = ()
    """(stage, what) stays suspended: what higher stages suspended ends."""


Move = Executed | Cancelled | Claimed | SteppedDown


@dataclass(frozen=True, slots=True)
class Place:
    """Where a case stands in its cycle, and what counts beyond the cycle."""

    history: tuple[Executed, ...]
    """Everything executed in the life of the case, in order."""
    executed: Executed | None
    """The stage executed last in this cycle, wherever the case stands now."""
    standing: tuple[Executed, ...]
    """The stages of this cycle that its waits count from, in order."""
    stage: str | None
    """The last executed stage of this cycle."""
    day: int
    """When that was; NEVER if there is none."""
    deadline: int
    """The deadline it set; NEVER if none."""
    days: Mapping[str, int]
    """Newest execution in this cycle, by stage id."""
    times: int
    """How often that stage was executed without another in between."""
    policy: str | None
    """Under which policy it was executed."""
    fees: int
    """Fees charged in this cycle, in minor units."""
    notices: int
    """Notices sent in this cycle."""
    last_notice: int
    """Day of the newest notice in any cycle; NEVER if there is none."""
    last_day: int
    """Day of the newest execution in any cycle; NEVER if there is none."""
    charged: frozenset[str]
    """Stages whose fee was charged in the life of the case, for `once`."""
    claimed: int
    """Interest claimed in the life of the case."""
    written_off: bool
    """Since the case was last settled."""
    suspended: tuple[tuple[str, str], ...]
    """(stage, what) is suspended since the case was last settled, in order."""
    customer_notice: int = NEVER
    """Day of the newest notice to the customer about anything, where a policy asks for it."""


def place_of(moves: Sequence[Move], cycle_since: int, open_since: int) -> Place:
    """The place after some moves, in the cycle that began on a day.

    `open_since`: the day of the latest reopening; with it ends what was suspended before.
    """
    history: list[Executed] = []
    standing: list[Executed] = []
    binding: list[Executed] = []
    befores: list[tuple[list[Executed], list[Executed]]] = []
    claimed = 0
    for move in moves:
        in_cycle, still_open = move.day >= cycle_since, move.day >= open_since
        match move:
            case Executed():
                history.append(move)
                befores.append((list(standing), list(binding)))
                claimed += move.interest
                if in_cycle:
                    standing.append(move)
                if still_open:
                    binding.append(move)
            case Cancelled():
                if history:
                    gone, (stood, bound) = history.pop(), befores.pop()
                    claimed -= gone.interest
                    # Where the case went from that stage is taken back with it.
                    standing = stood if gone.day >= cycle_since else standing
                    binding = bound if gone.day >= open_since else binding
            case Claimed():
                claimed += move.interest
            case SteppedDown():
                if in_cycle:
                    standing = list(move.standing)
                if still_open:
                    binding = [e for e in binding if (e.stage, e.suspend) in move.suspended]
    place = _place(tuple(history), tuple(standing), cycle_since, claimed)
    if not any(each.suspend or each.write_off for each in binding):
        return place
    suspended = {(each.stage, each.suspend): None for each in binding if each.suspend}
    written_off = any(each.write_off for each in binding)
    return replace(place, suspended=tuple(suspended), written_off=written_off)


def _place(
    history: tuple[Executed, ...], standing: tuple[Executed, ...], cycle_since: int, claimed: int
) -> Place:
    last = standing[-1] if standing else None
    executed, last_notice = None, NEVER
    fees = notices = 0
    charged: set[str] = set()
    for each in history:
        if each.day >= cycle_since:
            executed = each
            fees += each.fee
            notices += each.is_notice
        if each.is_notice:
            last_notice = each.day
        if each.fee > 0:
            charged.add(each.stage)
    return Place(
        history,
        executed,
        standing,
        last.stage if last else None,
        last.day if last else NEVER,
        last.deadline if last else NEVER,
        {each.stage: each.day for each in standing},
        _run(standing),
        last.policy if last else None,
        fees,
        notices,
        last_notice,
        history[-1].day if history else NEVER,
        frozenset(charged),
        claimed,
        written_off=False,
        suspended=(),
    )


def place_after(place: Place, done: Executed) -> Place:
    """The place once a stage is executed, today, in the cycle that the case is in."""
    suspended = place.suspended
    if done.suspend and (done.stage, done.suspend) not in suspended:
        suspended = (*suspended, (done.stage, done.suspend))
    return Place(
        (*place.history, done),
        done,
        (*place.standing, done),
        done.stage,
        done.day,
        done.deadline,
        {**place.days, done.stage: done.day},
        place.times + 1 if done.stage == place.stage else 1,
        done.policy,
        place.fees + done.fee,
        place.notices + done.is_notice,
        done.day if done.is_notice else place.last_notice,
        done.day,
        place.charged | {done.stage} if done.fee > 0 else place.charged,
        place.claimed + done.interest,
        place.written_off or done.write_off,
        suspended,
    )


def standing_at(place: Place, standing: tuple[Executed, ...]) -> Place:
    """The place as if the case stood there: what was charged and sent stays as it was."""
    last = standing[-1] if standing else None
    return Place(
        history=place.history,
        executed=place.executed,
        standing=standing,
        stage=last.stage if last else None,
        day=last.day if last else NEVER,
        deadline=last.deadline if last else NEVER,
        days={each.stage: each.day for each in standing},
        times=_run(standing),
        policy=last.policy if last else None,
        fees=place.fees,
        notices=place.notices,
        last_notice=place.last_notice,
        last_day=place.last_day,
        charged=place.charged,
        claimed=place.claimed,
        written_off=place.written_off,
        suspended=place.suspended,
        customer_notice=place.customer_notice,
    )


def _run(standing: Sequence[Executed]) -> int:
    """How many of the last stages are the same one."""
    count = 0
    for each in reversed(standing):
        if each.stage != standing[-1].stage:
            break
        count += 1
    return count


class Charging(NamedTuple):
    """A move that charged something, or took back what another one had charged."""

    day: int
    by: Executed | Claimed
    """What charged it."""
    is_taken_back: bool
    terms: Terms


def chargings_of(moves: Iterable[Move]) -> Iterator[Charging]:
    """What the moves of a case charged and took back, in order; also where it comes to nothing."""
    history: list[Executed] = []
    for move in moves:
        match move:
            case Executed():
                history.append(move)
                yield Charging(move.day, move, False, move.terms)  # noqa: FBT003 - by its fields
            case Claimed():
                yield Charging(move.day, move, False, move.terms)  # noqa: FBT003 - as above
            case Cancelled():
                if history:
                    gone = history.pop()
                    terms = history[-1].terms if history else USUAL
                    yield Charging(move.day, gone, True, terms)  # noqa: FBT003 - as above
            case SteppedDown():
                pass


def postings_of(case: str, moves: Iterable[Move]) -> Iterator[Posting]:
    """What the moves of a case put on record, in order."""
    for day, by, is_taken_back, terms in chargings_of(moves):
        yield Posting(day, case, -by.charges if is_taken_back else by.charges, terms)


def executed_by(moves: Iterable[Move], day: int) -> tuple[Executed, ...]:
    """Everything executed by a day and not taken back by then, in order."""
    return place_of([move for move in moves if move.day <= day], 0, 0).history


NOWHERE = place_of((), 0, 0)
"""The place of a case to which nothing was done yet."""
