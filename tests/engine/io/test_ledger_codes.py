"""Every page of the catalogue tells the truth, and every code has a page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.core.ledger_codes import PAGES
from tests.engine.io.folders import load

CUSTOMERS = "id,name\nC-1,Anna Berg\nC-2,Otto GmbH\n"
INVOICES = (
    "id,customer,issued,due,amount,currency\n"
    "R-1,C-1,2026-01-01,2026-01-31,100.00,EUR\n"
    "R-2,C-2,2026-01-01,2026-01-31,50.00,EUR\n"
    "R-3,C-2,2026-01-01,2026-02-28,80.00,CHF\n"
)
NOT_A_FILE = {"L101", "L125"}
"""Pages that show a folder or a Parquet file; see `test_ledger_problems`."""


def codes_of(path: Path, text: str) -> set[str]:
    name, _, content = text.partition("\n")
    files = {"customers": CUSTOMERS, "invoices": INVOICES}
    files[name.removesuffix(".csv")] = content
    return {problem.code for problem in load(path, **files).problems}


@pytest.mark.parametrize("code", sorted(PAGES.keys() - NOT_A_FILE))
def test_wrong_is_wrong_and_right_is_right(code: str, tmp_path: Path) -> None:
    page = PAGES[code]
    assert codes_of(tmp_path, page.wrong) == {code}
    assert codes_of(tmp_path, page.right) == set()


def test_every_code_that_is_reported_has_a_page() -> None:
    engine = Path(__file__).parents[3] / "engine"
    used = {
        code
        for path in (*engine.glob("io/*.py"), engine / "core" / "cells.py")
        for code in re.findall(r'"(L\d{3})"', path.read_text(encoding="utf-8"))
    }
    assert used == PAGES.keys()


def test_a_title_is_a_few_words_and_a_meaning_is_sentences() -> None:
    for page in PAGES.values():
        assert page.title[0].islower()
        assert not page.title.endswith(".")
        assert page.meaning.endswith(".")
