"""Random exceptions: a `for` block with some of everything that may stand in one."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from tests.oracle import random_stages as stages
from tests.oracle import vocabulary as words
from tests.oracle.random_fees import fee
from tests.oracle.random_interest import interest, no_interest_below

if TYPE_CHECKING:
    from tests.oracle.drafts import Draft


def block(draft: Draft) -> list[str]:
    """A `for` block."""
    rng = draft.rng
    # Only a block about the customer may ask a rule about an account's single invoices.
    of_customer = draft.account and draft.often(50)
    asked = draft.conditions.of_customer() if of_customer else draft.conditions.for_condition()
    head = f"for {asked}"
    first = words.DUE + datetime.timedelta(days=rng.randint(-10, 25))
    if draft.often(25):
        head += f" from {first}"
    if draft.often(25):
        head += f" until {first + datetime.timedelta(days=rng.randint(0, 20))}"
    skipped = rng.sample(draft.stages, rng.randint(1, max(1, len(draft.stages) - 1)))
    skip = f"skip {', '.join(skipped)}"
    simple = [
        f"wait {draft.duration(1)} {rng.choice(('longer', 'longer', 'shorter'))}",
        skip,
        "no fees",
        f"fees at most {draft.money(5, 45)}",
        draft.gap(),
        f"grace {draft.duration()}",
        draft.rule(invoices=of_customer or not draft.account),
        draft.rule(invoices=of_customer or not draft.account),
    ]
    if draft.bears_interest:
        simple += [rng.choice((interest(draft), "no interest")), no_interest_below(draft)]
    items = [[item] for item in rng.sample(simple, rng.choice((0, 1, 1, 2, 3)))]
    # What a block skips it may not change as well.
    changed = [name for name in draft.stages if name not in skipped or [skip] not in items]
    count = min(len(changed), rng.choice((0, 1, 1, 2)) or (0 if items else 1))
    items += [override(draft, name) for name in rng.sample(changed, count)]
    rng.shuffle(items)
    return [head, *(f"  {line}" for item in items for line in item)]


def override(draft: Draft, name: str) -> list[str]:
    """A stage inside a block: the clauses that are replaced."""
    wait = stages.after(draft, name)
    if name in draft.restartable and not stages.counts_from_last(wait):
        wait += f"{' and' if wait else 'after'} {draft.rng.choice(('1 day', '3 days'))}"
    clauses = [
        [wait],
        stages.condition(draft, name, 100),
        [stages.by(draft)],
        fee(draft, notice=name in draft.notices),
        [f"pay within {draft.duration()}"],
        [draft.gap()] if name in draft.notices else [],
        stages.repeat(draft, name) if name not in draft.endings else [],
        [stages.suspend(draft)] if "suspend" in draft.theme else [],
        [stages.cancel(draft)] if "cancel" in draft.theme else [],
        ["write off"] if draft.uses("write off", 30) and name not in draft.repeated else [],
        ["charge interest"] if draft.bears_interest else [],
    ]
    possible = [lines for lines in clauses if lines]
    chosen = draft.rng.sample(possible, min(len(possible), draft.rng.choice((1, 1, 2, 3))))
    return [f"stage {name}", *(f"  {line}" for lines in chosen for line in lines)]
