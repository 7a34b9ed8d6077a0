"""What a stage charges, and by which channels it reaches the customer."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from dunlang.ast.stages import BoundFee, FlatFee, PercentFee, SumFee
from engine.core.money import round_minor, to_minor

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dunlang.ast.expressions import Money
    from dunlang.ast.stages import FeeFormula
    from dunlang.plan import Ladder, StagePlan
    from engine.core.case import CaseFacts
    from engine.core.model import Value
    from engine.core.money import Rounding
    from engine.core.place import Place

_POSTAL = ("street", "postcode", "city")

ADDRESS = {
    "email": ("email",),
    "post": _POSTAL,
    "registered_post": _POSTAL,
    "sms": ("phone",),
    "phone": ("phone",),
    "portal": (),
    "webhook": (),
}
"""Facts of the customer that a channel needs. Source: the language, "Addresses"."""

_MISSING = {
    "email": "no e-mail address",
    "post": "no postal address",
    "registered_post": "no postal address",
    "sms": "no telephone number for a text message",
    "phone": "no telephone number",
}

UNREACHABLE = "unreachable"


def fee_of(
    stage: StagePlan, ladder: Ladder, facts: CaseFacts, place: Place, currency: str, mode: Rounding
) -> int:
    """What the stage charges now, in minor units: rounded once, then cut to fit under the cap."""
    if stage.fee is None or (stage.fee_once and stage.id in place.charged):
        return 0
    fee = max(0, round_minor(_exact(stage.fee, facts, currency), mode))
    if ladder.cap is not None:
        fee = min(fee, max(0, _minor(ladder.cap, currency) - place.fees))
    return fee


def _exact(formula: FeeFormula, facts: CaseFacts, currency: str) -> Fraction:
    match formula:
        case FlatFee():
            return Fraction(_minor(formula.money, currency))
        case PercentFee():
            base = facts.open if formula.of == "open amount" else facts.original
            return base * Fraction(formula.percent.value) / 100
        case SumFee():
            return sum((_exact(part, facts, currency) for part in formula.parts), Fraction(0))
        case BoundFee():
            fee = _exact(formula.fee, facts, currency)
            if formula.at_least is not None:
                fee = max(fee, Fraction(_minor(formula.at_least, currency)))
            if formula.at_most is not None:
                fee = min(fee, Fraction(_minor(formula.at_most, currency)))
            return fee


def _minor(money: Money, currency: str) -> int:
    """The amount in a currency; the checker has seen to it that there is one and that it fits."""
    amount = next(each for each in money.amounts if each.currency == currency)
    minor = to_minor(amount.value, currency)
    if minor is None:
        message = f"{amount.text} has more decimals than {currency}"
        raise AssertionError(message)
    return minor


def channels_of(
    stage: StagePlan, customer: Mapping[str, Value]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The channels that a stage uses for a customer, and what is wrong.

    Of each choice the first with an address. A notice that no channel can carry has the problem
    `unreachable`; a task is there for a person all the same.
    """
    used: dict[str, None] = {}
    problems: dict[str, None] = {}
    for choice in stage.choices or (((stage.task_channel,),) if stage.task_channel else ()):
        reached = next((channel for channel in choice if _reaches(channel, customer)), None)
        if reached is not None:
            used[reached] = None
        else:
            problems.update(dict.fromkeys(_MISSING[channel] for channel in choice))
    if stage.is_notice and not used:
        problems = {UNREACHABLE: None, **problems}
    return tuple(used), tuple(problems)


def _reaches(channel: str, customer: Mapping[str, Value]) -> bool:
    return all(customer.get(name) for name in ADDRESS[channel])
