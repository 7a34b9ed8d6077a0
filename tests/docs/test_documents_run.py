"""Every example in the documents is a real one: policies are checked, commands are run.

`pytest tests/docs --update-docs` writes what the commands print into the documents.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dunlang.codes.catalogue import PAGES
from dunlang.compile import read_source
from dunlang.plan_build import build
from dunlang.printing.fmt import format_source
from dunlang.source import Source
from engine.core.calendar import BusinessCalendar
from engine.core.examples import run_examples
from engine.io.holidays import business_calendar
from engine.services.library import FileLibrary
from engine.services.rate_tables import Tables
from tests.docs.blocks import Block, blocks_of, whole_policy, write_file
from tests.docs.reader import arrived, differences

if TYPE_CHECKING:
    from dunlang.diagnostics import Diagnostic
    from dunlang.plan import Plan

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
NAMES = [path.relative_to(ROOT).as_posix() for path in DOCUMENTS]
POLICIES = [
    pytest.param(path, block, id=f"{name}:{block.first}")
    for name, path in zip(NAMES, DOCUMENTS, strict=True)
    for block in blocks_of(path)
    if block.language == "dun"
]
OF_A_FRAGMENT = {"W401", "W402"}
"""Warnings about what is never used: the use stands in another fragment."""


@pytest.mark.parametrize(("document", "block"), POLICIES)
def test_a_policy_in_a_document_is_right_or_wrong_as_it_says(
    document: Path, block: Block, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_files(document, tmp_path)
    monkeypatch.chdir(tmp_path)
    text = whole_policy(block)
    library, tables = FileLibrary(()), Tables()
    source = Source(block.notes.get("file", "document.dun"), text)
    checked, problems = read_source(source, library)
    if checked is not None:
        problems += tables.of(checked)
    fragment = text != block.text
    if checked is not None:
        problems += wrong_examples(build(checked), tables)
    codes = {each.code for each in problems} - (OF_A_FRAGMENT if fragment else set())
    assert codes == set(block.notes.get("rejected", "").split()), problems


def write_files(document: Path, folder: Path) -> None:
    """Write the blocks of a document that are files into a folder."""
    for block in blocks_of(document):
        if "file" in block.notes:
            write_file(block, folder)


@pytest.mark.parametrize(("document", "block"), POLICIES)
def test_a_policy_in_a_document_is_in_the_one_layout(
    document: Path,  # noqa: ARG001 -- the parameters are shared with the test above
    block: Block,
) -> None:
    if "rejected" not in block.notes:
        text = whole_policy(block)
        assert format_source(Source("document.dun", text))[0] == text


def wrong_examples(plan: Plan, tables: Tables) -> list[Diagnostic]:
    calendar = business_calendar(plan.calendar) if plan.calendar else BusinessCalendar()
    assert isinstance(calendar, BusinessCalendar)
    results = run_examples(plan, calendar, tables.by_name)
    return [problem for result in results for problem in result.problems]


@pytest.mark.parametrize("document", DOCUMENTS, ids=NAMES)
def test_a_code_in_a_document_is_in_the_catalogue(document: Path) -> None:
    named = set(re.findall(r"\b[DW]\d{3}\b", document.read_text(encoding="utf-8")))
    assert named - set(PAGES) == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=NAMES)
def test_a_link_in_a_document_leads_somewhere(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)", text)
    assert [f"{file}#{part}" for file, part in links if not is_there(document, file, part)] == []


def is_there(document: Path, file: str, part: str) -> bool:
    """Whether a link in a document leads to a file, and to a heading in it if it names one."""
    target = document.parent / file if file else document
    return target.exists() and (not part or part in headings(target))


def headings(document: Path) -> set[str]:
    """The headings of a document as links name them."""
    found = re.findall(r"^#+ (.*)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in found}


@pytest.mark.timeout(300)  # docs/http.md alone is a hundred commands and requests
@pytest.mark.parametrize("document", DOCUMENTS, ids=NAMES)
def test_a_command_in_a_document_prints_what_is_shown(
    document: Path, tmp_path: Path, pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = arrived(tmp_path, monkeypatch)
    update_docs = bool(pytestconfig.getoption("--update-docs"))
    wrong = differences(document, reader, update_docs=update_docs)
    assert wrong == [], "\n".join(wrong)
