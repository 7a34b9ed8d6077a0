"""Contacts: how often and at which hours customers may be reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dunlang.ast.policy import ContactHours, ContactLimit, ForBlock
from dunlang.ast.stages import Mode, Stage
from dunlang.builtins import CHANNELS
from dunlang.checking.durations import MOST
from dunlang.checking.structure import check_list
from dunlang.source import Span
from dunlang.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dunlang.ast.expressions import Name
    from dunlang.checking.scope import Scope


def check_channel(name: Name, scope: Scope) -> None:
    """A way to reach a customer."""
    if name.text not in CHANNELS:
        scope.report(
            "D211",
            name.span,
            f"'{name.text}' is not a channel",
            hint=_meant_channel(name.text),
            notes=(f"the channels are {', '.join(CHANNELS)}",),
        )


def check_contacts(scope: Scope) -> None:
    """Every `contact` line, and the times at which stages send against the hours."""
    seen: dict[tuple[frozenset[str], int], ContactLimit] = {}
    for item in scope.policy.items:
        if isinstance(item, ContactLimit):
            _check_limit(item, scope)
            key = frozenset(channel.text for channel in item.channels), item.days
            first = seen.setdefault(key, item)
            if first is not item:
                _report_second(item, first, scope)
    hours = next((item for item in scope.policy.items if isinstance(item, ContactHours)), None)
    if hours is not None:
        _check_hours(hours, scope)


def _check_limit(limit: ContactLimit, scope: Scope) -> None:
    for channel in limit.channels:
        check_channel(channel, scope)
    check_list(limit.channels, scope)
    channels = " or ".join(dict.fromkeys(channel.text for channel in limit.channels))
    if limit.times < 1:
        scope.report(
            "D140",
            limit.span,
            f"a limit of no contact at all would stop every notice by {channels}",
            hint="write at least 1 time, or take the channel out of the stages",
        )
    if limit.days < 1:
        scope.report(
            "D140",
            limit.span,
            "contacts are counted over at least one day",
            hint="write 'in 1 day' for a limit of each day",
        )
    elif limit.days > MOST["day"]:
        message = f"{limit.days} days are more than ten years"
        hint = f"write at most {MOST['day']:_} days"
        scope.report("D140", limit.span, message, hint=hint)


def _report_second(limit: ContactLimit, first: ContactLimit, scope: Scope) -> None:
    days = "1 day" if limit.days == 1 else f"{limit.days} days"
    scope.report(
        "D141",
        limit.span,
        f"two limits hold for the same channels in {days}, and only the smaller one counts",
        hint="leave one of the two out",
        related=((first.span, "the other one"),),
    )


# --------------------------------------------------------------------------- hours


def _check_hours(hours: ContactHours, scope: Scope) -> None:
    if hours.last <= hours.first:
        scope.report(
            "D142",
            hours.span,
            f"between {hours.first:%H:%M} and {hours.last:%H:%M} there is no time of the same day",
            hint="write the earlier time first, such as: contact between 08:00 and 20:00",
        )
        return
    for mode in _modes(scope):
        if mode.at is not None and not hours.first <= mode.at <= hours.last:
            scope.report(
                "D143",
                _time_of(mode),
                f"at {mode.at:%H:%M} customers must not be contacted",
                hint=f"write a time between {hours.first:%H:%M} and {hours.last:%H:%M}",
                related=((hours.span, "the hours of the policy"),),
            )


def _modes(scope: Scope) -> Iterator[Mode]:
    for item in scope.policy.items:
        inside = item.items if isinstance(item, ForBlock) else (item,)
        for stage in inside:
            if isinstance(stage, Stage):
                yield from (clause for clause in stage.clauses if isinstance(clause, Mode))


def _time_of(mode: Mode) -> Span:
    """The time, which is the last word of `send automatically at 21:00`."""
    span = mode.span
    length = len(span.text.split()[-1])
    return Span(span.source, span.end - length, span.end)


_OTHER_CHANNELS = {
    "letter": "post",
    "paper": "post",
    "mail": "email",
    "registered_letter": "registered_post",
    "telephone": "phone",
    "call": "phone",
    "text_message": "sms",
}
"""What people call channels."""


def _meant_channel(word: str) -> str:
    other = _OTHER_CHANNELS.get(word.casefold())
    return f"did you mean '{other}'?" if other else did_you_mean(word, CHANNELS)
