"""What is told by webhooks: written down, word for word, in the transaction in which it happens.

So it is told if and only if it happened, and says what was so then, whenever it gets through.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.services.plain_policies import plain_version
from engine.store import webhook_deliveries, webhooks
from engine.store.schema.base import canonical

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Connection

    from engine.services.actors import Actor
    from engine.services.cancelling import Cancelled
    from engine.store.policies import StoredVersion
    from engine.store.runs import Action, Run

EXECUTED, CANCELLED = "action.executed", "action.cancelled"
RESUMED = "suspension.ended"
PROPOSED, PERFORMED = "run.proposed", "run.executed"
APPROVED = "policy.approved"
KINDS = {
    EXECUTED: "an action was performed: from now on its stage counts",
    CANCELLED: "a stage was taken back",
    RESUMED: "what a stage suspended is to be resumed",
    PROPOSED: "a run was proposed, or proposed again",
    PERFORMED: "a run was performed, as far as nobody holds it back",
    APPROVED: "a version of a policy was approved",
}
"""Of what a webhook can be told."""


@dataclass(frozen=True, slots=True)
class Told:
    """Something that happened, for everybody who is to be told of it."""

    message: str
    """By which who is told knows it again."""
    kind: str
    body: str
    """Word for word."""

    def to(self, webhook: int) -> dict[str, object]:
        """For one of them."""
        return {
            "webhook_id": webhook,
            "message": self.message,
            "kind": self.kind,
            "body": self.body,
        }


def told(kind: str, at: datetime.datetime, data: Mapping[str, object]) -> Told:
    """Something that happened at a time, with what there is to say of it."""
    body = {"type": kind, "timestamp": at.isoformat(), "data": dict(data)}
    # In this order, for people who read what came in: what it is stands first.
    members = (f'"{name}":{canonical(value)}' for name, value in body.items())
    return Told(f"msg_{secrets.token_hex(16)}", kind, "{" + ",".join(members) + "}")


def anybody_hears(connection: Connection, kind: str) -> bool:
    """Whether anybody is to be told of a kind."""
    return bool(webhooks.listening(connection, kind))


def actions_executed(
    connection: Connection, at: datetime.datetime, actor: Actor, actions: Sequence[Action]
) -> None:
    """Actions were performed, which in this transaction makes their stages count."""
    _tell(connection, EXECUTED, at, lambda: [_executed(action, actor) for action in actions])


def _executed(action: Action, actor: Actor) -> dict[str, Any]:
    said = {name: value for name, value in action.decision.items() if name != "because"}
    return {
        "number": action.id,
        "on": said["on"],
        "key": action.key,
        "case": action.case,
        "customer": action.customer,
        "policy": action.policy,
        "version": action.version,
        "stage": action.stage,
        "approved_by": action.approved_by,
        "released_by": action.released_by,
        "executed_by": actor.name,
        "sha256": action.sha256,
        "decision": said,
    }


def stage_cancelled(
    connection: Connection,
    at: datetime.datetime,
    actor: Actor,
    cancelled: Cancelled,
    said: Mapping[str, object],
) -> None:
    """A stage was taken back; `said` is what the audit trail says of it."""
    wanted = {name: said[name] for name in ("on", "key", "reason", "executed_on")}
    data = {"case": cancelled.case, "stage": cancelled.stage, **wanted}
    _tell(connection, CANCELLED, at, lambda: [{**data, "cancelled_by": actor.name}])


def suspensions_ended(
    connection: Connection, at: datetime.datetime, told: Sequence[Mapping[str, object]]
) -> None:
    """What stages suspended is suspended no more; `told` is what the audit trail says of it."""
    _tell(connection, RESUMED, at, lambda: told)


def run_proposed(
    connection: Connection, at: datetime.datetime, run: Run, states: Mapping[str, int]
) -> None:
    """A run was proposed."""
    data = {"on": run.day.isoformat(), "proposed_by": run.proposed_by, "actions": dict(states)}
    _tell(connection, PROPOSED, at, lambda: [data])


def run_executed(
    connection: Connection,
    at: datetime.datetime,
    actor: Actor,
    run: Run,
    states: Mapping[str, int],
) -> None:
    """Somebody came to the end of performing a run."""
    data = {"on": run.day.isoformat(), "executed_by": actor.name, "actions": dict(states)}
    _tell(connection, PERFORMED, at, lambda: [data])


def policy_approved(connection: Connection, at: datetime.datetime, approved: StoredVersion) -> None:
    """A version of a policy was approved."""
    _tell(connection, APPROVED, at, lambda: [plain_version(approved)])


def _tell(
    connection: Connection,
    kind: str,
    at: datetime.datetime,
    what: Callable[[], Sequence[Mapping[str, object]]],
) -> None:
    """Tell all who are to be told of a kind; where there is nobody, nothing is even worked out."""
    to = webhooks.listening(connection, kind)
    if to:
        rows = [each.to(one) for each in (told(kind, at, data) for data in what()) for one in to]
        webhook_deliveries.add(connection, rows, at)
