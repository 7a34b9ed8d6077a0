"""Random stages: waits, conditions, what they do, what they charge."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.oracle.random_fees import fee

if TYPE_CHECKING:
    from tests.oracle.drafts import Draft

MODES = ("send automatically at 09:00", "draft only", "suggest only", "finalize only")
DOES = ("by", "by", "by", "by", "by and task", "task", "hand over")
COUNTS_FROM_LAST = re.compile(r"\b[1-9]\d* (?:business )?(?:day|week|month)s?(?: past deadline)?$")
"""A term that counts from the last executed stage or its deadline, by at least one unit."""


def stage(draft: Draft, name: str) -> list[str]:
    """A stage with all it does."""
    title = f' "{name.title()}"' if draft.often(50) else ""
    clauses: list[str] = []
    does = what_it_does(draft, name)
    notice = "by" in does
    draft.notices |= {name} if notice else set()
    draft.endings |= {name} if "write off" in does else set()
    terms = after(draft, name) if draft.often(90) else ""
    clauses += [terms] if terms else []
    gap = draft.gap() if draft.often(10) and notice else ""
    if counts_from_last(terms) or (notice and gap and not gap.endswith("customer")):
        draft.restartable.add(name)
    clauses += condition(draft, name, 25)
    clauses += [by(draft)] if notice else []
    clauses += ['template "letter"'] if notice and draft.often(20) else []
    clauses += fee(draft, notice=notice) if draft.often(70) else []
    clauses += [f"pay within {draft.duration()}"] if draft.often(45) else []
    clauses += [gap] if gap else []
    clauses += ["charge interest"] if draft.bears_interest and draft.often(50) else []
    clauses += repeat(draft, name) if "write off" not in does else []
    clauses += actions(draft, does)
    clauses += replaces(draft)
    clauses += [draft.rng.choice(MODES)] if draft.often(30) else []
    clauses += ["needs approval by credit_manager"] if draft.often(10) else []
    return [f"stage {name}{title}", *(f"  {clause}" for clause in clauses)]


def what_it_does(draft: Draft, name: str) -> set[str]:
    """One or more of everything that a stage may do."""
    kind = draft.rng.choice(DOES)
    does = {"by", "task"} if kind == "by and task" else {kind}
    if draft.uses("suspend", 40):
        does.add("suspend")
    if draft.uses("cancel", 30):
        does.add("cancel")
    if draft.uses("write off", 50 if name == draft.stages[-1] else 10):
        does.add("write off")
    if len(does) > 1 and draft.often(25) and kind != "by and task":
        does.discard(kind)  # it writes to nobody
    return does


def actions(draft: Draft, does: set[str]) -> list[str]:
    """The lines of what a stage does beside writing."""
    lines = []
    if "task" in does:
        lines.append(f'task "Call"{draft.rng.choice(("", " by phone", " by phone"))}')
    if "hand over" in does:
        lines.append('hand over to "Inkasso Nord"')
    if "suspend" in does:
        lines.append(suspend(draft))
    if "cancel" in does:
        lines.append(cancel(draft))
    if "write off" in does:
        lines.append("write off")
    return lines


def suspend(draft: Draft) -> str:
    """`suspend "the service"`; two stages may suspend the same."""
    return f'suspend "{draft.rng.choice(("deliveries", "the service", "the portal"))}"'


def cancel(draft: Draft) -> str:
    """`cancel "the contract"`, now or on a day that is known of the customer, or is not."""
    when = draft.rng.choice(("now", "at the end of the term", "at customer.contract_end"))
    if when != "now":
        draft.needed.add("customer.term_end" if "term" in when else "customer.contract_end")
    return f'cancel "the contract" {when}'


def replaces(draft: Draft) -> list[str]:
    """`replaces OLD, other.OLD`: every place that is gone is taken over at most once."""
    if "replaces" not in draft.theme:
        return []
    taken = [old for old in (*draft.dropped, *draft.elsewhere) if draft.often(50)]
    draft.dropped = tuple(old for old in draft.dropped if old not in taken)
    draft.elsewhere = tuple(old for old in draft.elsewhere if old not in taken)
    return [f"replaces {', '.join(taken)}"] if taken else []


def condition(draft: Draft, name: str, percent: int) -> list[str]:
    """`when C`, or `when C else STAGE` where the ladder cannot turn in a circle on one day."""
    before = draft.stages[: draft.stages.index(name)]
    if before and name in draft.restartable and draft.uses("else", 40):
        return [f"when {draft.conditions.condition()} else {draft.rng.choice(before)}"]
    return [f"when {draft.conditions.condition()}"] if draft.often(percent) else []


def repeat(draft: Draft, name: str) -> list[str]:
    """`repeat every 3 days at most 2 more times`; without a bound only the last stage."""
    if not draft.uses("repeat", 40):
        return []
    draft.repeated.add(name)
    every = f"repeat every {draft.duration(1)}"
    if name == draft.stages[-1] and draft.often(50):
        return [every]
    times = draft.rng.choice((1, 1, 2, 3))
    return [f"{every} at most {times} more {'time' if times == 1 else 'times'}"]


def after(draft: Draft, name: str) -> str:
    """`after 7 days and 14 days overdue`."""
    count = draft.rng.choice((1, 1, 1, 2, 3))
    terms = dict.fromkeys(term(draft, name) for _ in range(count))
    text = " and ".join(terms)
    return text if text.startswith("from") else f"after {text}"


def counts_from_last(text: str) -> bool:
    """Whether one of the terms of a wait counts from the last executed stage."""
    return any(COUNTS_FROM_LAST.search(each) for each in text.split(" and "))


def term(draft: Draft, name: str) -> str:
    """One term of a wait, without the word `after`."""
    before = draft.stages[: draft.stages.index(name)]
    kinds = ["overdue", "overdue", "", "", "", "past deadline", "since invoice date", "month"]
    kinds += ["before due"] * 3 if name in draft.stages[:2] and not draft.account else []
    kinds += ["since"] * 2 if before else []
    kinds += ["since start"] * 2 if "since start" in draft.theme else []
    kind = draft.rng.choice(kinds)
    match kind:
        case "":
            return draft.duration()
        case "overdue":
            return f"{draft.duration(1)} overdue"
        case "month":
            return f"{draft.duration(1)} overdue at the end of that month"
        case "before due":
            return f"from {draft.duration(1)} before due"
        case "since invoice date" if draft.often(50):
            return f"{draft.rng.randint(0, 40)} days since invoice date"
        case "since start" if draft.often(50):
            return f"{draft.rng.randint(0, 40)} days since start"
        case "since":
            return f"{draft.duration()} since {draft.rng.choice(before)}"
        case _:
            return f"{draft.duration()} {kind}"


def by(draft: Draft) -> str:
    """`by email else post and sms`."""
    rng = draft.rng
    channels = ["registered_post", "sms", "phone", "portal", "webhook"]
    rng.shuffle(channels)
    count = rng.choice((1, 1, 2, 3)) if draft.letters else rng.randint(1, 4)
    channels = rng.sample(["email", "post", *channels[:2]], count)
    choices = channels[:1]
    for channel in channels[1:]:
        choices.append(rng.choice((" and ", " else ")) + channel)
    return "by " + "".join(choices)
