"""What policies extend and include, and where it lies."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from dunlang.composing.library import Found
from engine.io.policy_files import SUFFIX
from engine.services.shipped import FOLDER, shipped_policies
from engine.services.sources import source_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dunlang.source import Source

_HEADER = re.compile(r"^policy[ \t]+(\S+)[ \t]+version[ \t]+(\d+)\b", re.MULTILINE)


class FileLibrary:
    """Texts that were read already, and those in files around the policy that names them.

    A file is looked for around the text that names it: beside it and in the folder above, which is
    that of all policies; a text that is no file counts as one in the working folder. Then among
    the policies that come with `dun`.
    """

    def __init__(self, texts: Iterable[Source]) -> None:
        self._texts = tuple(texts)
        self._by_name: dict[tuple[str, int], Source] | None = None
        self._by_file: dict[Path, Source] | None = None

    def policy(self, policy: str, version: int, beside: Source) -> Found | None:
        """The file `ID/N.dun` beside the policy's folder, a text that was read, a shipped file."""
        file = Path(policy, f"{version}{SUFFIX}")
        around = self._first(Path(folder, file) for folder in folders_of_all(beside))
        if around is not None:
            return around
        if self._by_name is None:
            self._by_name = {}
            for text in self._texts:
                for found in _HEADER.finditer(text.text):
                    self._by_name.setdefault((found[1], int(found[2])), text)
        read = self._by_name.get((policy, version))
        return Found(read) if read is not None else self._first([shipped_policies() / file])

    def shared(self, path: str, beside: Source) -> Found | None:
        """The file beside the policy, in the folder above, or among the shipped policies."""
        file = PurePosixPath(path)
        if not path or file.is_absolute() or ".." in file.parts:
            return None  # what a policy says must not depend on whose machine it is read on
        return self._first(Path(folder, path) for folder in folders_around(beside))

    def policies(self, beside: Source) -> Iterator[tuple[str, int]]:
        """The texts that were read, and files like `ID/N.dun` where `policy` looks."""
        for text in self._texts:
            for found in _HEADER.finditer(text.text):
                yield found[1], int(found[2])
        for folder in (*folders_of_all(beside), shipped_policies()):
            for file in folder.glob(f"*/*{SUFFIX}"):
                if file.stem.isdecimal():
                    yield file.parent.name, int(file.stem)

    def files(self, beside: Source) -> Iterator[str]:
        """Files beside the policy and a folder below, as `include` names them; no policies."""
        for folder in folders_around(beside):
            for pattern in (f"*{SUFFIX}", f"*/*{SUFFIX}"):
                for file in folder.glob(pattern):
                    if not file.stem.isdecimal():
                        yield file.relative_to(folder).as_posix()

    def _first(self, files: Iterable[Path]) -> Found | None:
        """The first file that is there; a text that was read already is not read again."""
        if self._by_file is None:
            self._by_file = {Path(text.name).resolve(): text for text in self._texts}
        for file in files:
            read = self._by_file.get(file.resolve())
            if read is not None:
                return Found(read)
            if file.is_file():
                source, problems = source_of(str(file), file.read_bytes())
                return Found(source, tuple(problems))
        return None


def folders_around(text: Source) -> Iterator[Path]:
    """Where files for a policy lie: beside it, in the folder of all policies, among the shipped."""
    if _is_file(text):
        yield Path(text.name).parent
    else:
        yield Path()
    yield from folders_of_all(text)
    yield shipped_policies()


def folders_of_all(text: Source) -> Iterator[Path]:
    """The folder that has a folder for each policy."""
    if not _is_file(text):
        yield Path(FOLDER)
        return
    folder = Path(text.name).parent
    yield folder / ".." if folder.name in ("", "..") else folder.parent


def _is_file(text: Source) -> bool:
    return not text.name.startswith("<")
