"""What changed between two versions: nothing if they mean the same, else exactly what changed."""

from __future__ import annotations

import datetime
from dataclasses import fields, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from dunlang.ast.examples import Example
from dunlang.ast.expressions import Amount, And, Date, Money, Number, OneOf, Or, Percent
from dunlang.ast.node import Node
from dunlang.ast.policy import (
    ContactHours,
    ContactLimit,
    Effective,
    Exclude,
    ForBlock,
    Guarantee,
    Hold,
    Policy,
    Segment,
    Skip,
)
from dunlang.ast.stages import After, By, Duration, Mode, Stage
from dunlang.comparing.compare import Change, compare
from dunlang.compile import read_source
from dunlang.diagnostics import has_errors
from dunlang.printing.fmt import format_policy
from dunlang.render import as_text
from dunlang.source import Source
from tests.oracle import policies as random_policies
from tests.oracle.drafts import theme
from tests.properties.scrambled import bare, scrambled

if TYPE_CHECKING:
    from random import Random

    from dunlang.checking.checked import Checked

RANDOMNESS = st.randoms(use_true_random=True)
FEW = settings(max_examples=15)


def written(rng: Random) -> str:
    """A random policy."""
    return random_policies.folder(rng, theme(rng), policies=1, versions=1)[-1]


def read(text: str, name: str = "a.dun") -> Checked | None:
    checked, problems = read_source(Source(name, text))
    return None if has_errors(problems) else checked


def good(text: str) -> Checked:
    found, problems = read_source(Source("a.dun", text))
    assert found is not None, as_text(problems)
    return found


@FEW
@given(RANDOMNESS)
def test_a_policy_means_what_it_means_in_any_layout(rng: Random) -> None:
    text = written(rng)
    whole = good(text)
    assert compare(whole, whole) == ()
    assert compare(whole, good(format_policy(whole.policy))) == ()
    assert compare(good(scrambled(bare(text), rng)), whole) == ()


@FEW
@given(RANDOMNESS)
def test_order_that_has_no_meaning_is_no_change(rng: Random) -> None:
    text = written(rng)
    whole = good(text)
    other = read(format_policy(shuffled(whole.policy, rng)))
    if other is not None:  # some parts may have to stand before others
        assert compare(whole, other) == ()


def shuffled(policy: Policy, rng: Random) -> Policy:
    """The same in another order, where order has no meaning."""
    header = replace(policy.header, settings=mixed(policy.header.settings, rng))
    ordered = [each for each in policy.items if isinstance(each, Stage | ForBlock | Exclude | Hold)]
    others = [each for each in policy.items if each not in ordered]
    items = [*ordered]
    for each in others:
        items.insert(rng.randint(0, len(items)), each)  # type: ignore[arg-type]  # of any kind
    found: Policy = inside_out(Policy(header, tuple(items), span=policy.span), rng)
    return found


def mixed(parts: tuple[Any, ...], rng: Random) -> tuple[Any, ...]:
    return tuple(rng.sample(parts, len(parts)))


UNORDERED = (And, Or, Money, OneOf, After, By, ContactLimit, Skip)


def inside_out(node: Any, rng: Random) -> Any:  # noqa: ANN401 - of any kind
    """A tree with parts in another order."""
    if isinstance(node, tuple):
        return tuple(inside_out(each, rng) for each in node)
    if not isinstance(node, Node):
        return node
    inner = {each.name: inside_out(getattr(node, each.name), rng) for each in fields(node)}
    inner["span"] = node.span
    if isinstance(node, UNORDERED):
        inner = {n: mixed(v, rng) if isinstance(v, tuple) else v for n, v in inner.items()}
    if isinstance(node, Stage):
        inner["clauses"] = mixed(node.clauses, rng)
    return type(node)(**inner)


