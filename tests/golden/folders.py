"""Golden stories of several files: what `dun check` says of a folder of policies.

# the title says what the reader sees
## FILE policies/sample/1.dun
```dun
...
```
## PROBLEMS
```text
... as `dun check` prints them
```
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from dunlang.render import as_text
from engine.services.policies import read_policies
from tests.golden.runner import FILE, Story, sections_of, with_blocks

if TYPE_CHECKING:
    from collections.abc import Iterator


def read_folder(path: Path) -> Story:
    """A story of several files."""
    story = sections_of(path)
    others = [name for name in story.sections if not name.startswith(FILE)]
    if others not in ([], ["PROBLEMS"]):
        message = f"{path.name}: a story of files ends with its PROBLEMS, and has nothing else"
        raise ValueError(message)
    return story


def problems_of(story: Story, folder: Path) -> str:
    """What is wrong with the files of a story, written into an empty folder."""
    for section in story.sections:
        if section.startswith(FILE):
            file = folder / section.removeprefix(FILE)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(story.block(section), encoding="utf-8")
    with _inside(folder):
        return as_text(read_policies([Path("policies")]).problems)


def update_folder(story: Story, problems: str) -> None:
    """Rewrite what a story says is wrong."""
    with_blocks(story, {"PROBLEMS": ("text", problems)})


@contextmanager
def _inside(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
