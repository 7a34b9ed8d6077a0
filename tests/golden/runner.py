r"""Golden stories: one Markdown file tells what one policy text leads to, stage by stage.

    # the title says what the reader sees
    Prose may stand anywhere outside of the blocks.
    ## SOURCE
    ```dun
    ...
    ```
    ## PROBLEMS
    ```text
    ... as `dun check` prints them; the file is called by the name of the story
    ```

Behind `dun` may stand `escaped`: then `\\xNN` is a byte, for what Markdown cannot hold; and
`repeat=N`: then the text stands N times. `## LAST PROBLEM` shows only the last of many problems.
`## FORMATTED` is the text in the one layout, `## EXAMPLES` what running its examples finds, and
`## STORY` what happens in each example, day by day. What the policy extends or includes stands
under `## FILE other/1.dun`. `--update-golden` rewrites what is stale; the
sections that a story has are its author's choice, except for the problems of a bad text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dunlang.compile import compile_source, read_source
from dunlang.composing.library import Found
from dunlang.printing.fmt import format_source
from dunlang.reading.decode import decode
from dunlang.render import as_text
from dunlang.source import Source
from engine.core.calendar import BusinessCalendar
from engine.core.examples import run_examples

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from dunlang.diagnostics import Diagnostic
    from engine.core.examples import ExampleResult

_FENCE = re.compile(
    r"^(?P<fence>`{3,})(?P<info>[^\n]*)\n(?P<body>.*?)^(?P=fence)$", re.MULTILINE | re.DOTALL
)
_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)


FILE = "FILE "
"""How the heading of a further text begins."""


@dataclass(frozen=True, slots=True)
class Story:
    """A golden file, taken apart."""

    path: Path
    prologue: str
    """Title and prose before the first section."""
    sections: dict[str, str]
    """What stands under each heading, fences and prose included, in the order of the file."""

    @property
    def title(self) -> str:
        """What the reader sees."""
        return self.prologue.partition("\n")[0].removeprefix("# ")

    @property
    def data(self) -> bytes:
        """The policy file."""
        match = _FENCE.search(self.sections["SOURCE"])
        if match is None:
            raise ValueError(f"{self.path.name}: there is no block under SOURCE")
        data = match["body"].encode()
        if "escaped" in match["info"]:
            data = re.sub(rb"\\x([0-9a-f]{2})", lambda one: bytes.fromhex(one[1].decode()), data)
        times = re.search(r"repeat=(\d+)", match["info"])
        return data * int(times[1]) if times else data

    def policy(self, policy: str, version: int, beside: Source) -> Found | None:  # noqa: ARG002 - a library
        """The text of another policy of the story."""
        return self._file(f"{policy}/{version}.dun")

    def shared(self, path: str, beside: Source) -> Found | None:  # noqa: ARG002 - a library
        """The text of a file of the story."""
        return self._file(path)

    def policies(self, beside: Source) -> Iterator[tuple[str, int]]:  # noqa: ARG002 - a library
        """The other policies of the story."""
        for section in self.sections:
            name, _, version = section.removeprefix(FILE).removesuffix(".dun").partition("/")
            if version.isdecimal():
                yield name, int(version)

    def files(self, beside: Source) -> Iterator[str]:  # noqa: ARG002 - a library
        """The files of the story."""
        return (name.removeprefix(FILE) for name in self.sections if name.startswith(FILE))

    def _file(self, name: str) -> Found | None:
        if FILE + name not in self.sections:
            return None
        return Found(Source(name, self.block(FILE + name)))

    def block(self, section: str) -> str:
        """What stands between the fences of a section."""
        match = _FENCE.search(self.sections[section])
        return match["body"] if match else ""


def read(path: Path) -> Story:
    """A story from its file; one without a source, or a section twice, is a `ValueError`."""
    story = sections_of(path)
    if "SOURCE" not in story.sections:
        raise ValueError(f"{path.name}: needs a SOURCE")
    return story


def sections_of(path: Path) -> Story:
    """Any story from its file, of one text or of several."""
    text = path.read_text(encoding="utf-8")
    prologue, *rest = _HEADING.split(text)
    names = rest[::2]
    if len(set(names)) != len(names):
        raise ValueError(f"{path.name}: needs each section once")
    return Story(path, prologue, dict(zip(names, rest[1::2], strict=True)))


# -------------------------------------------------------------------------------- the sections


def problems(story: Story) -> list[Diagnostic]:
    """What is wrong with a story's text, as `dun check` sees it."""
    source, found = decode(f"{story.path.stem}.dun", story.data)
    if source is None:
        return found
    return [*found, *read_source(source, story)[1]]


