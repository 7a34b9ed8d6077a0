"""What is to be played: days, customers, payments, policies, and what else is to happen."""

from __future__ import annotations

import datetime
import shlex
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.core.money import Money, format_minor
from engine.services.run_days import run_days
from engine.services.simulation_asked import EACH_DAY, MOST_DAYS, Asked
from engine.services.simulation_policies import AskedVersion

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

QUARTER = datetime.timedelta(days=90)
_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Pick:
    """A set of policies: those in force, or these with one version in place of its policy's."""

    name: str
    """How it is called towards the user, and told from all others."""
    versions: tuple[AskedVersion, ...] | None = None
    """None: those in force, which is no answer where others are compared with them."""
    note: str = ""
    """State and date, for who chooses."""
    is_in_force: bool = False
    """Whether it is those in force and nothing else."""


IN_FORCE = Pick("in force", is_in_force=True)


@dataclass(frozen=True, slots=True)
class Supposed:
    """Something that is to happen beside what the ledger says."""

    kind: str
    """As in events files: `payment`, `dispute`, `dispute_resolved`, `promise`."""
    case: str
    on: datetime.date
    amount: Money | None = None
    until: datetime.date | None = None
    is_account: bool = False

    @property
    def columns(self) -> dict[str, str]:
        """As a row of an events file."""
        row = {
            "date": self.on.isoformat(),
            "kind": self.kind,
            "case" if self.is_account else "invoice": self.case,
        }
        if self.amount is not None:
            row["amount"] = format_minor(*self.amount)
            row["currency"] = self.amount.currency
        if self.until is not None:
            row["until"] = self.until.isoformat()
        return row

    def __str__(self) -> str:
        """As a person reads it."""
        words = {
            "payment": "is paid",
            "dispute": "is disputed",
            "dispute_resolved": "is disputed no more",
            "promise": "is promised",
        }
        amount = f" with {self.amount}" if self.amount is not None else ""
        until = f" for {self.until}" if self.until is not None else ""
        return f"{self.case} {words[self.kind]}{amount}{until} on {self.on}"


@dataclass(frozen=True, slots=True)
class Scenario:
    """What is played."""

    first: datetime.date
    last: datetime.date
    customer: str = ""
    """A part of the id or name of customers; empty: all."""
    nobody_pays: bool = False
    each_day: bool = False
    """Whether on each day only what was known by then counts."""
    run_on: str = ""
    """In the words of `--run-on`; empty: all run days."""
    side: Pick = IN_FORCE
    against: Pick | None = None
    supposed: tuple[Supposed, ...] = ()

    @classmethod
    def next_quarter(cls, today: datetime.date) -> Scenario:
        """The days from today on."""
        return cls(today, today + QUARTER)

    @property
    def asked(self) -> Asked:
        """As the engine is asked."""
        return Asked(
            self.first,
            self.last,
            customer=self.customer or None,
            run_on=self.run_on or None,
            known=EACH_DAY if self.each_day else None,
            no_more_payments=self.nobody_pays,
            what_if=[each.columns for each in self.supposed],
            policies=None if self.side.is_in_force else self.side.versions,
            against=None if self.against is None else self.against.versions,
        )

    @property
    def other(self) -> Scenario | None:
        """The same with the policies that are compared with; None if there are none."""
        return None if self.against is None else replace(self, side=self.against, against=None)

    @property
    def needs_files(self) -> bool:
        """Whether its command reads more than the store."""
        return bool(self.supposed) or not self.side.is_in_force

    @property
    def told(self) -> str:
        """What is special about it, for the header."""
        parts = [self.side.name]
        if self.against is not None:
            parts = [f"A {self.side.name} · B {self.against.name}"]
        if self.nobody_pays:
            parts.append("nobody pays")
        if self.each_day:
            parts.append("as known day by day")
        if self.customer:
            parts.append(f"customers '{self.customer}'")
        if self.run_on:
            parts.append(f"runs on {self.run_on}")
        if self.supposed:
            parts.append(f"{len(self.supposed)} supposed")
        return " · ".join(parts)


def wrong_with(scenario: Scenario) -> str | None:
    """Why a scenario cannot be meant, in a sentence; None: it can."""
    days = (scenario.last - scenario.first).days + 1
    if days < 1:
        return f"the last day, {scenario.last}, is before the first, {scenario.first}"
    if days > MOST_DAYS:
        return f"{days:,} days are more than the {MOST_DAYS:,} that can be played"
    if scenario.run_on:
        found = run_days(scenario.run_on)
        if isinstance(found, str):
            return f"runs on: {found}"
        if not found.may_fall_between(scenario.first, scenario.last):
            return f"runs on: no such day lies from {scenario.first} to {scenario.last}"
    return None


def command_line(
    scenario: Scenario, store: str, policies: Sequence[Path] = (), what_if: Path | None = None
) -> str:
    """The command that repeats what is played. `policies` and `what_if`: files that were written.

    It writes `store` as it is called towards the user, without a password.
    """
    words = ["dun", "simulate", "--database", store]
    words += ["--from", scenario.first.isoformat(), "--to", scenario.last.isoformat()]
    options: Mapping[str, str] = {"--customer": scenario.customer, "--run-on": scenario.run_on}
    for option, value in options.items():
        if value:
            words += [option, value]
    if scenario.each_day:
        words += ["--known", EACH_DAY]
    if scenario.nobody_pays:
        words.append("--no-more-payments")
    if what_if is not None:
        words += ["--what-if", str(what_if)]
    for file in policies:
        words += ["--policy", str(file)]
    return shlex.join(words)


def in_place(
    in_force: Sequence[tuple[str, int, datetime.date]],
    policy: str,
    version: int,
    effective: datetime.date,
    text: str | None = None,
) -> tuple[AskedVersion, ...]:
    """The versions that count if one comes beside them, in place of what its policy has later.

    `in_force`: id, number and first day of those that count.
    """
    kept = [
        AskedVersion(policy=name, version=number)
        for name, number, since in in_force
        if name != policy or (number != version and since < effective)
    ]
    chosen = AskedVersion(text=text) if text is not None else AskedVersion(None, policy, version)
    return (*kept, chosen)
