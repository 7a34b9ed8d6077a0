"""A policy with all that it extends and includes, as one tree.

Every line keeps the span of its own text, so a problem in an inherited line is shown in the file
it stands in. What is composed holds no `extends`, `include`, `without stage` or `stage X after Y`
any more: the passes that come later need not know that there were several texts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dunlang.ast.policy import Extends
from dunlang.composing.include import with_shared
from dunlang.composing.inherit import inherit
from dunlang.composing.library import broken
from dunlang.diagnostics import Diagnostic, has_errors
from dunlang.reading.parsing import parse
from dunlang.suggest import closest

if TYPE_CHECKING:
    from dunlang.ast.policy import Policy
    from dunlang.composing.library import Library

MISSING = "D150"
CIRCLE = "D151"
TWICE = "D102"


def compose(policy: Policy, library: Library) -> tuple[Policy | None, list[Diagnostic]]:
    """The policy that a text means, and what is wrong with what it extends and includes.

    None if a text that is needed is missing or wrong: then nothing can be said of the whole.
    Raises OSError as the library does.
    """
    line, stop = _line(policy, library)
    base: Policy | None = None
    for ancestor in reversed(line[1:]):
        if stop is not None:
            break
        base, found = _on_top_of(base, ancestor, library)
        stop = next((each for each in found if each.severity == "error"), None)
    problems = _twice(policy)
    extends = _extends(policy)
    if stop is None or extends is None:
        result, found = _on_top_of(base, policy, library)
        return result, [*problems, *found]
    if stop.span != extends.span:
        stop = broken(extends.span, _name(extends), stop)
    _, found = with_shared(policy, library)
    return None, [*problems, stop, *found]


def _on_top_of(
    base: Policy | None, policy: Policy, library: Library
) -> tuple[Policy | None, list[Diagnostic]]:
    """A policy with the files it includes, on top of what it extends."""
    whole, problems = with_shared(policy, library)
    if has_errors(problems):
        return None, problems
    result, found = inherit(base, whole)
    return result, [*problems, *found]


def _line(policy: Policy, library: Library) -> tuple[list[Policy], Diagnostic | None]:
    """A policy, the one it extends, and so on; and why the last one cannot be followed further."""
    line = [policy]
    while (wanted := _extends(line[-1])) is not None:
        name = _name(wanted)
        names = [_identity(each) for each in line]
        if name in names:
            return line, _circle(line, names.index(name), wanted)
        found = library.policy(wanted.id.text, int(wanted.version.value), line[-1].span.source)
        if found is None:
            return line, _missing(wanted, _meant(wanted, line, library))
        base, problems = None, list(found.problems)
        if not has_errors(problems):
            base, problems = parse(found.source)
        errors = [each for each in problems if each.severity == "error"]
        if base is None or errors:
            return line, broken(wanted.span, name, errors[0])
        if _identity(base) != name:
            return line, _other(wanted, base)
        line.append(base)
    return line, None


def _extends(policy: Policy) -> Extends | None:
    return next((each for each in policy.header.settings if isinstance(each, Extends)), None)


def _name(node: Extends) -> str:
    return f"{node.id.text} version {node.version.value:f}"


def _identity(policy: Policy) -> str:
    return f"{policy.header.id.text} version {policy.header.version.value:f}"


def _twice(policy: Policy) -> list[Diagnostic]:
    every = [each for each in policy.header.settings if isinstance(each, Extends)]
    return [
        Diagnostic(
            TWICE,
            again.span,
            "'extends' is set twice",
            "a policy starts from one other",
            related=((every[0].span, "here first"),),
        )
        for again in every[1:]
    ]


def _circle(line: list[Policy], first: int, wanted: Extends) -> Diagnostic:
    """The last policy of the line extends one that stands in it."""
    ring = [_identity(each) for each in line[first:]]
    own = _extends(line[0])
    where = own.span if first == 0 and own is not None else wanted.span
    if len(ring) == 1:
        message = f"{ring[0]} extends itself"
    else:
        message = f"{ring[0]} ends up extending itself: {', '.join([*ring[1:], ring[0]])}"
    return Diagnostic(CIRCLE, where, message, "name an earlier version or another policy")


def _meant(wanted: Extends, line: list[Policy], library: Library) -> str:
    """A proposal: the newest version of this policy, or of one with almost the same name."""
    own = {_identity(each) for each in line}
    newest: dict[str, int] = {}
    versions = set(library.policies(line[-1].span.source))
    for name, version in versions:
        if f"{name} version {version}" not in own:
            newest[name] = max(version, newest.get(name, version))
    meant = closest(wanted.id.text, sorted(newest))
    if meant is None:
        return ""
    asked = int(wanted.version.value)
    number = asked if (meant, asked) in versions else newest[meant]
    return f"did you mean '{meant} version {number}'?"


def _missing(wanted: Extends, hint: str) -> Diagnostic:
    file = f"{wanted.id.text}/{wanted.version.value:f}.dun"
    note = f"it is looked for in {file}, beside this policy's folder, and among the policies"
    note += " that are read together with this one"
    message = f"there is no policy {_name(wanted)}"
    return Diagnostic(MISSING, wanted.span, message, hint, notes=(note,))


def _other(wanted: Extends, instead: Policy) -> Diagnostic:
    """The file is there, and holds another policy."""
    return Diagnostic(
        MISSING,
        wanted.span,
        f"there is no policy {_name(wanted)}: its file holds {_identity(instead)}",
        f"write {_identity(instead)} here, or correct the first line of that file",
        related=((instead.header.id.span, "what the file holds"),),
    )
