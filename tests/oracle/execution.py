"""What executing a stage puts on record, on the ladder or as the ledger has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.oracle.executed import USUAL, Executed
from tests.oracle.fees import Charge, MissingRateError, charge, tax_on
from tests.oracle.interest import claim
from tests.oracle.ladder import deadline_of
from tests.oracle.terms import StageTerms, terms_for

if TYPE_CHECKING:
    from engine.core.model import Event
    from tests.oracle.case import Case
    from tests.oracle.versions import Version


def executed_in_ledger(event: Event, case: Case) -> Executed:
    """A stage of the ledger; "what is missing is taken from the policy version".

    The case is that of the day, before the stage. A fee or interest that the version cannot tell
    is 0.
    """
    assert event.stage is not None
    law = case.today.story.law
    version = executed_under(event, case)
    stage = None if version is None else terms_for(version, case).stage(event.stage)
    channels = tuple(sorted(event.value)) if isinstance(event.value, frozenset) else ()
    if version is None or stage is None:
        notice = bool(channels)
        return Executed(
            event.stage,
            event.date,
            0 if event.fee is None else event.fee.minor,
            event.until,
            notice,
            event.policy if version is None else version.id,
            event.version if version is None else version.number,
            interest=0 if event.interest is None else event.interest.minor,
            channels=channels,
            letters=letters(version, case, event.stage, channels) if notice else (),
            terms=USUAL if version is None else version.payment_terms,
        )
    channels = channels or used_channels(stage, case)[0]
    notice = stage.by is not None
    charged = fee_in_ledger(event, stage, version, case)
    return Executed(
        event.stage,
        event.date,
        charged.fee,
        event.until or deadline_of(stage, version, event.date, law.tables),
        notice,
        version.id,
        version.number,
        charged.tax,
        interest_in_ledger(event, stage, version, case),
        channels,
        letters(version, case, event.stage, channels) if notice else (),
        version.payment_terms,
        stage.suspend,
        stage.write_off,
    )


def fee_in_ledger(event: Event, stage: StageTerms, version: Version, case: Case) -> Charge:
    """The fee that the ledger says or the version would have charged, and the tax on it."""
    tables, terms = case.today.story.law.tables, terms_for(version, case)
    if event.fee is not None:
        return Charge(event.fee.minor, tax_on(event.fee.minor, version, case))
    try:
        return charge(stage, terms, version, case, tables)
    except MissingRateError:
        return Charge(0, 0)


def interest_in_ledger(event: Event, stage: StageTerms, version: Version, case: Case) -> int:
    """Law: As the version says for that day; 0 if that is undecidable."""
    if event.interest is not None:
        return event.interest.minor
    if not stage.charge_interest:
        return 0
    try:
        return claim(terms_for(version, case), version, case, case.today.story.law.tables)
    except MissingRateError:
        return 0


def executed_under(event: Event, case: Case) -> Version | None:
    """The version that a stage of the ledger names, or under which the case stood.

    None: nobody knows, or it cannot have been: it does not name the currency, or duns accounts
    where the case is an invoice, or the other way round.
    """
    law = case.today.story.law
    if event.policy is None:
        found = case.today.versions(case)
        version = found[0] if len(found) == 1 else None
    elif event.version is None:
        version = law.standing(event.policy, event.date, case.life)
    else:
        version = law.named(event.policy, event.version)
    if version is None or case.currency not in version.currencies:
        return None
    return version if bool(version.accounts) == case.account else None


def used_channels(stage: StageTerms, case: Case) -> tuple[tuple[str, ...], bool]:
    """By which channels the stage goes out, and whether it reaches nobody.

    "`by A and B` uses both; `by A else B` uses B when the customer has no address for A; with no
    address at all the decision is an action that carries the problem `unreachable`."
    """
    seen = case.today.seen
    used: list[str] = []
    for choice in stage.by.choices if stage.by else ():
        there = [option.text for option in choice.options if seen.reachable(option.text)]
        used += [name for name in there[:1] if name not in used]
    if stage.by is not None:
        return tuple(used), not used
    task = stage.task
    if task and task.channel and seen.reachable(task.channel.text):
        return (task.channel.text,), False
    return (), False


def letters(
    version: Version | None, case: Case, stage: str, channels: tuple[str, ...]
) -> tuple[str, ...]:
    """Ids of the letters that a notice travels in, as its policy joins them."""
    whom = f"{case.day}/{case.today.seen.debtor.id}/{case.currency}"
    match "case" if version is None else version.letters_per:
        case "customer":
            head = whom
        case "customer and stage":
            head = f"{whom}/{stage}"
        case _:
            head = f"{case.day}/{case.id}"
    return tuple(f"{head}/{channel}" for channel in channels)
