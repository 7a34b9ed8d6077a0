"""`extends`: a policy on top of another.

Whatever is named again is replaced where it stood, the rest is inherited, what is new comes at the
end. Title, number and day are a version's own; so are examples, which prove the policy they are
written for.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dunlang.ast.examples import Example
from dunlang.ast.policy import (
    ContactLimit,
    Effective,
    Exclude,
    Extends,
    FactDecl,
    ForBlock,
    Guarantee,
    Hold,
    RateDecl,
    Segment,
    WithoutStage,
)
from dunlang.ast.stages import NoticeGap, Stage
from dunlang.composing.ladder import changed_ladder, without_base
from dunlang.composing.left_out import without_stages

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from dunlang.ast.policy import Header, Item, Policy
    from dunlang.diagnostics import Diagnostic


def inherit(base: Policy | None, own: Policy) -> tuple[Policy, list[Diagnostic]]:
    """A policy on top of a composed one, or alone; and what is wrong with its changes."""
    if base is None:
        return without_base(own)
    gone = {item.stage.text for item in own.items if isinstance(item, WithoutStage)}
    inherited = without_stages(
        [item for item in base.items if not isinstance(item, Example | Stage)], gone
    )
    changes = [item for item in own.items if not isinstance(item, Stage | WithoutStage)]
    ladder, problems = changed_ladder(base, own)
    items = (*_merged(inherited, changes), *ladder)
    return replace(own, header=_header(base.header, own.header), items=items), problems


def _header(base: Header, own: Header) -> Header:
    """The settings of both; what is named again is replaced."""
    again = {type(setting) for setting in own.settings}
    inherited = [
        setting
        for setting in base.settings
        if type(setting) not in again and not isinstance(setting, Effective)
    ]
    settings = [setting for setting in own.settings if not isinstance(setting, Extends)]
    return replace(own, settings=(*inherited, *settings))


def _merged(
    inherited: Sequence[Item | Example], changes: Sequence[Item | Example]
) -> list[Item | Example]:
    named: dict[Hashable, list[Item | Example]] = {}
    for item in changes:
        named.setdefault(_named(item), []).append(item)
    result: list[Item | Example] = []
    replaced: set[Hashable] = set()
    for item in inherited:
        name = _named(item)
        if name not in named:
            result.append(item)
        elif name not in replaced:
            replaced.add(name)
            result += named[name]
    return [*result, *(item for item in changes if _named(item) not in replaced)]


def _named(item: Item | Example) -> Hashable:
    """What must be named again to replace a statement."""
    match item:
        case FactDecl(path=path):
            return FactDecl, path.text
        case RateDecl(name=name) | Segment(name=name):
            return type(item), name.text
        case Exclude(text=text) | Hold(text=text):
            return type(item), text.value
        case Guarantee(title=title) | Example(title=title):
            return type(item), title.value
        case ContactLimit(channels=channels):
            return ContactLimit, frozenset(channel.text for channel in channels)
        case NoticeGap(to_customer=to_customer):
            return NoticeGap, to_customer
        case ForBlock(condition=condition, first=first, until=until):
            return ForBlock, condition, first, until
        case _:
            return (type(item),)
