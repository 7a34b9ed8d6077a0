"""Runs, actions and tasks as values of JSON, and a kept decision read back."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from engine.core.decision import Because, Cancel, Decision, Next
from engine.core.money import Money
from engine.services.plain import money_of, plain_money

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from engine.services.executing import Execution
    from engine.services.plain import Plain
    from engine.services.proposing import Proposal
    from engine.services.run_sums import RunSums
    from engine.store.runs import Action, Run
    from engine.store.tasks import Task


TOLD = 1_000
"""Cases that are told one by one where there may be any number."""


def plain_run(run: Run, states: Mapping[str, int]) -> Plain:
    """A run, with how many of its actions are in which state."""
    return {
        "on": run.day.isoformat(),
        "state": run.state,
        "actions": dict(states),
        "outcomes": dict(run.outcomes),
        "undecided": [{"case": case, "reason": reason} for case, reason in run.undecided],
        "policies": [
            {"policy": policy, "version": version, "sha256": sha256}
            for policy, version, sha256 in run.policies
        ],
        "proposed_by": run.proposed_by,
        "proposed_at": run.proposed_at.isoformat(),
        "executed_by": run.executed_by,
        "executed_at": _time(run.executed_at),
        "position": dict(run.position),
        "program": run.program,
    }


def plain_proposal(proposal: Proposal, sums: RunSums) -> Plain:
    """A proposal as an object of JSON."""
    return {
        **plain_run(proposal.run, proposal.states),
        "new": proposal.new,
        "changed": proposal.changed,
        "withdrawn": proposal.withdrawn,
        "suspensions_over": proposal.over,
        **plain_sums(sums),
    }


def plain_sums(sums: RunSums) -> Plain:
    """What is left to do in a run."""
    return {
        "ready": sums.ready,
        "waiting": {"approval": dict(sums.approvals), "release": sums.releases},
        "blocked": dict(sums.blocked),
        "groups": [
            {
                "policy": group.policy,
                "stage": group.stage,
                "by": list(group.by),
                "actions": group.actions,
                "open_amounts": [plain_money(each) for each in group.open_amounts],
                "fees": [plain_money(each) for each in group.fees],
            }
            for group in sums.groups
        ],
    }


def plain_execution(result: Execution, sums: RunSums, folder: str) -> Plain:
    """What was performed as an object of JSON."""
    return {
        **plain_run(result.run, result.states),
        "folder": folder,
        "performed": list(result.performed),
        "withdrawn": _reasons(result.withdrawn),
        "failed": _reasons(result.failed),
        "elsewhere": result.elsewhere,
        "resumed": _resumed(result.resumed),
        **plain_sums(sums),
    }


def plain_performed(result: Execution) -> Plain:
    """What was performed, with the first cases for which it was not."""
    return {
        **plain_run(result.run, result.states),
        "performed": len(result.performed),
        "withdrawn": _reasons(result.withdrawn[:TOLD]),
        "failed": _reasons(result.failed[:TOLD]),
        "elsewhere": result.elsewhere,
        "resumed": _resumed(result.resumed[:TOLD]),
    }


def _resumed(found: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"case": case, "what": what} for case, what in found]


def _reasons(found: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"case": case, "reason": reason} for case, reason in found]


def plain_action(action: Action) -> Plain:
    """An action with its decision and the reasons of it."""
    return {
        "number": action.id,
        "on": action.decision["on"],
        "key": action.key,
        "case": action.case,
        "customer": action.customer,
        "policy": action.policy,
        "version": action.version,
        "stage": action.stage,
        "state": action.state,
        "waits_for": waits_for(action),
        "reason": action.reason,
        "mode": action.mode,
        "approval": action.approval,
        "approved_by": action.approved_by,
        "approved_at": _time(action.approved_at),
        "released_by": action.released_by,
        "released_at": _time(action.released_at),
        "changed_by": action.changed_by,
        "changed_at": action.changed_at.isoformat(),
        "sha256": action.sha256,
        "decision": dict(action.decision),
    }


def waits_for(action: Action) -> str | None:
    """`approval` or `release`, if a person has to do something before it is performed."""
    waits = action.waits_for
    return None if waits is None else waits.partition(" ")[0]


def plain_waiting(action: Action) -> Plain:
    """What waits for a person, beside tasks: `kind` says for what."""
    said = action.decision
    return {
        "kind": waits_for(action),
        "approval": action.approval,
        "on": said["on"],
        "case": action.case,
        "customer": action.customer,
        "policy": action.policy,
        "version": action.version,
        "stage": action.stage,
        "open_amount": said["open_amount"],
        "key": action.key,
    }


def plain_task(task: Task) -> Plain:
    """A task of the worklist."""
    return {
        "number": task.id,
        "kind": task.kind,
        "on": task.day.isoformat(),
        "case": task.case,
        "customer": task.customer,
        "policy": task.policy,
        "version": task.version,
        "stage": task.stage,
        "text": task.text,
        "channel": task.channel,
        "open_amount": plain_money(Money(task.amount, task.currency)),
        "state": task.state,
        "done_by": task.done_by,
        "done_at": _time(task.done_at),
        "note": task.note,
        "key": task.key,
        "created_at": task.created_at.isoformat(),
    }


def _time(time: datetime.datetime | None) -> str | None:
    return None if time is None else time.isoformat()


def decision_from(plain: Mapping[str, Any]) -> Decision:
    """A decision as `plain_decision` wrote it; the title of its stage is not kept."""
    following, cancel, hours = plain["next"], plain.get("cancel"), plain.get("contact_hours")
    clock = datetime.time.fromisoformat
    return Decision(
        case=plain["case"],
        customer=plain["customer"],
        on=datetime.date.fromisoformat(plain["on"]),
        policy=plain["policy"],
        version=plain["version"],
        outcome=plain["outcome"],
        open_amount=_money(plain["open_amount"]),
        reason=plain["reason"],
        next=following and Next(following["stage"], _known_date(following["due"])),
        problems=tuple(plain["problems"]),
        stage=plain["stage"],
        due=_date(plain["due"]),
        channels=tuple(plain["channels"] or ()),
        letters=tuple(plain["letters"] or ()),
        mode=plain["mode"],
        send_at=clock(plain["send_at"]) if "send_at" in plain else None,
        approval=plain.get("approval"),
        template=plain.get("template"),
        fee=money_of(plain["fee"]),
        interest=money_of(plain["interest"]),
        deadline=_date(plain["deadline"]),
        task=plain.get("task"),
        hand_over=plain.get("hand_over"),
        tax=money_of(plain.get("tax")),
        suspend=plain.get("suspend"),
        cancel=cancel and Cancel(cancel["text"], _date(cancel["on"])),
        write_off=bool(plain.get("write_off")),
        contact_hours=(clock(hours[0]), clock(hours[1])) if hours else None,
        because=tuple(_because(each) for each in plain.get("because", ())),
    )


def _because(plain: Mapping[str, Any]) -> Because:
    place = plain["file"], plain["line"], plain["column"]
    return Because(*place, plain["text"], tuple(plain["values"].items()), plain["verdict"])


def _money(plain: Mapping[str, str]) -> Money:
    found = money_of(plain)
    if found is None:
        raise ValueError(plain)
    return found


def _date(text: str | None) -> datetime.date | None:
    return None if text is None else datetime.date.fromisoformat(text)


def _known_date(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)
