"""What two sets of policies come to, side by side."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.core.money import Money
from engine.core.standing import LEGAL, PAID
from tui.areas.simulate.said import CHANNELS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui.areas.simulate.played import Played


@dataclass(frozen=True, slots=True)
class Compared:
    """A figure on both sides."""

    title: str
    one: str
    other: str
    difference: str
    is_part: bool = False
    """Whether it is a part of the figure above."""


def compared(played: Played) -> Iterator[Compared]:
    """The figures of the range, from what was played so far."""
    one, other = played.total(0), played.total(1)
    yield _counts("stages executed", one["event", "stage"], other["event", "stage"])
    stages = [_stages(each.by_name("stage")) for each in (one, other)]
    for name in sorted(stages[0].keys() | stages[1].keys()):
        yield _counts(name, stages[0][name], stages[1][name], is_part=True)
    channels = [each.by_name("channel") for each in (one, other)]
    for name in sorted(channels[0].keys() | channels[1].keys()):
        title = CHANNELS.get(name, (name, name))[1]
        yield _counts(f"by {title}", channels[0][name], channels[1][name], is_part=True)
    yield _counts("letters written", one["letters", ""], other["letters", ""])
    for what, title in (
        ("fee", "fees"),
        ("interest", "interest"),
        ("claimed", "claimed on payment"),
    ):
        sums = [each.by_name(what) for each in (one, other)]
        for currency in sorted(sums[0].keys() | sums[1].keys()):
            yield _amounts(title, currency, sums[0][currency], sums[1][currency])
    for kind, title in (
        ("settled", "paid after dunning"),
        ("held", "times held"),
        ("written_off", "written off"),
    ):
        if one["event", kind] or other["event", kind]:
            yield _counts(title, one["event", kind], other["event", kind])
    ends = [Counter[str](), Counter[str]()]
    dunned = [0, 0]
    for side, found in enumerate(ends):
        for rung, symbol, count in played.ends(side):
            found[symbol] += count
            dunned[side] += count if rung else 0
    yield _counts("cases ever dunned", *dunned)
    yield _counts("paid in the end", ends[0][PAID], ends[1][PAID])
    yield _counts("handed over in the end", ends[0][LEGAL], ends[1][LEGAL])
    yield _shares("of those ever dunned", ends, dunned)


def _stages(named: Counter[str]) -> Counter[str]:
    """By policy and stage, whatever the version is called."""
    found: Counter[str] = Counter()
    for name, count in named.items():
        policy, _, stage = name.split(" ")
        found[f"{policy} · {stage}"] += count
    return found


def _counts(title: str, one: int, other: int, *, is_part: bool = False) -> Compared:
    return Compared(title, f"{one:,}", f"{other:,}", _signed(other - one), is_part)


def _signed(count: int) -> str:
    return f"{count:+,}" if count else "="


def _amounts(title: str, currency: str, one: int, other: int) -> Compared:
    apart = other - one
    sign = "+" if apart > 0 else ""
    difference = f"{sign}{Money(apart, currency)}" if apart else "="
    return Compared(title, str(Money(one, currency)), str(Money(other, currency)), difference)


def _shares(title: str, ends: list[Counter[str]], dunned: list[int]) -> Compared:
    """In tenths of a per cent."""
    shares = [
        1000 * found[LEGAL] // count if count else 0
        for found, count in zip(ends, dunned, strict=True)
    ]
    texts = [f"{share // 10}.{share % 10} %" for share in shares]
    apart = shares[1] - shares[0]
    sign = "-" if apart < 0 else "+"
    difference = f"{sign}{abs(apart) // 10}.{abs(apart) % 10} points" if apart else "="
    return Compared(title, texts[0], texts[1], difference, is_part=True)
