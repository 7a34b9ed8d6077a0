"""What an import pulls in, tried in a fresh interpreter.

The contracts in pyproject.toml read the source; this looks at what really happened, and so also
sees an import inside a function that runs at start-up, and what a dependency brings along.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.architecture.files import ROOT, python_files, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

HEAVY = {
    "fastapi",
    "holidays",
    "numpy",
    "polars",
    "pydantic",
    "rich",
    "sqlalchemy",
    "textual",
    "typer",
}

ALLOWED_IN_LANGUAGE = sys.stdlib_module_names | {"dunlang", "lark"}
ROOMS_FOR_FACES = {"cli", "core", "services"}


def loaded_by(statement: str) -> set[str]:
    """Top-level modules that a new interpreter holds after this statement."""
    program = f"{statement}\nimport sys\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_the_probe_sees_what_is_loaded() -> None:
    assert "lark" in loaded_by("import lark")


@pytest.mark.parametrize("package", ["dunlang", "engine.core"])
def test_importing_it_loads_nothing_heavy(package: str) -> None:
    assert loaded_by(f"import {package}") & HEAVY == set()


@pytest.mark.parametrize("package", ["dunlang", "engine/core"])
def test_no_module_of_it_loads_anything_heavy(package: str) -> None:
    modules = [
        shown(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        for path in python_files()
        if shown(path).startswith(f"{package}/") and path.stem != "__main__"
    ]
    assert loaded_by("\n".join(f"import {module}" for module in modules)) & HEAVY == set()


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """Line and module of every absolute import, wherever it stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            for alias in node.names:
                yield node.lineno, f"{node.module}.{alias.name}"


def strangers(folders: tuple[str, ...], allowed: Callable[[list[str]], bool]) -> list[str]:
    """What the files below these folders import and may not; `allowed` sees a name in parts."""
    return [
        f"{shown(path)}:{line} imports {module}"
        for path in python_files()
        if shown(path).startswith(folders)
        for line, module in imported(path)
        if not allowed(module.split("."))
    ]


def test_the_language_imports_only_the_standard_library_and_lark() -> None:
    """The contract in pyproject.toml lists what is forbidden; this, what is allowed."""
    assert strangers(("dunlang/",), lambda parts: parts[0] in ALLOWED_IN_LANGUAGE) == []


def test_the_faces_use_three_rooms_of_the_engine() -> None:
    def allowed(parts: list[str]) -> bool:
        return parts[0] != "engine" or (len(parts) > 1 and parts[1] in ROOMS_FOR_FACES)

    assert strangers(("api/", "tui/"), allowed) == []
