"""The files of this project: what is committed, and what is about to be."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("api", "dunlang", "engine", "tui")


@cache
def project_files() -> tuple[Path, ...]:
    """Every file git knows of or would add, so that a mistake shows before it is committed."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: nothing tells what belongs to the project")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    ).stdout.decode()
    paths = (ROOT / name for name in sorted(set(listed.split("\0"))) if name)
    return tuple(path for path in paths if path.is_file())


def python_files() -> tuple[Path, ...]:
    return tuple(path for path in project_files() if path.suffix == ".py")


def shown(path: Path) -> str:
    """A path as a reader knows it: from the top of the project."""
    return path.relative_to(ROOT).as_posix()
