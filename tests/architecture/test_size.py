"""A file does one thing, and a reader can hold a function in the head.

The plan is about 400 lines for a file and 60 for a function. The limits here stand a little above
it, because a test that fails at 401 lines makes people cut where it hurts instead of where the
seam is; whoever reaches these has two things in one place.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

from tests.architecture.files import python_files, shown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LINES_IN_A_FILE = 500
LINES_IN_A_FUNCTION = 80

type_of_function = (ast.FunctionDef, ast.AsyncFunctionDef)


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, type_of_function):
            yield node


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the end, without the docstring: explaining more must cost nothing."""
    first = function.body[0]
    documented = ast.get_docstring(function, clean=False) is not None
    docstring = (first.end_lineno or first.lineno) - first.lineno + 1 if documented else 0
    return (function.end_lineno or function.lineno) - function.lineno + 1 - docstring


def is_declaration(statement: ast.stmt) -> bool:
    """A docstring, an import, or a constant such as `__all__`: nothing that does anything."""
    match statement:
        case ast.Expr(value=ast.Constant(value=str())) | ast.Import() | ast.ImportFrom():
            return True
        case (
            ast.Assign(targets=[ast.Name()], value=value) | ast.AnnAssign(value=ast.expr() as value)
        ):
            return not any(isinstance(node, ast.Call | ast.Lambda) for node in ast.walk(value))
        case ast.If(test=ast.Name(id="TYPE_CHECKING"), body=body, orelse=[]):
            return all(is_declaration(inner) for inner in body)
        case _:
            return False


def test_no_file_is_too_long() -> None:
    lengths = {shown(path): len(path.read_text("utf-8").splitlines()) for path in python_files()}
    assert {name: lines for name, lines in lengths.items() if lines > LINES_IN_A_FILE} == {}


def test_no_function_is_too_long() -> None:
    too_long = {
        f"{shown(path)}:{function.lineno} {function.name}": length(function)
        for path in python_files()
        for function in functions(parsed(path))
        if length(function) > LINES_IN_A_FUNCTION
    }
    assert too_long == {}


def test_no_init_has_logic() -> None:
    """An `__init__.py` says what the package is and what it offers; what it does has a name."""
    logic = [
        f"{shown(path)}:{statement.lineno}"
        for path in python_files()
        if path.name == "__init__.py"
        for statement in parsed(path).body
        if not is_declaration(statement)
    ]
    assert logic == []


@pytest.mark.parametrize(
    ("source", "allowed"),
    [
        ('"""What it is."""', True),
        ("from dunlang.source import Span as Span", True),
        ('__all__ = ["Span"]', True),
        ('VERSION: str = "1"', True),
        ("if TYPE_CHECKING:\n    import datetime", True),
        ("def helper(): ...", False),
        ("class Thing: ...", False),
        ("x = load()", False),
        ("register()", False),
        ("for x in y: pass", False),
        ("if sys.platform: import os", False),
    ],
)
def test_what_counts_as_logic(source: str, *, allowed: bool) -> None:
    assert all(is_declaration(statement) for statement in ast.parse(source).body) is allowed


def test_a_docstring_does_not_make_a_function_longer() -> None:
    bare, documented = functions(
        ast.parse('def f():\n    return 1\n\ndef g():\n    """A.\n\n    B.\n    """\n    return 1')
    )
    assert length(bare) == length(documented)
