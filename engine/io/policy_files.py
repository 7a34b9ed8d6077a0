"""Where policies lie: files and folders of `.dun` files, and their bytes."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

SUFFIX = ".dun"


def policy_files(paths: Iterable[Path]) -> list[Path]:
    """The files among the paths and all policies below the folders among them, each once.

    In the order given, inside a folder by name, with numbers in their order (`9.dun` before
    `10.dun`). Raises OSError for a path that does not exist or a folder that cannot be read.
    """
    found: dict[Path, Path] = {}
    for path in paths:
        for file in _below(path) if path.is_dir() else [path]:
            if not file.exists():
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(file))
            found.setdefault(file.resolve(), file)
    return list(found.values())


def _below(folder: Path) -> list[Path]:
    def fail(error: OSError) -> None:
        raise error

    found: list[Path] = []
    # `Path.rglob` passes over folders that cannot be read without a word.
    for parent, folders, files in os.walk(folder, onerror=fail):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [
            Path(parent, name)
            for name in files
            if name.endswith(SUFFIX) and not name.startswith(".")
        ]
    return sorted(found, key=_by_name)


def _by_name(path: Path) -> list[tuple[int, str]]:
    return [
        (int(stem), "") if (stem := part.removesuffix(SUFFIX)).isdecimal() else (0, part)
        for part in path.parts
    ]
