"""No file tells where somebody worked.

A path of one machine or the address of one package index means nothing to the next reader, may be
private, and breaks on the next machine. The patterns are put together from pieces, so that this
file does not contain what it looks for.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.architecture.files import project_files, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

# A slash that begins a path: nothing before it that it could be the continuation of.
START = r"(?<![\w.~$}/<>*-])/"

FOLDERS = r"(?:work|root|workspace|home/\w+|Users/\w+)(?![\w.-])"

REGISTRIES = (
    ("pypi", "org"),
    ("pythonhosted", "org"),
    ("npmjs", "org"),
    ("yarnpkg", "com"),
    ("proxy", "golang", "org"),
    ("static", "crates", "io"),
    ("repo", "maven", "apache", "org"),
    ("rubygems", "org"),
)

PATTERNS = {
    "a path of one machine": re.compile(
        rf"{START}{FOLDERS}|\bfile:/+{FOLDERS}|\b[A-Za-z]:\\+Users\\"
    ),
    "an option that names an index": re.compile(
        r"--(?:(?:extra-|default-)?index-url|find-links|default-index)[ =]"
        r"|\b(?:UV|PIP)_(?:INDEX|EXTRA_INDEX|DEFAULT_INDEX|FIND_LINKS)"
    ),
    "a package registry": re.compile(
        r"(?i)\b(?:" + "|".join(r"\.".join(parts) for parts in REGISTRIES) + r")\b"
        r"|\b(?:artifactory|devpi)[.:/]"
    ),
}


def findings(text: str) -> Iterator[tuple[int, str]]:
    """Line and kind of everything in the text that does not belong into the project."""
    for number, line in enumerate(text.splitlines(), start=1):
        for kind, pattern in PATTERNS.items():
            if pattern.search(line):
                yield number, kind


def test_no_file_tells_where_somebody_worked() -> None:
    found = [
        f"{shown(path)}:{number} {kind}"
        for path in project_files()
        for number, kind in findings(path.read_text(encoding="utf-8", errors="replace"))
    ]
    assert found == []


@pytest.mark.parametrize(
    "line",
    [
        "see /" + "work/thing",
        "open('/" + "root/.config')",
        "(/" + "home/anna/dun)",
        "C:\\" + "Users\\anna",
        "file:///" + "work/thing",
        "--extra-" + "index-url https://example.com",
        "PIP_" + "INDEX_URL",
        "https://pypi" + ".org/simple",
        "files.python" + "hosted.org",
    ],
)
def test_it_finds(line: str) -> None:
    assert list(findings(line))


@pytest.mark.parametrize(
    "line",
    [
        "GET /v1/work/list",
        "docs/work/plan.md",
        "the work/root of it",
        "/workers",
        "~/work",
        "https://example.com/root/",
        "--no-emit-index-url",
        "--no-emit-find-links \\",
        "file:///policies/standard.dun",
        "a/home/of/one",
    ],
)
def test_it_leaves_alone(line: str) -> None:
    assert not list(findings(line))
