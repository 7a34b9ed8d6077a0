"""Text that knows where it may be broken: a small document algebra and its layout.

A document is a string, a tuple of documents, or one of the nodes below. A group is written on one
line where it fits, and otherwise at all of its own breaks (Wadler, "A prettier printer"). It knows
nothing of policies.
"""

from __future__ import annotations

from dataclasses import dataclass, field

WIDTH = 100


@dataclass(frozen=True, slots=True)
class Break:
    """A place where the line may end; unbroken it is the text `flat`."""

    flat: str = " "
    hard: bool = False
    """Ends the line whatever fits, and breaks every group around it."""


@dataclass(frozen=True, slots=True)
class Nest:
    """Lines that begin inside stand `by` columns further right."""

    by: int
    doc: Doc


@dataclass(frozen=True, slots=True)
class Group:
    """On one line, or broken at each of its own breaks."""

    doc: Doc
    broken: bool = field(init=False)

    def __post_init__(self) -> None:
        """Find out once whether something inside ends the line in any case."""
        object.__setattr__(self, "broken", _must_break(self.doc))


@dataclass(frozen=True, slots=True)
class IfBroken:
    """A text that depends on whether the group around it is broken."""

    broken: str
    flat: str = ""


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment, moved to the end of the line it falls on; does not count towards the width."""

    text: str


Doc = str | tuple["Doc", ...] | Break | Nest | Group | IfBroken | Remark

SPACE = Break()
NOTHING = Break("")
NEWLINE = Break("", hard=True)


def _must_break(doc: Doc) -> bool:
    match doc:
        case tuple():
            return any(_must_break(part) for part in doc)
        case Break(hard=hard):
            return hard
        case Nest(doc=inner):
            return _must_break(inner)
        case Group(broken=broken):
            return broken
        case Remark():
            return True
        case str() | IfBroken():
            return False


_Pending = tuple[int, bool, Doc]  # indentation, whether the group around it is broken, what


def layout(doc: Doc, indent: int, column: int) -> str:
    """A document as text, begun at a column; lines after the first stand at the indentation."""
    if isinstance(doc, str):
        return doc
    out: list[str] = []
    remark = ""
    todo: list[_Pending] = [(indent, True, doc)]
    while todo:
        margin, broken, item = todo.pop()
        match item:
            case str():
                out.append(item)
                column += len(item)
            case tuple():
                todo.extend((margin, broken, part) for part in reversed(item))
            case Break(flat=flat, hard=hard):
                if broken or hard:
                    out.append(f"{remark}\n{' ' * margin}")
                    remark = ""
                    column = margin
                else:
                    out.append(flat)
                    column += len(flat)
            case Nest(by=by, doc=inner):
                todo.append((margin + by, broken, inner))
            case Group(doc=inner, broken=must):
                flat_fits = not must and _fits((margin, False, inner), todo, WIDTH - column)
                todo.append((margin, not flat_fits, inner))
            case IfBroken(broken=text, flat=flat):
                todo.append((margin, broken, text if broken else flat))
            case Remark(text=text):
                remark += f"  {text}"
    return "".join(out) + remark


def _fits(first: _Pending, rest: list[_Pending], room: int) -> bool:
    """Whether a group, written flat, leaves room for what follows up to the next break."""
    todo = [first]
    following = len(rest)
    while room >= 0:
        if todo:
            margin, broken, item = todo.pop()
        elif following:
            following -= 1
            margin, broken, item = rest[following]
        else:
            return True
        match item:
            case str():
                room -= len(item)
            case tuple():
                todo.extend((margin, broken, part) for part in reversed(item))
            case Break(flat=flat, hard=hard):
                if broken or hard:
                    return True
                room -= len(flat)
            case Nest(doc=inner) | Group(doc=inner):
                # A group that follows may still break, so it inherits `broken` here.
                todo.append((margin, broken, inner))
            case IfBroken(broken=text, flat=flat):
                room -= len(text if broken else flat)
            case Remark():
                pass
    return False
