"""The files of this project: what is committed, and what is about to be."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
LEFT_BEHIND = {".hypothesis", ".mypy_cache", ".ruff_cache", ".venv", "__pycache__", "build", "dist"}
PACKAGES = ("api", "dunlang", "engine", "tui")


@cache
def project_files() -> tuple[Path, ...]:
    """Every file git knows of or would add, so that a mistake shows before it is committed.

    Outside of a checkout (a source archive): everything but what building leaves behind.
    """
    if not (ROOT / ".git").exists():
        return tuple(
            path
            for path in sorted(ROOT.rglob("*"))
            if path.is_file() and not LEFT_BEHIND & set(path.relative_to(ROOT).parts)
        )
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
