"""Two versions of a policy, setting by setting: what is said otherwise, on both sides.

Only what a version says is compared, and what follows from it is not: whether anybody is treated
more strictly is another question.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeVar

from dunlang.comparing.settings import HEADER, Said, settings_of

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

    from dunlang.checking.checked import Checked
    from dunlang.comparing.settings import Block, Setting, StageSettings

Kind = Literal["added", "removed", "changed", "renamed", "moved"]
T = TypeVar("T")
_USUAL = {name: usual for name, usual in HEADER.values() if usual}
_USUAL_OF_STAGE = {"after": "after 0 days", "fee": "no fee", "mode": "send automatically"}
_IN_ORDER = "exclude", "hold"
"""Rules of which the first that applies is the answer."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that a version says otherwise than another."""

    kind: Kind
    where: str
    """In which stage or exception: `stage notice`, `for consumer, stage final`; else empty."""
    setting: str
    """What is set: `fee`, `hold "disputed"`, or `stage notice` for a whole stage."""
    old: Said | None
    """None: nothing."""
    new: Said | None

    @property
    def decides(self) -> bool:
        """Whether it is about what happens to cases; examples and guarantees are checks of that."""
        return not self.setting.startswith(("example ", "guarantee "))


def compare(old: Checked, new: Checked) -> tuple[Change, ...]:
    """What changed in meaning. The number of the version is none of it."""
    before, after = settings_of(old.policy), settings_of(new.policy)
    changes: list[Change] = []
    if old.id != new.id:
        ids = (Said(f"policy {each.id}", each.policy.header.id.span) for each in (old, new))
        changes.append(Change("changed", "", "policy", *ids))
    changes += _settings("", before.settings, after.settings)
    changes += _ladder(before.stages, after.stages)
    changes += _blocks(before.blocks, after.blocks)
    return tuple(changes)


# ------------------------------------------------------------------------------------ settings


def _settings(where: str, old: Sequence[Setting], new: Sequence[Setting]) -> Iterator[Change]:
    pairs = _paired(old, new)
    for before, after in pairs:
        change = _change(where, before, after)
        if change is not None:
            yield change
    for name in _IN_ORDER:
        both = [(b, a) for b, a in pairs if b is not None and a is not None and a.name == name]
        yield from _rules_moved(where, both, old)


def _change(where: str, before: Setting | None, after: Setting | None) -> Change | None:
    """What became of a setting; None if nothing did."""
    either = after or before
    if either is None or (before and after and before.meaning == after.meaning):
        return None
    usual = _usual(where, either.name)
    absent = None if usual is None else Said(usual, None)
    old, new = before.said if before else absent, after.said if after else absent
    kind: Kind = "changed"
    if old is None or new is None:
        kind = "added" if old is None else "removed"
    elif before and after and before.id != after.id:
        kind = "renamed"
    return Change(kind, where, _said_name(either), old, new)


def _usual(where: str, name: str) -> str | None:
    """What holds where nothing is said: of the policy, and of a stage of the ladder."""
    if not where:
        return _USUAL.get(name)
    return _USUAL_OF_STAGE.get(name) if where.startswith("stage ") else None


_QUOTED = frozenset({"exclude", "hold", "guarantee", "example"})


def _said_name(setting: Setting) -> str:
    name = f'"{setting.id}"' if setting.name in _QUOTED else setting.id
    return f"{setting.name} {name}".strip()


def _paired(
    old: Sequence[Setting], new: Sequence[Setting]
) -> list[tuple[Setting | None, Setting | None]]:
    """Settings that are each other's before and after; in the order of the newer version."""
    pairs, left_old, left_new = _match(old, new, lambda each: (each.name, each.id, each.meaning))
    more, left_old, left_new = _match(left_old, left_new, lambda each: (each.name, each.id))
    pairs += more
    # What only got another name.
    more, left_old, left_new = _match(left_old, left_new, lambda each: (each.name, each.body))
    pairs += more
    place = {id(each): number for number, each in enumerate(new)}
    gone: list[tuple[Setting | None, Setting | None]] = [(each, None) for each in left_old]
    there: list[tuple[Setting | None, Setting | None]] = [
        *pairs,
        *((None, each) for each in left_new),
    ]
    return [*gone, *sorted(there, key=lambda pair: place[id(pair[1])])]


def _match(
    old: Iterable[T], new: Iterable[T], key: Callable[[T], Hashable]
) -> tuple[list[tuple[T, T]], list[T], list[T]]:
    """Pairs with the same key, in order; and what is left on both sides."""
    waiting: defaultdict[Hashable, list[T]] = defaultdict(list)
    before = list(old)
    for each in before:
        waiting[key(each)].append(each)
    pairs, left = [], []
    for each in new:
        same = waiting[key(each)]
        if same:
            pairs.append((same.pop(0), each))
        else:
            left.append(each)
    taken = {id(each) for each, _ in pairs}
    return pairs, [each for each in before if id(each) not in taken], left


# --------------------------------------------------------------------------------------- order


