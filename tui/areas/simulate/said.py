"""What is said of a day and of a case, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dunlang.render import visible
from engine.core.fees import UNREACHABLE
from engine.core.money import Money
from engine.services.decisions import NoCase

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator

    from engine.core.decision import Because, Decision
    from engine.core.simulate import SimulationEvent
    from tui.areas.simulate.model import Span
    from tui.areas.simulate.played import DayFigures, Played

CHANNELS = {
    "email": ("e-mail", "e-mails"),
    "post": ("letter", "letters"),
    "registered_post": ("registered letter", "registered letters"),
    "phone": ("call", "calls"),
    "sms": ("text message", "text messages"),
    "portal": ("portal message", "portal messages"),
    "webhook": ("webhook", "webhooks"),
}
_EVENTS = {
    "settled": "paid after dunning",
    "reopened": "reopened",
    "held": "newly held",
    "released": "released",
    "stepped_down": "stepped down",
    "resumed": "resumed",
    "written_off": "written off",
    "undecided": "undecided",
}


def scrubbed(span: Span, played: Played, day: int, dunned: list[int]) -> str:
    """What is said below the bar."""
    date = span.date(day)
    parts = [f"{date:%a} {date}, day {day + 1} of {span.days}"]
    if dunned:
        parts.append(f"{dunned[day]:,} in dunning")
    opening = played.opening
    if opening is not None and not played.is_over:
        share = 100 * played.debtors // max(1, opening.debtors)
        parts.append(f"{share}% played")
    return "  ·  ".join(parts)


def happens(figures: DayFigures) -> Iterator[str]:
    """What happens on a day, a line each."""
    channels = figures.by_name("channel")
    acts = [f"{count:,} {_named(channel, count)}" for channel, count in channels.most_common()]
    silent = figures["event", "stage"]
    yield " · ".join(acts) or (f"{silent:,} stages" if silent else "no notices")
    stages = _stages(figures.by_name("stage"))
    if stages:
        yield " · ".join(f"{stage} {count:,}" for stage, count in stages.most_common())
    money = [
        f"{word} {_amounts(figures.by_name(what))}"
        for what, word in (("fee", "fees"), ("interest", "interest"), ("claimed", "claimed"))
        if figures.by_name(what)
    ]
    if money:
        yield " · ".join(money)
    turns = [
        f"{figures['event', kind]:,} {word}"
        for kind, word in _EVENTS.items()
        if figures["event", kind]
    ]
    if turns:
        yield " · ".join(turns)


def _named(channel: str, count: int) -> str:
    one, many = CHANNELS.get(channel, (channel, channel))
    return one if count == 1 else many


def _stages(named: Counter[str]) -> Counter[str]:
    """Stages of all policies and versions by their own name."""
    found: Counter[str] = type(named)()
    for name, count in named.items():
        found[name.rsplit(" ", 1)[-1]] += count
    return found


def _amounts(sums: Counter[str]) -> str:
    return " + ".join(str(Money(minor, currency)) for currency, minor in sorted(sums.items()))


def outcome(decision: Decision) -> str:
    """What is decided for a case on a day, in a line."""
    match decision.outcome:
        case "act" if UNREACHABLE in decision.problems:
            return f"held: {decision.title or decision.stage} is due and nobody can be reached"
        case "act":
            by = f" by {', '.join(decision.channels)}" if decision.channels else ""
            return f"{decision.title or decision.stage}{by}"
        case "held" | "excluded" | "undecided" | "no_policy":
            reason = f": {visible(decision.reason)}" if decision.reason else ""
            word = {"no_policy": "no policy"}.get(decision.outcome, decision.outcome)
            return f"{word}{reason}"
        case "waiting" | "not_due":
            if decision.next is None:
                return "nothing is due"
            return f"waits: {decision.next.stage} from {decision.next.due}"
        case "no_stage_left":
            return "the ladder has ended"
        case _:
            return "nothing is owed"


def why_lines(answer: Decision | NoCase, *, last_first: bool = False) -> Iterator[tuple[str, str]]:
    """Why a case stands where it stands: a tone and a line each.

    `last_first`: the lines of the policy that were asked last come first, as there is little room.
    """
    if isinstance(answer, NoCase):
        yield "dim", visible(answer.reason)
        return
    yield "bold", outcome(answer)
    for problem in (each for each in answer.problems if each != UNREACHABLE):
        yield "bad", visible(problem)
    version = f"{answer.policy} {answer.version}" if answer.policy else "no policy"
    costs = [
        f"{word} {amount}"
        for word, amount in (("fee", answer.fee), ("interest", answer.interest))
        if amount is not None and amount.minor
    ]
    yield "dim", " · ".join((f"{answer.open_amount} open", version, *costs))
    for each in reversed(answer.because) if last_first else answer.because:
        yield from _because(each)


def _because(each: Because) -> Iterator[tuple[str, str]]:
    mark = {"holds": "✔", "does not hold": "✖"}.get(each.verdict, "▸")
    yield "", f"{mark} line {each.line}  {visible(each.text)}"
    seen = [f"{name} {visible(value)}" for name, value in each.values]
    if mark == "▸":
        seen.append(each.verdict)
    if seen:
        yield "dim", "    " + " · ".join(seen)


def event_line(event: SimulationEvent) -> str:
    """What happened to a case, without its day."""
    if event.event == "stage":
        parts = [event.stage or "", ", ".join(event.channels)]
        for word, amount in (("fee", event.fee), ("interest", event.interest)):
            if amount is not None and amount.minor:
                parts.append(f"{word} {amount}")
        if event.deadline is not None:
            parts.append(f"pay by {event.deadline}")
        return " · ".join(filter(None, parts))
    words = {
        "settled": "paid",
        "reopened": "open again",
        "released": "released",
        "held": "held",
        "stepped_down": "stepped down",
        "resumed": "resumed",
        "undecided": "undecided",
        "written_off": "written off",
    }
    said = words[event.event]
    return f"{said}: {visible(event.reason)}" if event.reason else said
