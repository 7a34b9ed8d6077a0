"""What the screens of customers and invoices show, worked out without a screen."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.core.case import FOREVER, NEVER
from engine.core.decision import Because, Outcome
from engine.core.money import Money
from engine.services.case_search import FoundCase
from tui.widgets.table_model import Column, Tone

if TYPE_CHECKING:
    from engine.services.case_looks import CaseLook, StageLook
    from engine.services.case_story import CaseStory

OUTCOMES: Mapping[Outcome, tuple[str, str, Tone]] = {
    "act": ("●", "to be done", "accent"),
    "held": ("H", "held", "warning"),
    "waiting": ("◷", "waits", ""),
    "not_due": ("·", "not due", "dim"),
    "excluded": ("✕", "excluded", "dim"),
    "no_stage_left": ("■", "no stage left", "warning"),
    "no_policy": ("∅", "no policy", "warning"),
    "undecided": ("?", "undecided", "bad"),
    "settled": ("✓", "settled", "good"),
}
"""A sign, a word and a tone for each: colour alone says nothing."""
_OFFERED: tuple[Outcome | None, ...] = (None, "act", "held", "waiting", "undecided")

# --------------------------------------------------------------------------------- the list


def next_outcome(text: str) -> str:
    """A search with the next of the outcomes that are looked at most."""
    match = re.search(r"outcome:(\S*)", text)
    rest = re.sub(r"\s*outcome:\S*", "", text).strip()
    now = match[1] if match else None
    at = _OFFERED.index(now) if now in _OFFERED else 0
    following = _OFFERED[(at + 1) % len(_OFFERED)]
    return f"{rest} outcome:{following}".strip() if following else rest


def case_columns(on: datetime.date) -> list[Column[FoundCase]]:
    """The columns of a list of cases on a day."""

    def overdue(row: FoundCase) -> int:
        return 0 if row.due is None else max(0, (on - row.due).days)

    return [
        Column("case", "Case", lambda row: row.decision.case, least=12, rigid=True),
        Column("customer", "Customer", customer_of, least=12, most=34),
        Column(
            "open",
            "Open",
            lambda row: str(row.decision.open_amount),
            align="right",
            least=12,
            order=lambda row: (row.decision.open_amount.currency, row.decision.open_amount.minor),
        ),
        Column(
            "overdue",
            "Overdue",
            lambda row: f"{overdue(row)} d" if overdue(row) else "",
            align="right",
            least=5,
            order=overdue,
        ),
        Column("outcome", "Standing", outcome_of, least=11, most=16, tone=tone_of),
        Column("next", "Next", next_of, least=14, most=34),
        Column("policy", "Policy", policy_of, least=8, most=24),
        Column("id", "Customer id", lambda row: row.decision.customer, shown=False),
        Column(
            "due",
            "Due",
            lambda row: "" if row.due is None else str(row.due),
            least=10,
            shown=False,
        ),
        Column("reason", "Reason", lambda row: row.decision.reason or "", shown=False, most=60),
    ]


def customer_of(row: FoundCase) -> str:
    """The name of who owes, else the id."""
    return row.name or row.decision.customer


def outcome_of(row: FoundCase) -> str:
    """How a case stands: a sign and a word."""
    sign, word, _ = OUTCOMES[row.decision.outcome]
    return f"{sign} {word}"


def tone_of(row: FoundCase) -> Tone:
    """The tone of how it stands."""
    return OUTCOMES[row.decision.outcome][2]


def next_of(row: FoundCase) -> str:
    """What is to be done, and when."""
    decision = row.decision
    if decision.outcome == "act":
        return f"today {decision.stage}"
    if decision.next is not None:
        return f"{decision.next.due:%m-%d} {decision.next.stage}"
    return decision.reason or ""


def policy_of(row: FoundCase) -> str:
    """The policy and its version."""
    decision = row.decision
    return "" if decision.policy is None else f"{decision.policy} {decision.version}"


def found_note(loaded: int, *, is_whole: bool, search: str) -> str:
    """The left of the status line."""
    number = f"{loaded:,}{'' if is_whole else ' and more'} open case{'' if loaded == 1 else 's'}"
    return f"{number} · {search}" if search.strip() else number


def owed_note(rows: Sequence[FoundCase]) -> str:
    """How much is open, each currency by itself."""
    sums: dict[str, int] = {}
    for row in rows:
        amount = row.decision.open_amount
        sums[amount.currency] = sums.get(amount.currency, 0) + amount.minor
    amounts = " + ".join(str(Money(minor, name)) for name, minor in sorted(sums.items()))
    number = f"{len(rows):,} open case{'' if len(rows) == 1 else 's'}"
    return f"{number}, {amounts}" if amounts else number


# ---------------------------------------------------------------------------------- one case


def headline(look: CaseLook) -> str:
    """What is next for a case, in a sentence."""
    decision = look.story.decision
    titles = {each.stage: each.title for each in look.stages}
    if decision.outcome == "act":
        by = f" by {' and '.join(decision.channels)}" if decision.channels else ""
        fee = f", fee {decision.fee}" if decision.fee is not None and decision.fee.minor else ""
        return f"Today: {decision.title or decision.stage}{by}{fee}"
    if decision.outcome in {"held", "excluded"}:
        return f"{decision.outcome.capitalize()}: {decision.reason}"
    if decision.next is not None:
        title = titles.get(decision.next.stage, decision.next.stage)
        return f"Next: {title} on {decision.next.due:%a %Y-%m-%d}, if nothing changes"
    word = OUTCOMES[decision.outcome][1].capitalize()
    return f"{word}: {decision.reason}" if decision.reason else word


def facts(look: CaseLook) -> Iterator[tuple[str, str]]:
    """What is known of a case on the day, by name."""
    story = look.story
    decision, known = story.decision, story.facts
    currency = decision.open_amount.currency
    of = Money(known.original, currency)
    owed = f"{decision.open_amount} of {of}" if known.original else f"{decision.open_amount}"
    charges = f", charges {Money(story.charges, currency)}" if story.charges else ""
    yield "open", f"{owed}{charges}"
    if look.case != decision.case:
        yield "account", f"{decision.case} answers for it"
    yield "due", _due(story)
    policy = f"{decision.policy} {decision.version}" if decision.policy else "none covers it"
    yield "policy", policy
    last = story.done[-1] if story.done else None
    titles = {each.id: each.title for each in story.ladder}
    if last is None:
        yield "stage", "none yet"
    else:
        day = datetime.date.fromordinal(last.day)
        yield "stage", f"{titles.get(last.stage, last.stage)}, since {day}"
    if story.suspended:
        told = (f"{each.what}, since {each.since}" for each in story.suspended)
        yield "suspended", "; ".join(told)
    yield "keeps", ", ".join(_kept_back(story)) or "no dispute, no promise"
    person = [decision.customer]
    person += [str(known.customer_facts[name]) for name in _TOLD if name in known.customer_facts]
    yield "customer", f"{story.name or decision.customer} · {', '.join(person)}"


_TOLD = ("kind", "country", "risk")


def _due(story: CaseStory) -> str:
    known, day = story.facts, story.decision.on.toordinal()
    if not 0 < known.due < FOREVER:
        return "nothing is due"
    due = datetime.date.fromordinal(known.due)
    days = day - known.due
    many = f"{abs(days):,} day{'' if abs(days) == 1 else 's'}"
    if known.settled:
        return f"{due}, settled"
    return (
        f"{due}, {many} overdue" if days > 0 else f"{due}, in {many}" if days else f"{due}, today"
    )


def _kept_back(story: CaseStory) -> Iterator[str]:
    known = story.facts
    if known.disputed:
        yield "disputed"
    if known.promise_until != NEVER:
        day = datetime.date.fromordinal(known.promise_until)
        kept = "kept" if known.promise_kept else "open" if day >= story.decision.on else "broken"
        yield f"promise until {day}, {kept}"
    until = max(known.invoice_excluded_until, known.customer_excluded_until)
    if until >= FOREVER:
        yield "taken out of dunning"
    elif until >= story.decision.on.toordinal():
        yield f"taken out of dunning until {datetime.date.fromordinal(until)}"


# ----------------------------------------------------------------------------- why, timeline


def sign_of(because: Because) -> str:
    """`✔` holds, `✖` does not, `?` unknown, `⇒` what was concluded from them."""
    verdict = because.verdict
    if verdict == "holds":
        return "✔"
    if verdict.startswith("does not hold"):
        return "✖"
    return "?" if verdict.startswith("does not apply") else "⇒"


def values_of(because: Because) -> str:
    """The values that a line saw, or what it concluded."""
    if sign_of(because) == "⇒":
        return because.verdict
    seen = [f"{name} {value}" for name, value in because.values]
    return ", ".join(seen) if sign_of(because) != "?" else because.verdict


def _why_tone(because: Because) -> Tone:
    tones: dict[str, Tone] = {"✔": "good", "✖": "dim", "?": "warning", "⇒": "accent"}
    return tones[sign_of(because)]


WHY_COLUMNS: Sequence[Column[Because]] = (
    Column("sign", "", sign_of, least=1, most=1, tone=_why_tone),
    Column("text", "Policy says", lambda row: row.text, least=20, most=70, tone=_why_tone),
    Column("values", "Here", values_of, least=14, most=60),
    Column("line", "Line", lambda row: str(row.line), align="right", least=4),
)
_ASIDE = ("segment", "for", "exclude", "hold")
"""With these begin lines that matter only where they hold."""


def mattering(every: Sequence[Because]) -> list[Because]:
    """The lines that led to the decision, without all the conditions that did not hold."""
    return [each for each in every if sign_of(each) != "✖" or not each.text.startswith(_ASIDE)]


@dataclass(frozen=True, slots=True)
class Happened:
    """A line of the timeline."""

    on: datetime.date
    what: str
    who: str
    is_ahead: bool
    """Whether it has not happened on the day, but would if nothing changes."""


def timeline(look: CaseLook) -> list[Happened]:
    """What happened, then what would follow if nothing changes and no money comes."""
    on = look.story.decision.on
    past = [Happened(each.on, each.what, each.who or "", is_ahead=False) for each in look.told]
    past = sorted((each for each in past if each.on <= on), key=lambda each: each.on)
    titles = {each.stage: each.title for each in look.stages}
    decision = look.story.decision
    ahead = []
    if decision.outcome == "act" and decision.stage is not None:
        ahead.append(Happened(on, decision.title or decision.stage, "", is_ahead=True))
    for each in look.story.ahead:
        what = titles.get(each.stage or "", each.stage or each.event)
        fee = f", fee {each.fee}" if each.fee is not None and each.fee.minor else ""
        by = f" by {' and '.join(each.channels)}" if each.channels else ""
        reason = f": {each.reason}" if each.reason else ""
        ahead.append(Happened(each.on, f"{what}{by}{fee}{reason}", "", is_ahead=True))
    if look.story.no_further:
        ahead.append(Happened(look.story.ahead_until, look.story.no_further, "", is_ahead=True))
    return [*past, *ahead]


def _ahead_tone(row: Happened) -> Tone:
    return "dim" if row.is_ahead else ""


TIMELINE_COLUMNS: Sequence[Column[Happened]] = (
    Column("on", "Day", lambda row: str(row.on), least=10, tone=_ahead_tone, rigid=True),
    Column(
        "what",
        "What",
        lambda row: f"→ {row.what}" if row.is_ahead else row.what,
        least=20,
        most=90,
        tone=_ahead_tone,
    ),
    Column("who", "Who", lambda row: row.who, least=4, most=12, tone=_ahead_tone),
)


def change(look: CaseLook, direction: int) -> datetime.date | None:
    """The nearest other day on which something happened, or would if nothing changes."""
    on = look.story.decision.on
    days = {each.on for each in look.told} | {each.on for each in look.story.ahead}
    later = sorted(day for day in days if (day - on).days * direction > 0)
    return (later[0] if direction > 0 else later[-1]) if later else None


# ------------------------------------------------------------------------------------ why not

_STANDINGS = {
    "done": "✓ done",
    "now": "● today",
    "next": "▸ next",
    "later": "· later",
    "left out": "✕ left out",
    "never": "✖ not in sight",
}


def standing_of(stage: StageLook) -> str:
    """How a stage stands, with its day."""
    return _STANDINGS[stage.standing]


STAGE_COLUMNS: Sequence[Column[StageLook]] = (
    Column("title", "Stage", lambda row: row.title, least=14, most=34),
    Column("standing", "Standing", standing_of, least=9, most=16),
    Column("on", "Day", lambda row: "" if row.on is None else str(row.on), least=10, rigid=True),
    Column("why", "Because", lambda row: row.why, least=20, most=80),
    Column("line", "Line", lambda row: str(row.line), align="right", least=4),
)


def explained(look: CaseLook) -> str:
    """The whole explanation as a text to be pasted somewhere."""
    decision = look.story.decision
    rows = [f"{look.case} on {decision.on}", headline(look), ""]
    rows += [f"{name}: {value}" for name, value in facts(look)]
    rows += ["", "Why:"]
    rows += [
        f"{sign_of(each)} {each.file}:{each.line} {each.text} -> {values_of(each)}"
        for each in decision.because
    ]
    rows += ["", "Stages:"]
    rows += [
        f"{standing_of(each)} {each.on or ''} {each.title}" + (f" ({each.why})" if each.why else "")
        for each in look.stages
    ]
    return "\n".join(rows)
