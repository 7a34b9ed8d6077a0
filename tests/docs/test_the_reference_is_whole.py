"""The reference of the language shows the grammar as it is, all of it, and every code.

`pytest tests/docs --update-docs` writes grammar and tables of codes into the documents.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from dunlang.codes.catalogue import PAGES
from tests.docs.blocks import blocks_of
from tests.docs.generated import codes_listed, renewed, rules_named
from tests.docs.grammar_text import rules

REFERENCE = Path(__file__).parents[2] / "docs" / "language"
PAGES_OF_IT = sorted(REFERENCE.glob("*.md"))
LISTS = {"README", "complete", "grammar"}
"""Pages that explain no construct of their own."""
CONSTRUCTS = [page for page in PAGES_OF_IT if page.stem not in LISTS]


@pytest.mark.parametrize("page", PAGES_OF_IT, ids=[page.stem for page in PAGES_OF_IT])
def test_a_page_shows_grammar_and_codes_as_they_are(
    page: Path, pytestconfig: pytest.Config
) -> None:
    written = page.read_text(encoding="utf-8")
    now = renewed(written)
    if pytestconfig.getoption("--update-docs") and now != written:
        page.write_text(now, encoding="utf-8")
    else:
        assert written == now


def test_a_rule_is_shown_with_the_words_that_are_written() -> None:
    assert rules()["late_runs"] == (
        'late_runs = "late runs go" ("one stage at a time" | "straight to the stage reached")'
    )
    assert rules()["names"] == 'names = NAME {"," NAME}'
    assert rules()["policy"] == 'policy = "policy" NAME "version" NUMBER [TEXT]'


def test_every_rule_of_the_grammar_is_explained_on_some_page() -> None:
    shown = {name for page in PAGES_OF_IT for name in rules_named(page.read_text("utf-8"))}
    assert set(rules()) - shown == set()


def test_every_code_is_listed_on_some_page() -> None:
    listed = {code for page in PAGES_OF_IT for code in codes_listed(page.read_text("utf-8"))}
    assert set(PAGES) - listed == set()


@pytest.mark.parametrize("page", CONSTRUCTS, ids=[page.stem for page in CONSTRUCTS])
def test_a_page_has_two_examples_and_says_what_is_rejected(page: Path) -> None:
    policies = [block for block in blocks_of(page) if block.language == "dun"]
    assert len([block for block in policies if "rejected" not in block.notes]) >= 2
    assert codes_listed(page.read_text(encoding="utf-8"))


def test_every_page_is_named_by_the_first_one() -> None:
    index = (REFERENCE / "README.md").read_text(encoding="utf-8")
    others = {page.name for page in PAGES_OF_IT} - {"README.md"}
    assert {name for name in others if f"]({name})" not in index} == set()
