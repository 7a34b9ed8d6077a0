"""Texts of policies as they lie in files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dunlang.reading.decode import decode
from engine.io.atomic import replacing
from engine.io.policy_files import policy_files

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from dunlang.diagnostics import Diagnostic
    from dunlang.source import Source


def policy_sources(
    paths: Iterable[Path],
) -> Iterator[tuple[Path, Source, list[Diagnostic]]]:
    """Every policy at or below some paths with its text, and what is wrong with its bytes.

    Raises OSError for what cannot be read.
    """
    for path in policy_files(paths):
        yield (path, *source_of(str(path), path.read_bytes()))


def source_of(name: str, data: bytes) -> tuple[Source, list[Diagnostic]]:
    """The text in some bytes, shown under a name, and what is wrong with them."""
    source, problems = decode(name, data)
    return (problems[0].span.source if source is None else source), problems


def replace_policy(path: Path, text: str) -> None:
    """Write a policy's new text: wholly, or not at all. Raises OSError.

    A file that is reached by a symbolic link is replaced where it really is.
    """
    with replacing(path.resolve()) as part:
        part.write_text(text, encoding="utf-8", newline="\n")
