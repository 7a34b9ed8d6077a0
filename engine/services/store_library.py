"""What a text may read that lies in no file: the versions of a store, and what comes with `dun`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dunlang.composing.library import Found
from dunlang.source import Source
from engine.io.policy_files import SUFFIX
from engine.io.rate_files import FOLDER
from engine.io.rate_files import SUFFIX as TABLE_SUFFIX
from engine.services.shipped import shipped_policies
from engine.services.version_parts import text_name
from engine.store import policies as store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from engine.store.policies import PartKind


class StoreLibrary:
    """The texts of published versions, and those that come with `dun`.

    An included file is the one that the newest version read under its name; for a stored version,
    the one that it read itself.
    """

    def __init__(self, connection: Connection) -> None:
        """Everything is looked up at once. Raises StoreError: something is not as published."""
        self._versions: dict[tuple[str, int], str] = {}
        self._included: dict[tuple[str, str], str] = {}
        """By the name of the text that includes it, or none: the newest; and its path."""
        self._tables: dict[tuple[PartKind, str], str] = {}
        published = store.versions(connection)
        for version in sorted(published, key=lambda each: (each.published_at, each.row)):
            self._versions[version.policy, version.version] = version.text
            for part in store.depends_on(connection, version)[0]:
                if part.kind == "shared":
                    self._included[part.beside, part.path] = part.text
                    self._included["", part.path] = part.text
                elif part.kind != "policy":
                    self._tables[part.kind, part.path] = part.text

    def policy(self, policy: str, version: int, beside: Source) -> Found | None:
        """A version of the store, else one that comes with `dun`."""
        del beside
        text = self._versions.get((policy, version))
        if text is None:
            text = _shipped(f"{version}{SUFFIX}", policy)
        return None if text is None else Found(Source(text_name(policy, version), text))

    def shared(self, path: str, beside: Source) -> Found | None:
        """What a version of the store included under this name."""
        own = self._included.get((beside.name, path))
        text = self._included.get(("", path)) if own is None else own
        return None if text is None else Found(Source(path, text))

    def policies(self, beside: Source) -> Iterator[tuple[str, int]]:
        """Every version of the store, and those that come with `dun`."""
        del beside
        yield from self._versions
        for file in shipped_policies().glob(f"*/*{SUFFIX}"):
            yield file.parent.name, int(file.stem)

    def files(self, beside: Source) -> Iterator[str]:
        """Every file that a version of the store includes."""
        del beside
        return (path for name, path in self._included if not name)

    def tables(self, kind: PartKind, name: str) -> list[str]:
        """The texts of the table of a name: of the newest version that reads it, and of `dun`.

        They may be the same; where they are not, nobody said which one is meant.
        """
        found = [self._tables.get((kind, name)), _shipped(f"{name}{TABLE_SUFFIX}", FOLDER)]
        return [text for text in dict.fromkeys(found) if text is not None]

    def table_names(self) -> list[str]:
        """Every table that may be read."""
        shipped = (shipped_policies() / FOLDER).glob(f"*{TABLE_SUFFIX}")
        return sorted({*(name for _, name in self._tables), *(file.stem for file in shipped)})


def _shipped(name: str, folder: str) -> str | None:
    """A file that comes with `dun`, looked for by its name, so that no path leads elsewhere."""
    for file in shipped_policies().glob("*/*"):
        if file.name == name and file.parent.name == folder and file.is_file():
            return file.read_text(encoding="utf-8")
    return None
