"""What commands print, whole: each file in `stories` is a session at a terminal.

A line that begins with `$ ` is a command. Under it stands what it writes to stdout, then what it
writes to stderr behind `! `, then its exit code where it is not 0. `pytest --update-golden` writes
what is printed now; review it as a diff.
"""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.engine.cli.command import dun

if TYPE_CHECKING:
    from collections.abc import Iterator

STORIES = sorted((Path(__file__).parent / "stories").glob("*.txt"))


def session(commands: list[str]) -> Iterator[str]:
    """The lines of a session with these commands."""
    for number, command in enumerate(commands):
        if number:
            yield ""
        yield f"$ {command}"
        ended = dun(*shlex.split(command)[1:])
        yield from ended.out.splitlines()
        yield from (f"! {line}".rstrip() for line in ended.err.splitlines())
        if ended.code:
            yield f"(exit code {ended.code})"


@pytest.mark.usefixtures("company")
@pytest.mark.parametrize("story", STORIES, ids=[story.stem for story in STORIES])
def test_a_session_prints_what_its_story_says(story: Path, *, update_golden: bool) -> None:
    told = story.read_text(encoding="utf-8")
    commands = [line[2:] for line in told.splitlines() if line.startswith("$ ")]
    now = "".join(f"{line}\n" for line in session(commands))
    if update_golden:
        story.write_text(now, encoding="utf-8")
    assert now == told or update_golden
    assert [line for line in now.splitlines() if len(line) > 80 and line[:1] not in "$!{"] == []


def test_there_are_stories() -> None:
    assert STORIES
