"""What the screens of runs and the audit trail show, worked out without a screen."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from engine.services.audit_search import EntryLine, Wanted
from engine.services.plain_runs import plain_run
from engine.services.run_deliveries import DeliveryLine
from tui.areas.worklist.model import line_columns
from tui.areas.worklist.saying import amounts, counted
from tui.frame.dates import NoDate, read_date
from tui.widgets.table_model import Column, Tone

if TYPE_CHECKING:
    from engine.services.audit import Entry, Verified
    from engine.services.run_lines import RunLine, Totals
    from tui.areas.runs.asking import RunRow

_STATES: Mapping[str, tuple[str, Tone]] = {
    "proposed": ("○ proposed", "accent"),
    "executed": ("✓ executed", "good"),
    "lapsed": ("- lapsed", "dim"),
}
"""A sign, a word and a tone for each."""

_TITLES: Mapping[str, str] = {
    "performed": "Sent",
    "proposed": "Open",
    "held": "Held",
    "begun": "Failed",
    "withdrawn": "Withdrawn",
}
"""What actions in a state are called in the list of runs."""

# ----------------------------------------------------------------------------------------- runs


def run_columns() -> list[Column[RunRow]]:
    """The columns of the list of runs."""

    def count(*states: str) -> Column[RunRow]:
        name = states[0]
        return Column(
            name,
            _TITLES[name],
            lambda row: f"{row.count(*states):,}" if row.count(*states) else "",
            align="right",
            least=5,
            order=lambda row: row.count(*states),
            tone=lambda row: "bad" if name == "begun" and row.count(*states) else "",
        )

    return [
        Column("day", "Run of", lambda row: str(row.run.day), least=10, rigid=True),
        Column("state", "State", lambda row: _STATES[row.run.state][0], least=10, tone=_state_tone),
        Column(
            "actions",
            "Actions",
            lambda row: f"{sum(row.states.values()):,}",
            align="right",
            least=5,
            order=lambda row: sum(row.states.values()),
        ),
        count("performed"),
        count("proposed", "blocked"),
        count("held", "dropped"),
        count("begun"),
        Column("proposer", "Proposed by", _proposer, least=10, most=24),
        Column("executor", "Executed by", _executor, least=10, most=24),
        count("withdrawn"),
        Column("undecided", "Undecided", _undecided, align="right", least=5),
    ]


def _state_tone(row: RunRow) -> Tone:
    return _STATES[row.run.state][1]


def _undecided(row: RunRow) -> str:
    number = row.run.outcomes.get("undecided", 0)
    return f"{number:,}" if number else ""


def _proposer(row: RunRow) -> str:
    return f"{row.run.proposed_by} {row.run.proposed_at:%m-%d %H:%M}"


def _executor(row: RunRow) -> str:
    run = row.run
    return "" if run.executed_at is None else f"{run.executed_by} {run.executed_at:%m-%d %H:%M}"


def run_facts(row: RunRow, done: Totals | None, left: Totals | None) -> Iterator[tuple[str, str]]:
    """What is known of a run, by name."""
    run = row.run
    plain: Mapping[str, Any] = plain_run(run, row.states)
    yield "proposed", f"by {run.proposed_by} at {run.proposed_at:%Y-%m-%d %H:%M} UTC"
    if run.executed_at is not None:
        yield "executed", f"by {run.executed_by} at {run.executed_at:%Y-%m-%d %H:%M} UTC"
    for name, totals in (("sent", done), ("ready", left)):
        if totals is None:
            yield name, "..."
        elif totals.actions:
            fees = f", fees {amounts(totals.fees)}" if totals.fees else ""
            number = counted(totals.actions, "action")
            customers = counted(len(totals.customers), "customer")
            yield name, f"{number} for {customers}: open {amounts(totals.open_amounts)}{fees}"
    policies = ", ".join(f"{each['policy']} {each['version']}" for each in plain["policies"])
    yield "policies", policies or "none"
    outcomes = ", ".join(f"{name.replace('_', ' ')} {n:,}" for name, n in run.outcomes.items())
    yield "cases", outcomes or "none"
    for case, reason in list(run.undecided)[:3]:
        yield "undecided", f"{case}: {reason}"


def action_columns(today: datetime.date) -> list[Column[RunLine]]:
    """The columns of the actions of a run: as on the worklist, but for what is still to be done."""
    known = {each.id: each for each in line_columns(today)}
    known["state"] = replace(known["flag"], id="state", title="What became of it", least=20)
    return [known[id_] for id_ in ("customer", "case", "open", "action", "state", "policy")]


def delivery_columns() -> list[Column[DeliveryLine]]:
    """The columns of deliveries."""
    return [
        Column("customer", "Customer", lambda row: row.name or row.customer, least=12, most=30),
        Column("by", "By", lambda row: ", ".join(row.by), least=6, most=24),
        Column("state", "State", _delivery_state, least=10, most=60, tone=_delivery_tone),
        Column("begun", "Begun (UTC)", lambda row: f"{row.begun_at:%m-%d %H:%M:%S}", least=14),
        Column(
            "ended",
            "Ended",
            lambda row: "" if row.ended_at is None else f"{row.ended_at:%H:%M:%S}",
            least=8,
        ),
        Column("who", "Who", lambda row: row.begun_by, least=5, most=20),
        Column("folder", "Into", lambda row: row.folder, least=8, most=60),
    ]


def _delivery_state(row: DeliveryLine) -> str:
    if row.failure:
        return f"! {row.failure}"
    return {"done": "✓ handed over", "begun": "… begun"}.get(row.state, f"- {row.state}")


def _delivery_tone(row: DeliveryLine) -> Tone:
    if row.failure:
        return "bad"
    return "good" if row.state == "done" else "warning"


# ---------------------------------------------------------------------------------- audit trail


@dataclass(frozen=True, slots=True)
class NoSearch:
    """Why what was typed cannot be looked for."""

    reason: str


def read_wanted(text: str, today: datetime.date) -> Wanted | NoSearch:
    """`who:anna what:approved since:2026-03-01 case:R-1` and other words, in any order."""
    wanted, words = Wanted(), []
    for word in text.split():
        match = re.fullmatch(r"(who|what|case|since):(\S*)", word)
        if match is None:
            words.append(word)
        elif match[1] == "since":
            if not match[2]:
                continue  # it is still being typed
            day = read_date(match[2], today)
            if isinstance(day, NoDate):
                return NoSearch(day.reason)
            wanted = replace(wanted, since=_midnight(day))
        elif match[1] == "who":
            wanted = replace(wanted, who=match[2])
        elif match[1] == "what":
            wanted = replace(wanted, what=match[2])
        else:
            wanted = replace(wanted, case=match[2])
    return replace(wanted, about=" ".join(words))


def _midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), datetime.UTC)


def about_case(text: str, subject: str) -> str | None:
    """A search for the case of an entry; everything, if that is looked for; None: it has none."""
    if re.search(r"\bcase:\S", text):
        return re.sub(r"\s*\bcase:\S*", "", text).strip()
    if not subject.startswith("case "):
        return None
    return f"{text.strip()} case:{subject.removeprefix('case ')}".strip()


ENTRY_COLUMNS: Sequence[Column[EntryLine]] = (
    Column(
        "number",
        "Entry",
        lambda row: f"{row.number:,}",
        align="right",
        least=5,
        order=lambda row: row.number,
    ),
    Column("time", "Time (UTC)", lambda row: row.time, least=19, rigid=True),
    Column("who", "Who", lambda row: row.actor, least=5, most=20),
    Column("what", "What", lambda row: row.action, least=12, most=30),
    Column("about", "About", lambda row: row.subject, least=12, most=40),
    Column("details", "", lambda row: row.details, least=10, most=200),
)


def verified_title(found: Verified | None, at: datetime.datetime | None) -> tuple[str, Tone]:
    """What is known of the trail: whether it was checked, and what came of it."""
    if found is None or at is None:
        return "Audit trail · not checked yet; V checks it", ""
    number = counted(found.entries, "entry", "entries")
    time = f"{at:%H:%M} UTC"
    if found.flaws:
        flaws = counted(len(found.flaws), "flaw")
        return f"Audit trail · ✖ {flaws} in {number}, checked {time}; F shows them", "bad"
    return f"Audit trail · ✔ {number}, no flaw, checked {time} · head {found.head[:16]}", "good"


def entry_text(entry: Entry) -> Iterator[tuple[str, Tone]]:
    """An entry in full."""
    yield f"{entry.number:,}  {entry.at:%Y-%m-%d %H:%M:%S.%f} UTC", "accent"
    yield f"{entry.actor}: {entry.action}, {entry.subject}", ""
    yield "", ""
    decision = entry.body.get("decision") if isinstance(entry.body, dict) else None
    if isinstance(decision, dict) and decision.get("because"):
        yield "Why", "accent"
        for line in decision["because"]:
            verdict = f": {line['verdict']}" if line.get("verdict") else ""
            yield f"{line['file']}:{line['line']}  {line['text']}{verdict}", ""
        yield "", ""
    yield "In full", "accent"
    for text in json.dumps(entry.body, ensure_ascii=False, indent=2).splitlines():
        yield text, ""
    yield "", ""
    yield f"hash      {entry.hash}", "dim"
    yield f"previous  {entry.previous}", "dim"


def flaw_lines(found: Verified) -> list[str]:
    """What a check found, and what may be done."""
    if not found.flaws:
        return ["No flaw: every entry is what was written, and every decision comes out the same."]
    shown = [f"entry {flaw.number:,}: {flaw.reason}" for flaw in found.flaws[:200]]
    more = len(found.flaws) - len(shown)
    return [*shown, f"and {more:,} more"] if more > 0 else shown
