"""What was charged to a debtor, charge by charge, and what became of each.

The engine settles the charges of a case as a sum: a payment, what is noted as paid, a waiver. Here
the same amounts are given to the single charges: the oldest first, and of one charge the fee with
its tax before the interest. What was given back is taken from the newest first.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from engine.core.account import AccountWalk
from engine.core.place import Executed, chargings_of
from engine.services.charges import booked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from engine.core.case import Booking
    from engine.core.debtor import Debtor
    from engine.core.place import Claimed, Move
    from engine.core.walk import Walk

Lowered = Literal["paid", "waived", "cancelled"]


@dataclass(slots=True)
class Fate:
    """What became of what was charged, in minor units."""

    charged: int = 0
    paid: int = 0
    waived: int = 0
    cancelled: int = 0
    """Of stages that were taken back."""
    written_off: int = 0
    """The part of what is open whose case was written off."""

    @property
    def open(self) -> int:
        """What is neither paid nor waived nor cancelled."""
        return self.charged - self.paid - self.waived - self.cancelled

    def add(self, other: Fate) -> None:
        """Count another one, too."""
        self.charged += other.charged
        self.paid += other.paid
        self.waived += other.waived
        self.cancelled += other.cancelled
        self.written_off += other.written_off

    def lower(self, how: Lowered, amount: int) -> int:
        """Settle as much of an amount as is open; what is left of it."""
        taken = min(amount, self.open)
        match how:
            case "paid":
                self.paid += taken
            case "waived":
                self.waived += taken
            case "cancelled":
                self.cancelled += taken
        return amount - taken

    def give_back(self, amount: int) -> int:
        """Take a payment back, as far as one was made; what is left of the amount."""
        taken = min(amount, self.paid)
        self.paid -= taken
        return amount - taken


@dataclass(slots=True)
class Charge:
    """What was charged at once, by a stage or when the open amount was paid."""

    walk: Walk
    made: Executed | Claimed
    fee: Fate = field(default_factory=Fate)
    """With its tax."""
    interest: Fate = field(default_factory=Fate)

    @property
    def tax(self) -> int:
        """The part of the fee that is tax."""
        return self.made.tax if isinstance(self.made, Executed) else 0

    def lower(self, how: Lowered, amount: int) -> int:
        """Settle as much of an amount as is open; what is left of it."""
        return self.interest.lower(how, self.fee.lower(how, amount))

    def give_back(self, amount: int) -> int:
        """Take a payment back, as far as one was made; what is left of the amount."""
        return self.fee.give_back(self.interest.give_back(amount))


def charges_of(debtor: Debtor, day: int) -> Iterator[Charge]:
    """What was charged to a debtor by a day (`date.toordinal()`), with what became of it by then.

    The debtor is caught up to the day.
    """
    every = (*debtor.invoices.values(), *debtor.accounts.values())
    walks = [each for each in every if each.moves and each.known_from <= day]
    if not walks:
        return
    found = {each.case: each.bookings for each in booked(debtor).timelines}
    for walk in walks:
        bookings = walk.bookings(day) if isinstance(walk, AccountWalk) else found[walk.case]
        yield from _settled(walk, (each for each in bookings if each.day <= day))


def _settled(walk: Walk, bookings: Iterable[Booking]) -> list[Charge]:
    found: list[Charge] = []
    coming = _amounts(walk.moves)
    for booking in bookings:
        left = abs(booking.amount)
        match booking.kind:
            case "charged" if booking.amount > 0:
                made, _ = next(coming)
                interest = made.interest
                fee = Fate(booking.amount - interest)
                found.append(Charge(walk, made, fee, Fate(interest)))
            case "charged":
                gone, _ = next(coming)
                this = [each for each in found if each.made is gone]
                for each in (*this, *reversed(found)):
                    left = each.lower("cancelled", left)
            case "paid" if booking.amount < 0:
                for each in reversed(found):
                    left = each.give_back(left)
            case "paid" | "waived":
                for each in found:
                    left = each.lower(booking.kind, left)
            case "credited":
                pass
    return found


def _amounts(moves: Iterable[Move]) -> Iterator[tuple[Executed | Claimed, bool]]:
    """What the moves of a case charged, in the order in which it was booked."""
    every = sorted(chargings_of(moves), key=lambda each: each.day)
    return ((each.by, each.is_taken_back) for each in every if each.by.charges)
