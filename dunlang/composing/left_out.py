"""What is inherited, without the lines that speak of stages which were left out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dunlang.ast.policy import ForBlock, Guarantee, Skip
from dunlang.ast.stages import Stage

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from collections.abc import Set as AbstractSet

    from dunlang.ast.examples import Example
    from dunlang.ast.policy import Claim, ExceptionItem, Item


def without_stages(items: Sequence[Item | Example], gone: AbstractSet[str]) -> list[Item | Example]:
    """The statements without mentions of some stages in exceptions and guarantees.

    An exception or a guarantee that says nothing else goes as well. Conditions and waits that
    name such a stage stay: only their author knows what should be asked instead.
    """
    if not gone:
        return list(items)
    result: list[Item | Example] = []
    for item in items:
        match item:
            case ForBlock(items=inner):
                result += _kept(item, inner, tuple(_exceptions(inner, gone)))
            case Guarantee(claims=claims):
                kept = tuple(each for each in claims if each.at is None or each.at.text not in gone)
                result += _kept_claims(item, claims, kept)
            case _:
                result.append(item)
    return result


def _kept(
    block: ForBlock, before: tuple[ExceptionItem, ...], after: tuple[ExceptionItem, ...]
) -> list[ForBlock]:
    return [] if before and not after else [replace(block, items=after)]


def _kept_claims(
    guarantee: Guarantee, before: tuple[Claim, ...], after: tuple[Claim, ...]
) -> list[Guarantee]:
    return [] if before and not after else [replace(guarantee, claims=after)]


def _exceptions(items: Iterable[ExceptionItem], gone: AbstractSet[str]) -> Iterable[ExceptionItem]:
    for item in items:
        match item:
            case Stage(id=name) if name.text in gone:
                pass
            case Skip(stages=stages):
                kept = tuple(stage for stage in stages if stage.text not in gone)
                if kept or not stages:
                    yield replace(item, stages=kept)
            case _:
                yield item