def source_of(story: Story) -> Source:
    """The text of a story that can be read."""
    source, _ = decode(f"{story.path.stem}.dun", story.data)
    assert source is not None
    return source


def _problems(story: Story) -> str:
    return as_text(problems(story))


def _last_problem(story: Story) -> str:
    return as_text(problems(story)[-1:])


def _formatted(story: Story) -> str:
    return format_source(source_of(story))[0] or ""


def _results(story: Story) -> list[ExampleResult]:
    """The examples of a story's policy, run with Monday to Friday as business days."""
    plan, _ = compile_source(source_of(story), story)
    assert plan is not None
    return run_examples(plan, BusinessCalendar())


def _examples(story: Story) -> str:
    return as_text([problem for result in _results(story) for problem in result.problems])


def _told(story: Story) -> str:
    lines = []
    for result in _results(story):
        lines.append(result.title)
        for event in result.story:
            details = [event.event, event.stage or "", event.reason or "", *event.channels]
            fee = f"fee {event.fee}" if event.fee and event.fee.minor else ""
            deadline = f"pay by {event.deadline}" if event.deadline else ""
            said = " ".join(filter(None, (*details, fee, deadline)))
            lines.append(f"  {event.on} {said}")
    return "\n".join(lines) + "\n"


SECTIONS: dict[str, tuple[str, Callable[[Story], str]]] = {
    "PROBLEMS": ("text", _problems),
    "LAST PROBLEM": ("text", _last_problem),
    "FORMATTED": ("dun", _formatted),
    "EXAMPLES": ("text", _examples),
    "STORY": ("text", _told),
}
"""What may stand in a story besides SOURCE: the language of its block, and how it comes about."""


def expected(story: Story) -> dict[str, str]:
    """The block that each section of the story should have."""
    unknown = set(_told_sections(story)) - set(SECTIONS)
    if unknown:
        raise ValueError(f"{story.path.name}: unknown sections: {', '.join(sorted(unknown))}")
    wanted = _told_sections(story)
    if not {"PROBLEMS", "LAST PROBLEM"} & set(wanted) and problems(story):
        wanted.insert(0, "PROBLEMS")
    return {name: SECTIONS[name][1](story) for name in wanted}


def shown(story: Story) -> dict[str, str]:
    """The block that each section of the story has."""
    return {name: story.block(name) for name in _told_sections(story)}


def _told_sections(story: Story) -> list[str]:
    return [name for name in story.sections if name != "SOURCE" and not name.startswith(FILE)]


def update(story: Story) -> None:
    """Rewrite the stale blocks of a story and add what is missing; prose stays."""
    blocks = {name: (SECTIONS[name][0], body) for name, body in expected(story).items()}
    with_blocks(story, blocks)


def with_blocks(story: Story, blocks: dict[str, tuple[str, str]]) -> None:
    """Write the story with these blocks, each with its language, under their headings."""
    sections = dict(story.sections)
    for name, (language, body) in blocks.items():
        block = f"```{language}\n{body}```"
        old = sections.get(name, "\n")
        match = _FENCE.search(old)
        sections[name] = (
            f"{old[: match.start()]}{block}{old[match.end() :]}" if match else f"\n{block}\n"
        )
    text = "".join(f"## {name}{body.rstrip()}\n" for name, body in sections.items())
    story.path.write_text(f"{story.prologue}{text}", encoding="utf-8", newline="\n")
