"""What the passes of the checker share: the names of a policy, and where they write problems."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from dunlang.ast.policy import Currencies, DunEach, FactDecl, RateDecl, Segment
from dunlang.ast.stages import Stage
from dunlang.builtins import FACTS
from dunlang.currencies import MINOR_DIGITS
from dunlang.diagnostics import Diagnostic
from dunlang.types import Type

if TYPE_CHECKING:
    from dunlang.ast.node import Node
    from dunlang.ast.policy import Policy
    from dunlang.checking.lost import Lost
    from dunlang.source import Span

_OTHER_USES = 3
"""How many further uses of an unknown name are shown; the first is the one to look at."""


@dataclass(slots=True)
class Scope:
    """The names that a policy may use, and the problems found so far.

    The first declaration of a name is the one that counts; `structure` complains about others.
    """

    policy: Policy
    lost: Lost
    types: dict[str, Type]
    """By path, built in and declared."""
    facts: dict[str, FactDecl]
    segments: dict[str, Segment]
    stages: dict[str, Stage]
    rates: dict[str, RateDecl]
    currencies: tuple[str, ...]
    """Codes of the header, each once; empty where the header has none, or one that is wrong.

    Nothing can be said then about the currencies that a list of amounts must cover.
    """
    problems: list[Diagnostic] = field(default_factory=list)
    used_facts: set[str] = field(default_factory=set)
    used_segments: set[str] = field(default_factory=set)
    used_rates: set[str] = field(default_factory=set)
    _unknown: dict[tuple[str, str], int] = field(default_factory=dict)
    """Where in `problems` an unknown name was reported."""

    def report(
        self,
        code: str,
        span: Span,
        message: str,
        *,
        hint: str = "",
        notes: tuple[str, ...] = (),
        related: tuple[tuple[Span, str], ...] = (),
    ) -> None:
        """Write down one problem."""
        self.problems.append(Diagnostic(code, span, message, hint, notes, related))

    def report_name(
        self, code: str, name: str, span: Span, message: str, *, hint: str, notes: tuple[str, ...]
    ) -> None:
        """Write down that a name is unknown, once; other uses are shown with the first."""
        at = self._unknown.setdefault((code, name), len(self.problems))
        if at == len(self.problems):
            self.report(code, span, message, hint=hint, notes=notes)
            return
        first = self.problems[at]
        if len(first.related) < _OTHER_USES:
            self.problems[at] = replace(first, related=(*first.related, (span, "and here")))

    def knows_stage(self, name: str) -> bool:
        """Whether the ladder has this stage, or may have it but for a broken line."""
        return name in self.stages or self.lost.declares("stage", name, self.stages)

    def knows_segment(self, name: str) -> bool:
        """Whether there is such a segment, or may be but for a broken line."""
        return name in self.segments or self.lost.declares("segment", name, self.segments)

    def knows_rate(self, name: str) -> bool:
        """Whether there is such a reference rate, or may be but for a broken line."""
        return name in self.rates or self.lost.declares("rate", name, self.rates)

    @property
    def unit(self) -> DunEach | None:
        """The setting that says what is dunned; None where it is left out or broken."""
        settings = self.policy.header.settings
        return next((setting for setting in settings if isinstance(setting, DunEach)), None)

    @property
    def duns_accounts(self) -> bool:
        """Whether a case is an account with many invoices."""
        return self.unit is not None and self.unit.unit == "account"

    def is_own(self, node: Node) -> bool:
        """Whether something stands in the text of this policy, and not in one that it uses."""
        return node.span.source is self.policy.header.span.source

    def knows_fact(self, path: str) -> bool:
        """Whether there is such a fact, or may be but for a broken line."""
        if path in self.types:
            return True
        owner = f"{path.partition('.')[0]}."
        known = [other for other in self.types if other.startswith(owner)]
        # Only the last word counts for likeness: the owner is the same for all of them.
        return path in self.lost.words or self.lost.declares(
            "fact", path.removeprefix(owner), [other.removeprefix(owner) for other in known]
        )


def scope_of(policy: Policy, lost: Lost) -> Scope:
    """Collect the names of a policy; reports nothing."""
    facts: dict[str, FactDecl] = {}
    segments: dict[str, Segment] = {}
    stages: dict[str, Stage] = {}
    rates: dict[str, RateDecl] = {}
    for item in policy.items:
        match item:
            case FactDecl():
                facts.setdefault(item.path.text, item)
            case Segment():
                segments.setdefault(item.name.text, item)
            case Stage():
                stages.setdefault(item.id.text, item)
            case RateDecl():
                rates.setdefault(item.name.text, item)
            case _:
                pass
    types = {path: fact.type for path, fact in FACTS.items()}
    for path, decl in facts.items():
        types.setdefault(path, declared_type(decl))
    codes = [
        code.text
        for setting in policy.header.settings
        if isinstance(setting, Currencies)
        for code in setting.codes
    ]
    if not MINOR_DIGITS.keys() >= set(codes):
        codes = []
    named = tuple(dict.fromkeys(codes))
    return Scope(policy, lost, types, facts, segments, stages, rates, named)


def declared_type(decl: FactDecl) -> Type:
    """The type that a `fact` line gives to its fact."""
    return Type(decl.type.name, tuple(dict.fromkeys(choice.text for choice in decl.type.choices)))
