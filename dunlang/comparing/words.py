"""A part of a policy in the words of the language, as the formatter writes it."""

from __future__ import annotations

import textwrap
from typing import TypeAlias, cast, get_args

from dunlang.ast.examples import Example
from dunlang.ast.policy import ExceptionItem, Header, Item, Policy, Setting
from dunlang.ast.stages import Clause, Stage
from dunlang.printing.fmt import format_policy

Part: TypeAlias = Setting | Item | ExceptionItem | Example | Clause
_SETTINGS, _CLAUSES = get_args(Setting), get_args(Clause)


def words_of(node: Part, header: Header) -> str:
    """The statement, or the block, without blanks around it. `header`: of any policy."""
    own = Header(header.id, header.version, None, (), span=header.span)
    before = 1
    if isinstance(node, _CLAUSES):
        clauses = cast("tuple[Clause, ...]", (node,))
        items: tuple[object, ...] = (Stage(header.id, None, clauses, span=node.span),)
        before = 3  # a blank line, and that of the stage
    elif isinstance(node, _SETTINGS):
        settings = cast("tuple[Setting, ...]", (node,))
        own, items = Header(header.id, header.version, None, settings, span=header.span), ()
    else:
        items = (node,)
    policy = Policy(own, cast("tuple[Item | Example, ...]", items), span=header.span)
    lines = format_policy(policy).splitlines()[before:]
    return textwrap.dedent("\n".join(lines)).strip("\n")


def first_line(text: str) -> str:
    """The head of a block."""
    return text.partition("\n")[0]
