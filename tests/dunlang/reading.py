"""Short ways to read a statement, and to write down the tree that it should become.

Nodes are equal wherever they stand, so one span serves all of those written by hand.
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

from dunlang.ast.examples import Example
from dunlang.ast.expressions import Amount, Date, FactRef, Money, Name, Number, Percent, Text
from dunlang.ast.policy import AppliesWhen, Exclude, ForBlock
from dunlang.ast.stages import Duration, Fee, Stage
from dunlang.reading.parsing import parse
from dunlang.source import Source, Span

if TYPE_CHECKING:
    from dunlang.ast.examples import ExampleLine
    from dunlang.ast.expressions import Expression
    from dunlang.ast.policy import ExceptionItem, Item, Policy, Setting
    from dunlang.ast.stages import Clause, FeeFormula, Unit
    from dunlang.diagnostics import Diagnostic

HERE = Span(Source("by hand", ""), 0, 0)
T = TypeVar("T")


def read(text: str) -> Policy:
    """A whole policy that must have no problem."""
    policy, problems = parse(Source("test.dun", text))
    assert problems == []
    assert policy is not None
    return policy


def problems_of(text: str) -> list[Diagnostic]:
    """What is wrong with a whole policy."""
    return parse(Source("test.dun", text))[1]


def told(text: str) -> list[tuple[str, str]]:
    """Code and exact words of every problem of a whole policy."""
    return [(problem.code, problem.span.text) for problem in problems_of(text)]


# ----------------------------------------------------------------- one statement of each place


def items(text: str) -> tuple[Item | Example, ...]:
    """Statements at the margin."""
    return read(f"policy p version 1\n{text}\n").items


def item(text: str) -> Item | Example:
    """One statement at the margin, with what is under it."""
    (one,) = items(text)
    return one


def setting(text: str) -> Setting:
    """A line of the header."""
    (one,) = read(f"policy p version 1\n  {text}\n").header.settings
    return one


def clause(text: str) -> Clause:
    """A line of a stage."""
    stage = item(f"stage s\n  {text}")
    assert isinstance(stage, Stage)
    (one,) = stage.clauses
    return one


def exception(text: str) -> ExceptionItem:
    """A line of an exception."""
    block = item(f"for c\n  {text}")
    assert isinstance(block, ForBlock)
    (one,) = block.items
    return one


def example_line(text: str) -> ExampleLine:
    """A line of an example."""
    example = item(f'example "e"\n  {text}')
    assert isinstance(example, Example)
    (one,) = example.lines
    return one


def condition(text: str) -> Expression:
    """A condition, as `exclude` has it; `applies when` must read it just the same."""
    rule, header = item(f'exclude "x" when {text}'), setting(f"applies when {text}")
    assert isinstance(rule, Exclude)
    assert isinstance(header, AppliesWhen)
    assert rule.condition == header.condition
    return rule.condition


def fee(text: str) -> FeeFormula | None:
    """The formula of a fee."""
    found = clause(f"fee {text}")
    assert isinstance(found, Fee)
    return found.formula


# ------------------------------------------------------------------------------ nodes by hand


def name(text: str) -> Name:
    return Name(text, span=HERE)


def fact(path: str) -> FactRef:
    return FactRef(path, span=HERE)


def number(text: str) -> Number:
    return Number(Decimal(text), text, span=HERE)


def percent(text: str) -> Percent:
    return Percent(Decimal(text), text, span=HERE)


def day(iso: str) -> Date:
    return Date(datetime.date.fromisoformat(iso), span=HERE)


def text(value: str) -> Text:
    return Text(value, span=HERE)


def money(*amounts: str) -> Money:
    """`money("10.00 EUR", "10.00 CHF")`."""
    pairs = [amount.split() for amount in amounts]
    return Money(
        tuple(Amount(Decimal(value), currency, value, span=HERE) for value, currency in pairs),
        span=HERE,
    )


def duration(count: int, unit: Unit = "day") -> Duration:
    return Duration(count, unit, span=HERE)
