"""Random policies that check: every construct, few names, short spans, so that things collide.

The text is written straight from a source of random choices. That source is `random.Random` for
long runs by seed, and Hypothesis's `randoms()` where a failure shall be made small.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from tests.oracle import vocabulary as words
from tests.oracle.drafts import Draft
from tests.oracle.random_blocks import block
from tests.oracle.random_interest import interest, no_interest_below
from tests.oracle.random_stages import stage

if TYPE_CHECKING:
    from random import Random


def folder(rng: Random, theme: frozenset[str], policies: int = 2, versions: int = 3) -> list[str]:
    """The texts of one or two policies, in one to three versions each; of fewer if told so."""
    texts = []
    common = tuple(rng.sample(words.CURRENCIES, rng.choice((1, 1, 2, 3))))
    names = words.POLICIES[: min(policies, rng.choice((1, 1, 2)))]
    all_stages: dict[str, tuple[str, ...]] = {}
    for name in names:
        others = tuple(rng.sample(words.CURRENCIES, rng.choice((1, 2, 3))))
        currencies = rng.choice((*[common] * 7, others))
        account = "account" in theme and rng.randint(1, 100) <= 75
        split = rng.choice(words.SPLITS) if account and "split" in theme else None
        effective = words.DUE + datetime.timedelta(days=rng.choice((*[-400] * 11, -5)))
        stages: tuple[str, ...] = ()
        before: tuple[str, ...] = ()
        for version in range(1, min(versions, rng.choice((1, 1, 2, 3))) + 1):
            stages = ladder(rng, stages, theme)
            draft = Draft(rng, theme, currencies, stages, account)
            draft.dropped = tuple(old for old in before if old not in stages)
            draft.elsewhere = tuple(
                f"{other}.{old}"
                for other, theirs in all_stages.items()
                for old in theirs
                if other != name and old not in stages
            )
            scope = applies_when(rng, name, names)
            texts.append(policy(draft, f"{name} version {version}", effective, scope, split))
            before = tuple(dict.fromkeys((*before, *stages)))
            all_stages[name] = before
            effective += datetime.timedelta(days=rng.choice((390, 400, 410, 420)))
    return texts


def applies_when(rng: Random, name: str, names: tuple[str, ...]) -> str:
    """Which cases a version covers; of two policies mostly each its own. Empty: every case."""
    if rng.randint(1, 100) <= 3:
        return "anything"
    if len(names) > 1 and rng.randint(1, 100) <= 85:
        return f"customer.kind is {'' if name == names[0] else 'not '}business"
    return rng.choice((*[""] * 11, "customer.kind is not consumer"))


def ladder(rng: Random, kept: tuple[str, ...], theme: frozenset[str]) -> tuple[str, ...]:
    """Stage ids: those of the version before, in their order, and perhaps more in between."""
    count = rng.choice((1, 2, 3, 3, 4, 5))
    if "replaces" in theme and len(kept) > 1 and rng.randint(0, 1):
        kept = tuple(stage for stage in kept if rng.randint(1, 3) > 1)
    chosen = set(rng.sample(words.STAGES, count)) | set(kept)
    return tuple(stage for stage in words.STAGES if stage in chosen)


def policy(
    draft: Draft, name_and_version: str, effective: datetime.date, scope: str, split: str | None
) -> str:
    """The whole text; `scope` is its `applies when`, empty for none."""
    rng = draft.rng
    head = [f'policy {name_and_version} "Random"', f"  effective {effective}"]
    head += [f"  {setting}" for setting in settings(draft, scope, split)]
    parts = segments(draft)
    parts += [draft.rule() for _ in range(rng.choice((0, 0, 1, 1, 2, 3)))]
    parts += limits(draft)
    parts += money(draft)
    for name in draft.stages:
        parts += stage(draft, name)
    for _ in range(rng.choice((0, 0, 1, 1, 2, 3))):
        parts += block(draft)
    parts += guarantee(draft) if draft.uses("guarantee") else []
    return "\n".join((*head, *facts(draft), *parts)) + "\n"


def settings(draft: Draft, scope: str, split: str | None) -> list[str]:
    """The lines under `policy`."""
    rng = draft.rng
    lines = [f"currency {', '.join(draft.currencies)}", "timezone Europe/Berlin"]
    if scope == "anything":
        scope = draft.of_rules.about_customer_or_invoice()
    lines += [f"applies when {scope}"] if scope else []
    lines += [f"calendar {rng.choice(words.CALENDARS)}"] if draft.often(50) else []
    lines += ["run on business days"] if draft.often(40) else []
    lines += [f"grace {draft.duration()}"] if draft.often(50) else []
    lines += [rounding(draft)] if draft.often(50) else []
    if split:
        draft.needed.add(split)
    unit = "account" + (f" by {split}" if split else "") if draft.account else "invoice"
    lines += [f"dun each {unit}"] if draft.account or draft.often(20) else []
    draft.letters = draft.uses("letters", 80)
    letters = "letters per customer" + rng.choice(("", " and stage"))
    straight = draft.uses("straight", 80)
    late = "straight to the stage reached" if straight else "one stage at a time"
    stay = "stay with their version" if draft.uses("stay") else "move to this version"
    charges = "charges" if draft.uses("charges first") else "open amount"
    until = "open amount and charges are" if draft.uses("until charges paid") else "open amount is"
    lines += [letters] if draft.letters else []
    lines += [f"late runs go {late}"] if straight or draft.often(20) else []
    lines += [f"running cases {stay}"] if stay[0] == "s" or draft.often(20) else []
    lines += [f"payments settle {charges} first"] if charges[0] == "c" or draft.often(20) else []
    lines += [f"settled when {until} paid"] if until[-3:] == "are" or draft.often(20) else []
    lines += ["reopened cases continue"] if draft.uses("continue") else []
    lines += ["step down when less is owed"] if draft.account and draft.uses("step down") else []
    return lines


def rounding(draft: Draft) -> str:
    """`round half up to 0.05 CHF`."""
    text = f"round {draft.rng.choice(('half up', 'half even'))}"
    coins = [f"{words.COINS[each]} {each}" for each in draft.currencies if draft.often(70)]
    return f"{text} to {' | '.join(coins)}" if coins and draft.uses("coins", 80) else text


def facts(draft: Draft) -> list[str]:
    """Declarations, some with a default."""
    defaults = {
        "money": draft.rng.choice((draft.money(), f"100 {draft.currencies[0]}")),
        "one of (low, medium, high)": draft.rng.choice(words.RISKS),
        "yes/no": draft.rng.choice(("yes", "no")),
        "number": str(draft.rng.randint(0, 9)),
        "percent": "5%",
        "text": '"north"',
        "date": "2026-02-01",
    }
    lines = [
        f'rate {name} from "{table}"' for name, table in words.RATES.items() if name in draft.needed
    ]
    for path in sorted({*draft.declared, *(draft.needed & words.DECLARED.keys())}):
        type_ = words.DECLARED[path]
        default = f" default {defaults[type_]}" if type_ in defaults and draft.often(40) else ""
        lines.append(f"fact {path} : {type_}{default}")
    return lines


def segments(draft: Draft) -> list[str]:
    """Segments, each of which may refer to those before it."""
    lines = []
    for number in range(draft.rng.choice((0, 1, 2, 3))):
        lines.append(f"segment seg{number} when {draft.conditions.condition()}")
        draft.conditions.segments.append(f"seg{number}")
    return lines


def limits(draft: Draft) -> list[str]:
    """What holds notices back: gaps and contact limits."""
    rng = draft.rng
    lines = [draft.gap()] if draft.often(25) else []
    if draft.uses("contact", 80):
        groups = (("email", "post"), ("sms", "phone"), ("phone",), ("post", "email", "sms"))
        for channels in rng.sample(groups, rng.choice((1, 1, 2))):
            times, days = rng.choice((1, 1, 2, 3)), rng.choice((1, 3, 7, 7, 10))
            lines.append(
                f"contact at most {times} {'time' if times == 1 else 'times'}"
                f" in {days} {'day' if days == 1 else 'days'} by {', '.join(channels)}"
            )
        lines += ["contact between 08:00 and 20:00"] if draft.often(30) else []
    return lines


def money(draft: Draft) -> list[str]:
    """Cap, tax and interest."""
    lines = [f"fees at most {draft.money(5, 45)}"] if draft.often(45) else []
    if draft.uses("taxed", 80):
        lines.append(f"fees taxed at {draft.rng.choice(('20', '7.7', '19'))}%")
    if draft.uses("interest", 85):
        draft.bears_interest = True
        lines.append(interest(draft))
        lines += [no_interest_below(draft)] if draft.often(35) else []
        lines += ["claim interest when paid"] if draft.uses("claim when paid", 80) else []
    return lines


def guarantee(draft: Draft) -> list[str]:
    """What no run asks, but every check reads."""
    first, other = draft.rng.choice(draft.stages), draft.rng.choice(draft.stages)
    free = f"fee is {draft.conditions.money(0, 0)}"
    claims = (
        f"at {first}: days overdue >= 0",
        f"at {other} for customer.kind is consumer: {free}",
        f"always: fees so far <= {draft.money(100, 120)}",
    )
    chosen = draft.rng.sample(claims, draft.rng.randint(1, 3))
    return ['guarantee "whatever happens"', *(f"  {claim}" for claim in chosen)]
