"""What a stage charges, and by which channels it reaches the customer."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from dunlang.ast.expressions import Percent
from dunlang.ast.stages import BoundFee, BracketFee, FlatFee, PercentFee, StepFee, SumFee
from dunlang.currencies import MINOR_DIGITS
from engine.core.money import percentage, round_to_coin, to_minor
from engine.core.rates import MissingRate, exchange_on, no_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from decimal import Decimal

    from dunlang.ast.expressions import Amount, Money
    from dunlang.ast.stages import FeeBracket, FeeFormula
    from dunlang.plan import Ladder, StagePlan
    from engine.core.case import CaseFacts
    from engine.core.model import Value
    from engine.core.money import Rounding
    from engine.core.place import Place
    from engine.core.rates import ExchangeTable

Base = Literal["open amount", "original amount"]

_POSTAL = ("street", "postcode", "city")

_NEEDS = {
    "email": "email",
    "post": "post",
    "registered_post": "post",
    "sms": "phone",
    "phone": "phone",
    "portal": None,
    "webhook": None,
}
"""Which address of the customer a channel needs. Source: the language, "Addresses"."""

_MISSING = {
    "email": "no e-mail address",
    "post": "no postal address",
    "registered_post": "no postal address",
    "sms": "no telephone number for a text message",
    "phone": "no telephone number",
}

UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Charging:
    """How a policy version charges in one currency."""

    currency: str
    rounding: Rounding
    coin: int = 1
    """Minor units of the smallest coin; fees, taxes and claims are multiples of it."""
    tax: Decimal | None = None
    """Percent on each fee; None: fees are not taxed."""
    exchange: Mapping[str, ExchangeTable] = field(default_factory=dict)
    """The tables that `converted by` names."""


class Charge(NamedTuple):
    """What a stage charges, in minor units."""

    fee: int
    """Net: what caps and `fees so far` count."""
    tax: int


NOTHING = Charge(0, 0)


def fee_of(
    stage: StagePlan,
    ladder: Ladder,
    facts: CaseFacts,
    place: Place,
    day: int,
    charging: Charging,
    *,
    per_letter_waived: bool = False,
) -> Charge | MissingRate:
    """What the stage charges if it is executed on a day.

    The formula is worked out exactly and rounded once, never below 0, then cut to fit under the
    cap; tax is rounded by itself. A fee that is charged once and was costs nothing, and so does
    one `per_letter_waived`, which another item of the same letter bears.
    """
    formula = stage.fee
    if formula is None or per_letter_waived or (stage.fee_once and stage.id in place.charged):
        return NOTHING
    currency, coin = charging.currency, charging.coin
    if coin == 1 and isinstance(formula, FlatFee) and stage.fee_converted_by is None:
        fee = minor_of(formula.money, currency)
    else:
        rate = _conversion(stage, day, charging)
        if isinstance(rate, MissingRate):
            return rate
        exact = _exact(formula, _Amounts(facts, currency, rate))
        fee = max(0, round_to_coin(exact, coin, charging.rounding))
    if ladder.cap is not None:
        fee = min(fee, max(0, minor_of(ladder.cap, currency) - place.fees))
    return Charge(fee, tax_of(fee, charging))


def tax_of(fee: int, charging: Charging) -> int:
    """The tax on a fee, both in minor units: rounded by itself."""
    if charging.tax is None:
        return 0
    return round_to_coin(fee * percentage(charging.tax), charging.coin, charging.rounding)


@dataclass(frozen=True, slots=True)
class _Amounts:
    """The amounts of a formula in the case's currency, in minor units."""

    facts: CaseFacts
    currency: str
    rate: Fraction
    """Minor units of the case's currency for one of the formula's; 1 if it is the same."""

    def of(self, money: Money) -> Fraction:
        """What is written in the case's currency stands; what is not is converted."""
        for amount in money.amounts:
            if amount.currency == self.currency:
                return Fraction(_minor_amount(amount))
        return _minor_amount(money.amounts[0]) * self.rate

    def base(self, of: Base) -> int:
        """What percentages, steps and brackets look at."""
        return self.facts.open if of == "open amount" else self.facts.original


def _exact(formula: FeeFormula, amounts: _Amounts) -> Fraction:
    match formula:
        case FlatFee():
            return amounts.of(formula.money)
        case PercentFee():
            return amounts.base(formula.of) * percentage(formula.percent.value)
        case SumFee():
            return sum((_exact(part, amounts) for part in formula.parts), Fraction(0))
        case BoundFee():
            fee = _exact(formula.fee, amounts)
            if formula.at_least is not None:
                fee = max(fee, amounts.of(formula.at_least))
            if formula.at_most is not None:
                fee = min(fee, amounts.of(formula.at_most))
            return fee
        case StepFee():
            return _steps(formula, amounts)
        case BracketFee():
            return _exact(_bracket(formula, amounts).fee, amounts)