def _rules_moved(
    where: str, pairs: Sequence[tuple[Setting, Setting]], old: Sequence[Setting]
) -> Iterator[Change]:
    """Rules of one kind in another order."""
    places = {id(each): number for number, each in enumerate(old)}
    there = [places[id(before)] for before, _ in pairs]
    names = [_said_name(after) for _, after in pairs]
    saids = [(before.said, after.said) for before, after in pairs]
    yield from _moves(where, names, saids, there)


def _moves(
    where: str, names: Sequence[str], saids: Sequence[tuple[Said, Said]], there: Sequence[int]
) -> Iterator[Change]:
    """What stands after another one than before. `there`: the earlier place of each."""
    for moved, was, now in _moved(there):
        old, new = saids[moved]
        before, after = Said(_after(names, was), old.span), Said(_after(names, now), new.span)
        yield Change("moved", where, names[moved], before, after)


def _moved(there: Sequence[int]) -> Iterator[tuple[int, int | None, int | None]]:
    """What stands in another order: its number, and those after which it was and is.

    `there`: the earlier place of each, in the order of now. As few as possible are moved.
    """
    kept = _longest_rising(there)
    earlier = sorted(range(len(there)), key=lambda number: there[number])
    rank = {number: at for at, number in enumerate(earlier)}
    for number in range(len(there)):
        if number not in kept:
            at = rank[number]
            yield number, earlier[at - 1] if at else None, number - 1 if number else None


def _longest_rising(numbers: Sequence[int]) -> set[int]:
    """The places of a longest rising subsequence (patience sorting)."""
    ends: list[int] = []
    """The lowest number with which a rising subsequence of each length ends."""
    places: list[int] = []
    before: list[int | None] = []
    for place, number in enumerate(numbers):
        at = bisect_left(ends, number)
        ends[at : at + 1] = [number]
        places[at : at + 1] = [place]
        before.append(places[at - 1] if at else None)
    found: set[int] = set()
    last = places[-1] if places else None
    while last is not None:
        found.add(last)
        last = before[last]
    return found


def _after(names: Sequence[str], place: int | None) -> str:
    return "first" if place is None else f"after {names[place]}"


# -------------------------------------------------------------------------------------- stages


def _ladder(old: Sequence[StageSettings], new: Sequence[StageSettings]) -> Iterator[Change]:
    pairs, gone, come = _match(old, new, lambda each: each.id)
    renamed = [
        (before, after) for after in come for before in gone if {before.id} == after.replaces
    ]
    for before in gone:
        if all(before is not each for each, _ in renamed):
            yield Change("removed", "", f"stage {before.id}", before.said, None)
    for before, after in renamed:
        yield Change("renamed", "", f"stage {after.id}", before.said, after.said)
    for after in come:
        if all(after is not each for _, each in renamed):
            yield Change("added", "", f"stage {after.id}", None, after.said)
    order = {id(each): number for number, each in enumerate(new)}
    kept = sorted((*pairs, *renamed), key=lambda pair: order[id(pair[1])])
    places = {id(each): number for number, each in enumerate(old)}
    names = [f"stage {after.id}" for _, after in kept]
    saids = [(before.said, after.said) for before, after in kept]
    yield from _moves("", names, saids, [places[id(before)] for before, _ in kept])
    for before, after in kept:
        is_renamed = before.id != after.id
        theirs = [each for each in after.settings if not (is_renamed and each.name == "replaces")]
        yield from _settings(f"stage {after.id}", before.settings, theirs)


# ---------------------------------------------------------------------------------- exceptions


def _blocks(old: Sequence[Block], new: Sequence[Block]) -> Iterator[Change]:
    pairs, gone, come = _match(old, new, lambda each: (each.head.meaning, each.body))
    for key in (_head, _who, _body):
        more, gone, come = _match(gone, come, key)
        pairs += more
    for before in gone:
        yield Change("removed", "", before.head.said.text, before.said, None)
    for after in come:
        yield Change("added", "", after.head.said.text, None, after.said)
    order = {id(each): number for number, each in enumerate(new)}
    pairs.sort(key=lambda pair: order[id(pair[1])])
    places = {id(each): number for number, each in enumerate(old)}
    names = [after.head.said.text for _, after in pairs]
    saids = [(before.said, after.said) for before, after in pairs]
    yield from _moves("", names, saids, [places[id(before)] for before, _ in pairs])
    for before, after in pairs:
        where = after.head.said.text
        if before.head.meaning != after.head.meaning:
            yield Change("changed", "", "for", before.head.said, after.head.said)
        yield from _settings(where, before.settings, after.settings)
        yield from _in_block(where, before.stages, after.stages)


def _head(block: Block) -> Hashable:
    return block.head.meaning


def _who(block: Block) -> Hashable:
    return block.head.body


def _body(block: Block) -> Hashable:
    return block.body


def _in_block(
    where: str, old: Sequence[StageSettings], new: Sequence[StageSettings]
) -> Iterator[Change]:
    pairs, gone, come = _match(old, new, lambda each: each.id)
    for before in gone:
        yield Change("removed", where, f"stage {before.id}", before.said, None)
    for after in come:
        yield Change("added", where, f"stage {after.id}", None, after.said)
    for before, after in pairs:
        yield from _settings(f"{where}, stage {after.id}", before.settings, after.settings)