@settings(max_examples=40)
@given(RANDOMNESS)
def test_one_changed_setting_is_exactly_what_is_told(rng: Random) -> None:
    policy = good(written(rng)).policy
    places = [place for place in statements(policy) if leaves(place[2])]
    for _ in range(20):
        path, where, node = rng.choice(places)
        changed = put(policy, path, tweaked(node, rng))
        text = format_policy(changed)
        after = read(text)
        if after is None:
            continue  # the checker does not like it
        before = good(format_policy(policy))
        found = compare(before, after)
        assert [each.kind for each in found] in (["changed"], ["renamed"]), (text, found)
        (change,) = found
        assert is_about(change, where, node), (where, node, change)
        return


def is_about(change: Change, where: str, node: Node) -> bool:
    """Whether a change is told of the right place, with what stands there on both sides."""
    told = change.old is not None and change.new is not None
    inside = change.where.startswith("for ") if where.startswith("for") else change.where == where
    if where.endswith("+"):
        inside = inside and ", stage " in change.where
    kinds = {Effective: "effective", Segment: "segment", Exclude: "exclude", Hold: "hold"}
    kinds |= {After: "after", By: "by", Mode: "mode", ContactHours: "contact between"}
    named = change.setting.startswith(kinds.get(type(node), ""))
    return told and inside and named


Path = tuple[str | int, ...]


def statements(policy: Policy) -> list[tuple[Path, str, Node]]:
    """Everything that is set: how it is reached, in what it stands, and itself."""
    found: list[tuple[Path, str, Node]] = []
    for number, each in enumerate(policy.header.settings):
        found.append((("header", "settings", number), "", each))
    for number, item in enumerate(policy.items):
        if isinstance(item, Stage):
            where = f"stage {item.id.text}"
            for at, clause in enumerate(item.clauses):
                found.append((("items", number, "clauses", at), where, clause))
        elif isinstance(item, ForBlock):
            for at, inner in enumerate(item.items):
                path: Path = ("items", number, "items", at)
                if isinstance(inner, Stage):
                    for place, clause in enumerate(inner.clauses):
                        found.append(((*path, "clauses", place), "for+", clause))
                else:
                    found.append((path, "for", inner))
        elif not isinstance(item, Example | Guarantee):
            found.append((("items", number), "", item))
    return found


LEAVES = (Duration, Amount, Percent, Number, Date, datetime.time)


def leaves(node: Any, path: Path = ()) -> list[Path]:  # noqa: ANN401 - of any kind
    """Where in a statement numbers, amounts and dates stand."""
    if isinstance(node, LEAVES):
        return [path]
    if isinstance(node, tuple):
        return [leaf for at, each in enumerate(node) for leaf in leaves(each, (*path, at))]
    if not isinstance(node, Node):
        return []
    names = (each.name for each in fields(node) if each.name != "span")
    return [leaf for name in names for leaf in leaves(getattr(node, name), (*path, name))]


def tweaked(node: Node, rng: Random) -> Any:  # noqa: ANN401 - of the same kind
    """A statement of which one number, amount or date is another one."""
    return put(node, rng.choice(leaves(node)), None)


def put(node: Any, path: Path, value: Any) -> Any:  # noqa: ANN401 - of any kind
    """A tree with something else at a place; None: a little more of what is there."""
    if not path:
        return other(node) if value is None else value
    first, *rest = path
    if isinstance(first, int):
        return (*node[:first], put(node[first], tuple(rest), value), *node[first + 1 :])
    return replace(node, **{first: put(getattr(node, first), tuple(rest), value)})


def other(leaf: Any) -> Any:  # noqa: ANN401 - of the same kind
    match leaf:
        case Duration():
            return replace(leaf, count=leaf.count + 1)
        case Date():
            return replace(leaf, value=leaf.value + datetime.timedelta(days=1))
        case datetime.time():
            return leaf.replace(minute=(leaf.minute + 1) % 60)
        case _:
            return replace(leaf, value=leaf.value + Decimal(1), text="")
