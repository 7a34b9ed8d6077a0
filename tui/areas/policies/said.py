"""What the panels and dialogs say: sentences and lines, from what services found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from dunlang.render import visible
from dunlang.suggest import listed
from engine.core.money import Money
from engine.services.words import OUTCOMES
from tui.areas.policies.model import SIGNS, TONES, said_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dunlang.diagnostics import Diagnostic
    from engine.core.examples import ExampleResult
    from engine.services.comparing import Difference, Effect, Step
    from tui.areas.policies.model import Entry

Pieces: TypeAlias = "Sequence[tuple[str, str]]"
"""Parts of a line, each with its tone."""
_MOST = 100
"""Examples that are listed one by one."""
_MOVES = 12
"""Kinds of moves that are told; the rest is counted."""


def counted(count: int, what: str) -> str:
    """`1 case`, `1,204 cases`."""
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


def amounts(minor: Mapping[str, int]) -> str:
    """Amounts by currency in one line; currencies are never added up."""
    return listed([str(Money(minor[code], code)) for code in sorted(minor) if minor[code]])


# --------------------------------------------------------------------------------------- impact


def moved_cases(effect: Effect) -> int:
    """For how many cases something else is next."""
    return sum(each.cases for each in effect.moves.values())


def impact_lines(effect: Effect) -> Iterator[tuple[str, str]]:
    """Each line with its tone."""
    moved = moved_cases(effect)
    if not effect.cases:
        yield f"On {effect.on} it decides no open case.", ""
        return
    if not moved and not effect.otherwise:
        yield f"On {effect.on}: no change for {counted(effect.cases, 'open case')}.", "good"
        return
    yield f"On {effect.on}, of {counted(effect.cases, 'open case')}:", "bold"
    parts = [
        f"{count:,} {said}"
        for count, said in (
            (effect.earlier, "earlier"),
            (effect.later, "later"),
            (moved - effect.earlier - effect.later, "otherwise next"),
            (effect.otherwise, "on other terms"),
        )
        if count > 0
    ]
    yield " · ".join(parts), "bold"
    ordered = sorted(effect.moves.items(), key=lambda each: (-each[1].cases, str(each[0])))
    for move, each in ordered[:_MOVES]:
        yield f"{each.cases:,}  {step_said(move.old)}", ""
        same = move.old == move.new
        yield f"    → {'on another day' if same else step_said(move.new)}", "accent"
        yield f"    {amounts(each.amounts)}", "dim"
    if len(ordered) > _MOVES:
        rest = sum(each.cases for _, each in ordered[_MOVES:])
        yield f"and {counted(rest, 'case')} in other ways", "dim"


def impact_sentence(effect: Effect | None) -> str:
    """What a version would do, as a dialog says it."""
    if effect is None:
        return "What it changes in the next run is not worked out yet."
    moved = moved_cases(effect)
    if not moved and not effect.otherwise:
        return f"On {effect.on} it decides {counted(effect.cases, 'open case')} as now."
    total: dict[str, int] = {}
    for each in effect.moves.values():
        for code, minor in each.amounts.items():
            total[code] = total.get(code, 0) + minor
    said = f"On {effect.on} something else is next for {moved:,} of"
    said += f" {counted(effect.cases, 'open case')}"
    return f"{said} ({amounts(total)})." if amounts(total) else f"{said}."


def step_said(step: Step) -> str:
    """`to be done: reminder`."""
    said = OUTCOMES[step.outcome]
    return f"{said}: {step.stage}" if step.stage else said


# ----------------------------------------------------------------------------------- difference


def meaning_lines(found: Difference) -> Iterator[tuple[str, str]]:
    """What changed in meaning: each line with its tone."""
    changes = found.of_cases
    yield (
        f"{found.old.id} version {found.old.version} → {found.new.version}: "
        + (counted(len(changes), "change") if changes else "no change in meaning"),
        "bold",
    )
    for change in changes:
        place = f"{change.where}: " if change.where else ""
        yield visible(f"{place}{change.setting} {change.kind}"), "accent"
        if change.kind == "moved" and change.old and change.new:
            yield visible(f"    was {change.old.text}, is {change.new.text}"), ""
            continue
        for sign, said, tone in (("-", change.old, "bad"), ("+", change.new, "good")):
            for line in [] if said is None else said.text.splitlines():
                yield f"  {sign} {visible(line)}", tone
    for change in found.of_checks:
        yield visible(f"{change.setting} {change.kind}"), "dim"


def text_lines(old: str, new: str, names: tuple[str, str]) -> Iterator[tuple[str, str]]:
    """The difference line by line: each line with its tone."""
    import difflib  # noqa: PLC0415 - only where a text is compared

    before, after = old.splitlines(), new.splitlines()
    nothing = True
    for line in difflib.unified_diff(before, after, *names, lineterm=""):
        nothing = False
        tone = {"+": "good", "-": "bad", "@": "dim"}.get(line[:1], "")
        yield visible(line), "bold" if line.startswith(("---", "+++")) else tone
    if nothing:
        yield f"{names[0]} and {names[1]} have the same text", "dim"


# -------------------------------------------------------------------------------------- lists


def problem_line(problem: Diagnostic, own: str) -> Pieces:
    """A problem in a list: place, code, what is wrong, the way out."""
    sign, tone = ("✖", "bad") if problem.severity == "error" else ("⚠", "warning")
    where = f"{problem.span.line}:{problem.span.column}"
    if problem.span.source.name != own:
        where = f"{problem.span.source.name}:{problem.span.line}"
    found = [(f"{sign} ", tone), (f"{where:>6} {problem.code} ", "dim")]
    found.append((visible(problem.message), ""))
    if problem.hint:
        found.append((f"  {visible(problem.hint)}", "accent"))
    return found


def telling(results: Sequence[ExampleResult]) -> Sequence[ExampleResult]:
    """The examples that are listed: of very many only those that came otherwise."""
    if len(results) <= _MOST:
        return results
    return [each for each in results if not each.passed][:_MOST]


def example_line(result: ExampleResult) -> Pieces:
    """An example in a list, with the first thing that came otherwise."""
    sign, tone = ("✓", "good") if result.passed else ("✗", "bad")
    found = [(f"{sign} ", tone), (f"{result.span.line:>5} ", "dim"), (visible(result.title), "")]
    if not result.passed:
        found.append((f"  {visible(result.problems[0].message)}", "accent"))
    return found


def history_line(each: Entry) -> Pieces:
    """A version in the list of its policy's versions."""
    found = [(f"{SIGNS[each.state]} ", TONES[each.state]), (f"{each.number:>4}  ", "")]
    found.append((f"{said_of(each, None):<20}", ""))
    if each.stored is None:
        return [*found, ("a file that nobody published", "dim")]
    version = each.stored.version
    until = "" if each.stored.until is None else f" to {each.stored.until}"
    found.append((f"from {version.effective}{until}  ", ""))
    by = f"published {version.published_at.date()} by {version.author}"
    if version.approved_at is not None:
        by += f", approved {version.approved_at.date()} by {version.approver}"
    if version.rejected_at is not None:
        by += f", rejected by {version.rejected_by}: {visible(version.rejection or '')}"
    return [*found, (by, "dim")]


# ------------------------------------------------------------------------------------- dialogs


@dataclass(frozen=True, slots=True)
class Asked:
    """A question before something is done that others will notice."""

    sentence: str
    does: str
    count: int | None = None


def ask_to_publish(
    name: str, effective: str, failed: Sequence[str], effect: Effect | None
) -> Asked:
    """Before a draft is published."""
    said = [f"Publish {name}, in force from {effective}, for good: its text never changes again."]
    if failed:
        said.append(f"{counted(len(failed), 'example')} of it came otherwise than expected.")
    said.append(impact_sentence(effect))
    said.append("It counts when another person has approved it.")
    return Asked(" ".join(said), "publish it")


def ask_to_approve(entry: Entry, effect: Effect | None) -> Asked:
    """Before a version is approved: that cannot be taken back."""
    stored = entry.stored
    said = [f"Approve {entry.name}"]
    if stored is not None:
        version = stored.version
        said[0] += f", published by {version.author}: it decides from {version.effective} on"
    said[0] += "."
    said.append(impact_sentence(effect))
    moved = 0 if effect is None else moved_cases(effect)
    return Asked(" ".join(said), "approve it", moved or entry.number)
