"""Text -> plan, in one step."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dunlang.checking.check import check
from dunlang.checking.shared_check import check_shared
from dunlang.composing.compose import compose
from dunlang.composing.library import EMPTY
from dunlang.diagnostics import Diagnostic, has_errors, in_order
from dunlang.plan_build import build
from dunlang.reading.parsing import parse, parse_shared
from dunlang.suggest import closest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dunlang.ast.policy import Policy
    from dunlang.checking.checked import Checked
    from dunlang.composing.library import Library
    from dunlang.plan import Plan
    from dunlang.source import Source


_TEXTS = ("extends", "include")
_STARTS = (*_TEXTS, "exclude", "effective")
"""Words that begin a line and look like one another."""


def read_source(
    source: Source, library: Library = EMPTY
) -> tuple[Checked | None, list[Diagnostic]]:
    """The checked policy of a text, None if it has an error; and all problems, by place.

    The library has what the text extends and includes. Raises OSError as it does.
    """
    policy, problems = parse(source)
    if policy is None:
        return None, in_order(problems)
    if _lacks_a_text(problems):
        return None, in_order(problems)
    whole, found = compose(policy, library)
    problems += found
    if whole is None:
        return None, in_order(problems)
    checked, found = check(whole, written=policy)
    problems = in_order([*problems, *(_told(problem, policy) for problem in found)])
    return (None if has_errors(problems) else checked), problems


def _lacks_a_text(problems: Iterable[Diagnostic]) -> bool:
    """Whether a broken line was meant to extend or include: then nobody knows the names."""
    for problem in problems:
        words = problem.span.source.line(problem.span.line).split()
        if problem.severity == "error" and words and closest(words[0], _STARTS) in _TEXTS:
            return True
    return False


def _told(problem: Diagnostic, policy: Policy) -> Diagnostic:
    """A problem in a line of another text says which policy it comes up in."""
    if problem.span.source == policy.span.source:
        return problem
    header = policy.header
    name = f"{header.id.text} version {header.version.text}"
    note = f"this comes up in {name}, which extends or includes this line"
    return replace(problem, notes=(*problem.notes, note))


def compile_source(
    source: Source, library: Library = EMPTY
) -> tuple[Plan | None, list[Diagnostic]]:
    """The plan of a text, None if it has an error; and all problems, by place."""
    checked, problems = read_source(source, library)
    return (build(checked) if checked is not None else None), problems


def shared_problems(source: Source) -> list[Diagnostic]:
    """All that is wrong with a file without a header, as far as it can be told alone; by place."""
    shared, problems = parse_shared(source)
    found = check_shared(shared) if shared is not None else []
    return in_order([*problems, *found])
