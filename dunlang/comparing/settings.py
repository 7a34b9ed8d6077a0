"""A policy as settings, each with its meaning: what two versions are compared by.

What says nothing new is left out: a header line that only repeats what holds anyway, `no fee` in a
stage of the ladder, a title that is the name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dunlang.ast import policy as tree
from dunlang.ast.examples import Example
from dunlang.ast.policy import (
    ClaimWhenPaid,
    ContactHours,
    ContactLimit,
    Exclude,
    FactDecl,
    FeesAtMost,
    FeesTaxedAt,
    ForBlock,
    Grace,
    Guarantee,
    Hold,
    Interest,
    NoFees,
    NoInterest,
    NoInterestBelow,
    RateDecl,
    Segment,
    Skip,
    WaitChange,
)
from dunlang.ast.stages import (
    After,
    By,
    Cancel,
    ChargeInterest,
    Fee,
    HandOver,
    Mode,
    NeedsApproval,
    NoticeGap,
    PayWithin,
    Repeat,
    Replaces,
    Stage,
    Suspend,
    Task,
    Template,
    When,
    WriteOff,
)
from dunlang.comparing.meaning import meaning_of
from dunlang.comparing.words import first_line, words_of

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator

    from dunlang.ast.node import Node
    from dunlang.ast.policy import ExceptionItem, Header, Item
    from dunlang.ast.stages import Clause
    from dunlang.source import Span

HEADER: dict[type[Node], tuple[str, str]] = {
    tree.Effective: ("effective", ""),
    tree.AppliesWhen: ("applies when", ""),
    tree.Currencies: ("currency", ""),
    tree.Calendar: ("calendar", ""),
    tree.Timezone: ("timezone", "timezone UTC"),
    tree.DunEach: ("dun each", "dun each invoice"),
    tree.Letters: ("letters", ""),
    Grace: ("grace", "grace 0 days"),
    tree.RunOn: ("run on", "run on any day"),
    tree.Round: ("round", "round half up"),
    tree.LateRuns: ("late runs", "late runs go one stage at a time"),
    tree.RunningCases: ("running cases", "running cases move to this version"),
    tree.ReopenedContinue: ("reopened cases", ""),
    tree.StepDown: ("step down", ""),
    tree.PaymentsSettle: ("payments settle", "payments settle open amount first"),
    tree.SettledWhen: ("settled when", "settled when open amount is paid"),
}
"""Name of each setting of the header, and what holds where nothing is said."""

NAMES: dict[type[Node], str] = {
    FactDecl: "fact",
    RateDecl: "rate",
    Segment: "segment",
    Exclude: "exclude",
    Hold: "hold",
    FeesAtMost: "fees at most",
    FeesTaxedAt: "fees taxed at",
    Interest: "interest",
    NoInterest: "no interest",
    NoInterestBelow: "no interest below",
    ClaimWhenPaid: "claim interest when paid",
    ContactLimit: "contact at most",
    ContactHours: "contact between",
    Guarantee: "guarantee",
    Example: "example",
    WaitChange: "wait",
    Skip: "skip",
    NoFees: "no fees",
    Grace: "grace",
    After: "after",
    When: "when",
    Repeat: "repeat",
    By: "by",
    Fee: "fee",
    PayWithin: "pay within",
    Template: "template",
    Mode: "mode",
    NeedsApproval: "needs approval",
    Task: "task",
    HandOver: "hand over",
    ChargeInterest: "charge interest",
    Suspend: "suspend",
    Cancel: "cancel",
    WriteOff: "write off",
    Replaces: "replaces",
}
"""Of everything else that is a setting; a gap between notices is named by whose they are."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a version says, in its words."""

    text: str
    span: Span | None
    """Where; None: it is what holds where nothing is said."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing that a policy, a stage or an exception sets."""

    name: str
    """The words that it begins with, such as `fee`."""
    id: str
    """What tells it from others of its name: `customer.risk` of a fact; else empty."""
    said: Said
    meaning: Hashable
    body: Hashable
    """The meaning without the id, where it has one."""


@dataclass(frozen=True, slots=True)
class StageSettings:
    """A stage of the ladder."""

    id: str
    settings: tuple[Setting, ...]
    replaces: frozenset[str]
    """Earlier stages of this policy of which it takes the place."""
    said: Said


@dataclass(frozen=True, slots=True)
class Block:
    """A `for` block."""

    head: Setting
    """Whom it is for, and when."""
    settings: tuple[Setting, ...]
    stages: tuple[StageSettings, ...]
    """What it replaces in stages."""
    said: Said

    @property
    def body(self) -> Hashable:
        """What it sets, whomever it is for."""
        stages = frozenset((each.id, _meanings(each.settings)) for each in self.stages)
        return _meanings(self.settings), stages


@dataclass(frozen=True, slots=True)
class PolicySettings:
    """A whole policy."""

    settings: tuple[Setting, ...]
    stages: tuple[StageSettings, ...]
    """In the order of the ladder."""
    blocks: tuple[Block, ...]
    """In the order in which they apply."""


