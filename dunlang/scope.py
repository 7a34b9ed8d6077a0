"""What the passes of the checker share: the names of a policy, and where they write problems."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dunlang.ast.policy import Currencies, FactDecl, Segment
from dunlang.ast.stages import Stage
from dunlang.builtins import FACTS
from dunlang.currencies import MINOR_DIGITS
from dunlang.diagnostics import Diagnostic
from dunlang.types import Type

if TYPE_CHECKING:
    from dunlang.ast.policy import Policy
    from dunlang.lost import Lost
    from dunlang.source import Span


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
    currencies: tuple[str, ...]
    """Known codes of the header, each once; empty where the header names none."""
    problems: list[Diagnostic] = field(default_factory=list)
    used_facts: set[str] = field(default_factory=set)
    used_segments: set[str] = field(default_factory=set)

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

    def knows_stage(self, name: str) -> bool:
        """Whether the ladder has this stage, or would have it but for a broken line."""
        return name in self.stages or self.lost.declares("stage", name)


def scope_of(policy: Policy, lost: Lost) -> Scope:
    """Collect the names of a policy; reports nothing."""
    facts: dict[str, FactDecl] = {}
    segments: dict[str, Segment] = {}
    stages: dict[str, Stage] = {}
    for item in policy.items:
        match item:
            case FactDecl():
                facts.setdefault(item.path.text, item)
            case Segment():
                segments.setdefault(item.name.text, item)
            case Stage():
                stages.setdefault(item.id.text, item)
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
        if code.text in MINOR_DIGITS
    ]
    return Scope(policy, lost, types, facts, segments, stages, tuple(dict.fromkeys(codes)))


def declared_type(decl: FactDecl) -> Type:
    """The type that a `fact` line gives to its fact."""
    return Type(decl.type.name, tuple(dict.fromkeys(choice.text for choice in decl.type.choices)))
