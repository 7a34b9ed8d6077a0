"""Who does something in a store, and what their role allows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

Role: TypeAlias = Literal["viewer", "clerk", "manager", "approver", "admin"]
Permission: TypeAlias = Literal[
    "read",  # look at everything
    "import",  # take in customers, invoices and events
    "review",  # hold or drop an action, with a reason
    "run",  # propose a day's actions, perform them, take back a stage
    "publish",  # store a version of a policy for good
    "approve",  # let another person's version take effect; for actions see may_approve_as
    "administer",  # people, keys, upgrades
]

ROLES: tuple[Role, ...] = get_args(Role)
_OF_CLERK: frozenset[Permission] = frozenset({"read", "import", "review"})
_OF_MANAGER: frozenset[Permission] = _OF_CLERK | {"run", "publish"}
ALLOWED: dict[Role, frozenset[Permission]] = {
    "viewer": frozenset({"read"}),
    "clerk": _OF_CLERK,
    "manager": _OF_MANAGER,
    "approver": frozenset({"read", "review", "approve"}),
    "admin": frozenset(get_args(Permission)),
}
"""What each role may do. Who approves need not be able to publish; nobody approves their own."""


@dataclass(frozen=True, slots=True)
class Actor:
    """A person or a program that is known to a store."""

    name: str
    role: Role
    duties: frozenset[str] = frozenset()
    """For what a person may approve actions, beside the role; a program has none."""

    def may(self, permission: Permission) -> bool:
        """Whether the role allows it."""
        return permission in ALLOWED[self.role]


@dataclass(frozen=True, slots=True)
class Refused:
    """Something that was asked for and not done. Nothing was changed."""

    code: str
    """Stable, such as `S201`."""
    message: str
    """One sentence; lower case first letter, no full stop."""
    hint: str = ""
    """The way out."""

    def __str__(self) -> str:
        """As a person reads it."""
        return f"{self.message}; {self.hint}" if self.hint else self.message


NOT_ALLOWED = "S201"
NOT_APPROVING = "S213"


def not_allowed(actor: Actor, permission: Permission, what: str) -> Refused | None:
    """Why an actor may not do something; None if they may. `what`: `publish a policy`."""
    if actor.may(permission):
        return None
    able = [role for role in ROLES if permission in ALLOWED[role]]
    message = f"{actor.name} is {actor.role}, who may not {what}"
    return Refused(NOT_ALLOWED, message, f"it takes the role {' or '.join(able)}")


def may_approve_as(actor: Actor, role: str) -> bool:
    """Whether an actor may approve what a policy wants approved by a role.

    It is their own role, or a duty that they were given. An admin is no exception: who wants to
    approve as `credit_manager` gives themselves the duty first, and the audit trail shows it.
    """
    return role == actor.role or role in actor.duties


def not_approving(actor: Actor, role: str) -> Refused | None:
    """Why an actor may not approve what a policy wants approved by a role; None if they may."""
    if may_approve_as(actor, role):
        return None
    message = f"{actor.name} is {actor.role} and may not approve as {role}"
    hint = f"an admin gives the duty: 'dun user duty {actor.name} {role}'"
    return Refused(NOT_APPROVING, message, hint)