def settings_of(policy: tree.Policy) -> PolicySettings:
    """Everything that a checked policy sets. What it extends and includes is in it."""
    header = policy.header
    items = [item for item in policy.items if not isinstance(item, Stage | ForBlock)]
    stages = [item for item in policy.items if isinstance(item, Stage)]
    blocks = [item for item in policy.items if isinstance(item, ForBlock)]
    return PolicySettings(
        (*_of_header(header), *(_item(item, header) for item in items)),
        tuple(_stage(stage, header) for stage in stages),
        tuple(_block(block, header) for block in blocks),
    )


def _of_header(header: Header) -> Iterator[Setting]:
    title = header.title.value if header.title else header.id.text
    if title != header.id.text:
        yield _titled(title, (header.title or header).span)
    for each in header.settings:
        name, usual = HEADER[type(each)]
        said = Said(words_of(each, header), each.span)
        if said.text != usual:
            meaning = meaning_of(each)
            yield Setting(name, "", said, meaning, meaning)


def _titled(title: str, span: Span) -> Setting:
    return Setting("title", "", Said(f'"{title}"', span), title, title)


def _item(node: Item | ExceptionItem | Example, header: Header) -> Setting:
    id_, body = _identity(node)
    said = Said(words_of(node, header), node.span)
    return Setting(_name(node), id_, said, meaning_of(node), body)


def _name(node: Node) -> str:
    if isinstance(node, NoticeGap):
        whose = " to a customer" if node.to_customer else ""
        return f"at least ... between notices{whose}"
    return NAMES[type(node)]


def _identity(node: Node) -> tuple[str, Hashable]:
    """What tells a statement from others of its kind, and what it says beside that."""
    match node:
        case FactDecl():
            return node.path.text, (meaning_of(node.type), meaning_of(node.default))
        case RateDecl():
            return node.name.text, node.table.value
        case Segment():
            return node.name.text, meaning_of(node.condition)
        case Exclude():
            return node.text.value, meaning_of(node.condition)
        case Hold():
            return node.text.value, (meaning_of(node.condition), node.clock_stopped)
        case Guarantee():
            return node.title.value, frozenset(map(meaning_of, node.claims))
        case Example():
            return node.title.value, meaning_of(node.lines)
        case _:
            return "", meaning_of(node)


def _stage(stage: Stage, header: Header) -> StageSettings:
    """A stage of the ladder: what only repeats what holds anyway is left out."""
    found = [each for each in _clauses(stage, header) if each.meaning not in _USUAL]
    if stage.title is not None and stage.title.value != stage.id.text:
        found.insert(0, _titled(stage.title.value, stage.title.span))
    replaced = (
        old.stage
        for clause in stage.clauses
        if isinstance(clause, Replaces)
        for old in clause.stages
        if old.policy in {None, header.id.text}
    )
    said = Said(words_of(stage, header), stage.span)
    return StageSettings(stage.id.text, tuple(found), frozenset(replaced), said)


_USUAL: frozenset[Hashable] = frozenset(
    {
        ("After", frozenset({("WaitTerm", "since last", ("Duration", 0, "day"), None)})),
        ("Fee", None, False, False, None),
        ("Mode", "send", None),
    }
)
"""What a stage does that says nothing."""


def _clauses(stage: Stage, header: Header) -> Iterator[Setting]:
    for clause in stage.clauses:
        yield _clause(clause, header)


def _clause(clause: Clause, header: Header) -> Setting:
    meaning = meaning_of(clause)
    return Setting(_name(clause), "", Said(words_of(clause, header), clause.span), meaning, meaning)


def _block(block: ForBlock, header: Header) -> Block:
    said = Said(words_of(block, header), block.span)
    who = meaning_of(block.condition)
    dates = meaning_of(block.first), meaning_of(block.until)
    head = Setting("for", "", Said(first_line(said.text), block.span), (who, dates), who)
    rest = [item for item in block.items if not isinstance(item, Stage)]
    stages = [
        StageSettings(
            item.id.text,
            tuple(_clauses(item, header)),
            frozenset(),
            Said(words_of(item, header), item.span),
        )
        for item in block.items
        if isinstance(item, Stage)
    ]
    settings = tuple(
        _no_fees(item, block, header) if isinstance(item, NoFees) else _item(item, header)
        for item in rest
    )
    return Block(head, settings, tuple(stages), said)


def _no_fees(item: NoFees, block: ForBlock, header: Header) -> Setting:
    """`no fees`, but for the fees that are set after it in the same block."""
    later = block.items[block.items.index(item) + 1 :]
    kept = frozenset(
        each.id.text
        for each in later
        if isinstance(each, Stage) and any(isinstance(clause, Fee) for clause in each.clauses)
    )
    meaning = "NoFees", kept
    return Setting("no fees", "", Said(words_of(item, header), item.span), meaning, meaning)


def _meanings(settings: Iterable[Setting]) -> Hashable:
    return frozenset((each.name, each.id, each.meaning) for each in settings)
