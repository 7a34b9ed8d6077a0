"""Text -> plan, in one step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dunlang.checking.check import check
from dunlang.diagnostics import Diagnostic, has_errors, in_order
from dunlang.plan_build import build
from dunlang.reading.parsing import parse

if TYPE_CHECKING:
    from dunlang.checking.checked import Checked
    from dunlang.plan import Plan
    from dunlang.source import Source


def read_source(source: Source) -> tuple[Checked | None, list[Diagnostic]]:
    """The checked policy of a text, None if it has an error; and all problems, by place."""
    policy, problems = parse(source)
    if policy is None:
        return None, in_order(problems)
    checked, found = check(policy)
    problems = in_order([*problems, *found])
    return (None if has_errors(problems) else checked), problems


def compile_source(source: Source) -> tuple[Plan | None, list[Diagnostic]]:
    """The plan of a text, None if it has an error; and all problems, by place."""
    checked, problems = read_source(source)
    return (build(checked) if checked is not None else None), problems
