"""Versions that dun something else than the one before, while its cases still run."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from dunlang.ast.policy import DunEach, RunningCases
from dunlang.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dunlang.checking.checked import Checked
    from dunlang.source import Span


def changed_units(versions: Sequence[Checked]) -> Iterator[Diagnostic]:
    """Of the versions of one policy, in order: those whose cases are of another kind.

    Only where running cases stay with their version: then an invoice would be dunned by the old
    one alone and by the new one as a part of an account.
    """
    for before, after in pairwise(versions):
        stays = _stays(after)
        unit, where = _unit(after)
        earlier, there = _unit(before)
        if stays is None or unit == earlier:
            continue
        yield Diagnostic(
            "D157",
            where,
            f"version {after.version} duns each {unit}, and cases that stay with version"
            f" {before.version} are of another kind: each {earlier}",
            "write 'running cases move to this version', or publish a policy of its own",
            related=((there, f"version {before.version}"), (stays, "so both would dun")),
        )


def _unit(checked: Checked) -> tuple[str, Span]:
    """What a version duns, in its own words, and where it says so."""
    for setting in checked.policy.header.settings:
        if isinstance(setting, DunEach):
            by = f" by {setting.by.path}" if setting.by else ""
            return f"{setting.unit}{by}", setting.span
    header = checked.policy.header
    return "invoice", header.id.span.to(header.version.span)


def _stays(checked: Checked) -> Span | None:
    """Where a version says that running cases stay with theirs."""
    for setting in checked.policy.header.settings:
        if isinstance(setting, RunningCases) and setting.how == "stay with their version":
            return setting.span
    return None
