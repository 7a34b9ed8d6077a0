"""The locked lists belong to pyproject.toml, and everything in them has a hash.

That they are the newest possible is not tested: a test must not need the network. `make lock`
brings them up to date.
"""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.files import ROOT

LISTS = {"runtime.txt": (), "dev.txt": ("dev",), "bench.txt": ("bench",)}

ENTRY = re.compile(r"([A-Za-z0-9._-]+)==([^\s;]+)(?: ; .+?)?(?: +--hash=sha256:[0-9a-f]{64})+")


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def wanted(groups: tuple[str, ...]) -> list[Requirement]:
    """The dependencies of the project and of these groups, with the groups they include."""
    content = project()
    found = [Requirement(text) for text in content["project"]["dependencies"]]
    pending = list(groups)
    while pending:
        for entry in content["dependency-groups"][pending.pop()]:
            if isinstance(entry, str):
                found.append(Requirement(entry))
            else:
                pending.append(entry["include-group"])
    return found


def entries(name: str) -> list[str]:
    """The entries of a list, each on one line."""
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8").replace("\\\n", "")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def locked(name: str) -> dict[str, str]:
    """Package and version of every entry of a list."""
    matches = (ENTRY.fullmatch(entry) for entry in entries(name))
    return {canonicalize_name(match[1]): match[2] for match in matches if match}


def satisfied(needed: Requirement, versions: dict[str, str]) -> bool:
    version = versions.get(canonicalize_name(needed.name))
    return version is not None and needed.specifier.contains(version)


@pytest.mark.parametrize("name", LISTS)
def test_what_pyproject_asks_for_is_locked(name: str) -> None:
    versions = locked(name)
    missing = [str(needed) for needed in wanted(LISTS[name]) if not satisfied(needed, versions)]
    assert missing == [], "run `make lock`"


@pytest.mark.parametrize("name", LISTS)
def test_every_entry_has_a_version_and_hashes(name: str) -> None:
    assert [entry for entry in entries(name) if not ENTRY.fullmatch(entry)] == []


def test_the_lists_agree_on_versions() -> None:
    """What was tested and measured is what is delivered."""
    runtime, dev, bench = (locked(name) for name in LISTS)
    assert runtime.items() <= dev.items()
    assert runtime.items() <= bench.items()
    assert all(dev[name] == bench[name] for name in dev.keys() & bench.keys())


def test_the_folder_has_no_other_lists() -> None:
    assert {path.name for path in (ROOT / "requirements").iterdir()} == set(LISTS)
