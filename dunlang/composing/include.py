"""`include "FILE"`: shared facts, rates, segments and guarantees, in front of the policy's own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PureWindowsPath
from typing import TYPE_CHECKING

from dunlang.ast.policy import Include
from dunlang.composing.library import broken
from dunlang.diagnostics import Diagnostic, has_errors
from dunlang.reading.parsing import parse_shared
from dunlang.suggest import did_you_mean

if TYPE_CHECKING:
    from dunlang.ast.examples import Example
    from dunlang.ast.expressions import Text
    from dunlang.ast.policy import Item, Policy, SharedItem
    from dunlang.composing.library import Library

POLICY = "D033"
MISSING = "D153"
TWICE = "D154"


def with_shared(policy: Policy, library: Library) -> tuple[Policy, list[Diagnostic]]:
    """The policy with the statements of the files that it includes, instead of their names."""
    problems: list[Diagnostic] = []
    shared: list[SharedItem] = []
    own: list[Item | Example] = []
    first: dict[str, Include] = {}
    for item in policy.items:
        if isinstance(item, Include):
            shared += _shared(item, policy, library, first, problems)
        else:
            own.append(item)
    if not first and len(own) == len(policy.items):
        return policy, problems
    return replace(policy, items=(*shared, *own)), problems


def _shared(
    node: Include,
    policy: Policy,
    library: Library,
    first: dict[str, Include],
    problems: list[Diagnostic],
) -> tuple[SharedItem, ...]:
    """The statements of one file; `first` is by file where it was included before."""
    path = node.path
    found = library.shared(path.value, policy.span.source)
    if found is None:
        problems.append(_missing(path, sorted(library.files(policy.span.source))))
        return ()
    before = first.setdefault(found.source.name, node)
    if before is not node:
        problems.append(
            Diagnostic(
                TWICE,
                path.span,
                f"{path.value} is included twice",
                "leave this line out",
                related=((before.path.span, "here first"),),
            )
        )
        return ()
    shared, own = None, list(found.problems)
    if not has_errors(own):
        shared, own = parse_shared(found.source)
    errors = [each for each in own if each.severity == "error"]
    if shared is None or errors:
        problems.append(_unusable(path, errors[0]))
        return ()
    return shared.items


def _missing(path: Text, there: list[str]) -> Diagnostic:
    note = "it is looked for beside this file, in the folder above, and among the files that"
    note += " come with dun"
    way = PureWindowsPath(path.value)  # knows the slashes and drives of every system
    if not way.name:
        message, hint = "no file is named here", 'write its name, such as "segments.dun"'
    elif way.anchor or ".." in way.parts:
        message = f"{path.value} lies elsewhere, where the next reader may have none"
        hint = f'put the file beside this one, and write "{way.name}"'
    else:
        message, hint = f"there is no file {path.value}", did_you_mean(path.value, there)
    return Diagnostic(MISSING, path.span, message, hint, notes=(note,))


def _unusable(path: Text, error: Diagnostic) -> Diagnostic:
    if error.code != POLICY:
        return broken(path.span, path.value, error)
    message = f"{path.value} is a policy of its own, and policies do not include each other"
    hint = "start from it with 'extends', or move what is shared to a file without a header"
    return Diagnostic(POLICY, path.span, message, hint)
