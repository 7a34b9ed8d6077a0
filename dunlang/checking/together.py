"""Several policies side by side: versions in order, facts that mean the same everywhere."""

from __future__ import annotations

from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from dunlang.ast.policy import Effective
from dunlang.checking.dropped import dropped_stages
from dunlang.checking.overlap import overlaps
from dunlang.checking.scope import declared_type
from dunlang.checking.unit_change import changed_units
from dunlang.checking.words import in_words
from dunlang.diagnostics import Diagnostic, in_order

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dunlang.ast.expressions import Date
    from dunlang.ast.policy import FactDecl
    from dunlang.checking.checked import Checked


def check_together(policies: Sequence[Checked]) -> list[Diagnostic]:
    """What is wrong with these policies and versions as one set, each of them being right."""
    ordered = sorted(policies, key=lambda checked: (checked.id, checked.version))
    problems = [*_versions(ordered), *_facts(ordered), *overlaps(ordered)]
    for _, group in groupby(ordered, key=lambda checked: checked.id):
        versions = list(group)
        problems += [*dropped_stages(versions), *changed_units(versions)]
    return in_order(problems)


def _versions(ordered: list[Checked]) -> Iterator[Diagnostic]:
    for before, after in pairwise(ordered):
        if before.id != after.id:
            continue
        header, earlier = after.policy.header, before.policy.header
        if before.version == after.version:
            yield Diagnostic(
                "D120",
                header.id.span.to(header.version.span),
                f"policy {after.id} has two versions {after.version}",
                hint="a version is published once; give the newer text the next number",
                related=((earlier.id.span.to(earlier.version.span), "the other one"),),
            )
            continue
        date, earlier_date = _effective(after), _effective(before)
        if date is not None and earlier_date is not None and date.value <= earlier_date.value:
            yield Diagnostic(
                "D121",
                date.span,
                f"version {after.version} must take effect after version {before.version}",
                hint=f"write a day after {earlier_date.value}",
                related=((earlier_date.span, f"version {before.version}"),),
            )


def _effective(checked: Checked) -> Date | None:
    for setting in checked.policy.header.settings:
        if isinstance(setting, Effective):
            return setting.date
    return None


def _facts(ordered: list[Checked]) -> Iterator[Diagnostic]:
    """One fact has one type: a ledger has one column for it.

    The choices of a `one of` may grow from version to version of a policy; of different policies,
    those of the newest versions must agree.
    """
    first: dict[str, FactDecl] = {}
    current: dict[str, FactDecl] = {}
    for _, group in groupby(ordered, key=lambda checked: checked.id):
        versions = list(group)
        for checked in versions:
            newest = checked is versions[-1]
            for path, decl in checked.facts.items():
                other = first.setdefault(path, decl)
                if other.type.name == decl.type.name and newest:
                    other = current.setdefault(path, decl)
                    if _choices(other) == _choices(decl):
                        continue
                elif other.type.name == decl.type.name:
                    continue
                yield _two_types(decl, other)


def _choices(decl: FactDecl) -> set[str]:
    return {choice.text for choice in decl.type.choices}


def _two_types(decl: FactDecl, other: FactDecl) -> Diagnostic:
    mine, theirs = in_words(declared_type(decl)), in_words(declared_type(other))
    return Diagnostic(
        "D122",
        decl.type.span,
        f"{decl.path.text} is {mine} here and {theirs} elsewhere",
        hint="declare it alike everywhere",
        related=((other.type.span, "the other one"),),
    )