def _steps(formula: StepFee, amounts: _Amounts) -> Fraction:
    """The sum over the slices that the base reaches into."""
    left = Fraction(amounts.base(formula.of))
    fee = Fraction(0)
    for step in formula.steps:
        if left <= 0:
            break
        part = left if step.width is None else min(left, amounts.of(step.width))
        if isinstance(step.part, Percent):
            fee += part * percentage(step.part.value)
        else:
            fee += amounts.of(step.part)
        left -= part
    return fee


def _bracket(formula: BracketFee, amounts: _Amounts) -> FeeBracket:
    """The first line that fits; the checker has seen to it that the last one always does."""
    base = amounts.base(formula.of)
    for bracket in formula.brackets:
        if bracket.limit is None:
            return bracket
        limit = amounts.of(bracket.limit)
        if base < limit or (base == limit and bracket.kind == "up to"):
            return bracket
    return formula.brackets[-1]


def _conversion(stage: StagePlan, day: int, charging: Charging) -> Fraction | MissingRate:
    """Minor units of the case's currency for one of the formula's, as `_Amounts.rate`."""
    written = _currency(stage.fee)
    if stage.fee_converted_by is None or written is None or written == charging.currency:
        return Fraction(1)
    table = charging.exchange.get(stage.fee_converted_by)
    if table is None:
        return no_table(stage.fee_converted_by, day)
    rate = exchange_on(table, charging.currency, day)
    if isinstance(rate, MissingRate):
        return rate
    digits = MINOR_DIGITS[charging.currency] - MINOR_DIGITS[written]
    return Fraction(rate) * Fraction(10) ** digits


def _currency(formula: FeeFormula | None) -> str | None:
    """The currency in which a formula that is converted is written: of flat amounts alone."""
    match formula:
        case FlatFee():
            return formula.money.amounts[0].currency
        case SumFee():
            inner: Iterable[FeeFormula] = formula.parts
        case BoundFee():
            inner = (formula.fee,)
        case _:
            return None
    return next((found for part in inner if (found := _currency(part))), None)


def minor_of(money: Money, currency: str) -> int:
    """The amount in a currency; the checker has seen to it that there is one."""
    return _minor_amount(next(each for each in money.amounts if each.currency == currency))


def _minor_amount(amount: Amount) -> int:
    """Minor units; the checker has seen to it that the amount fits its currency."""
    return _exact_minor(amount.value, amount.currency)


@lru_cache(maxsize=10_000)
def _exact_minor(value: Decimal, currency: str) -> int:
    minor = to_minor(value, currency)
    if minor is None:
        message = f"{value} has more decimals than {currency}"
        raise AssertionError(message)
    return minor


def channels_of(
    stage: StagePlan, customer: Mapping[str, Value]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The channels that a stage uses for a customer, and what is wrong.

    Of each choice the first with an address. A notice that no channel can carry has the problem
    `unreachable`; a task is there for a person all the same.
    """
    return reached(stage, reach_of(customer))


def reach_of(customer: Mapping[str, Value]) -> tuple[bool, bool, bool]:
    """Whether a customer can be reached by e-mail, post and telephone."""
    street, postcode, city = map(customer.get, _POSTAL)
    has_post = bool(street and postcode and city)
    return bool(customer.get("email")), has_post, bool(customer.get("phone"))


def reached(
    stage: StagePlan, has: tuple[bool, bool, bool]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """As `channels_of`, for whom `reach_of` describes."""
    choices = stage.choices or (((stage.task_channel,),) if stage.task_channel else ())
    return _reached(choices, stage.is_notice, has)


@lru_cache(maxsize=10_000)
def _reached(
    choices: tuple[tuple[str, ...], ...],
    is_notice: bool,  # noqa: FBT001 - a key, of which there are few
    has: tuple[bool, bool, bool],
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    used: dict[str, None] = {}
    problems: dict[str, None] = {}
    addresses = dict(zip((None, "email", "post", "phone"), (True, *has), strict=True))
    for choice in choices:
        reached = next((channel for channel in choice if addresses[_NEEDS[channel]]), None)
        if reached is not None:
            used[reached] = None
        else:
            problems.update(dict.fromkeys(_MISSING[channel] for channel in choice))
    if is_notice and not used:
        problems = {UNREACHABLE: None, **problems}
    return tuple(used), tuple(problems)
