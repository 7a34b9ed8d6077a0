"""Every code has a page, and every page's texts do what it says."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

from dunlang.codes.catalogue import PAGES, CodePage, complete
from dunlang.compile import read_source
from dunlang.composing.library import Empty, Found
from dunlang.diagnostics import Diagnostic
from dunlang.source import Source

ROOT = Path(__file__).parents[2]
CODE = re.compile(r"""["']([DW]\d{3})["']""")

GOLDENS = ROOT / "tests" / "golden" / "bad"

NEED_MORE = {
    "D001": "a large file",
    "D002": "bytes",
    "D004": "a file without a header",
    "D008": "a hundred problems",
    "D018": "a long statement",
    "D030": "a file without a header",
    "D090": "the formatter's",
    "D120": "two files",
    "D121": "two files",
    "D122": "two files",
    "D123": "the name of the file",
    "D124": "two files",
    "D157": "two files",
    "D220": "a table of holidays",
    "D224": "a table of rates",
    "D225": "a table of rates",
    "D402": "two files",
}
"""Codes that a single text does not bring about; D52x, which come from running, are also such."""


_POLICY = (
    "policy {} version {}\n  effective 2025-01-01\n  currency EUR\n  timezone Europe/Berlin\n\n"
    "stage reminder\n  by email\n"
)
BESIDE = {
    "other_policy.dun": _POLICY.format("other_policy", 1),
    "other_policy/1.dun": _POLICY.format("other_policy", 1),
    "house_rules/2.dun": _POLICY.format("house_rules", 2),
    "sample/1.dun": _POLICY.format("sample", 1) + "\nstage notice\n  after 7 days\n  by post\n",
    "segments.dun": "segment business when customer.kind is business\n",
    "mistyped.dun": "segment business whn customer.kind is business\n",
}
"""Texts that a page's short text may extend or include."""


class Beside(Empty):
    """A library of these texts."""

    def policy(self, policy: str, version: int, beside: Source) -> Found | None:
        return self.shared(f"{policy}/{version}.dun", beside)

    def shared(self, path: str, beside: Source) -> Found | None:
        return Found(Source(path, BESIDE[path])) if path in BESIDE and beside.text else None


def is_of_one_text(page: CodePage) -> bool:
    return page.code not in NEED_MORE and not page.code.startswith("D52")


def problems_of(text: str) -> list[Diagnostic]:
    return read_source(Source("sample.dun", complete(text)), Beside())[1]


def codes_in_source() -> set[str]:
    found: set[str] = set()
    for folder in ("dunlang", "engine"):
        for path in (ROOT / folder).rglob("*.py"):
            if not path.name.startswith("codes_"):
                found.update(CODE.findall(path.read_text(encoding="utf-8")))
    return found


def test_every_code_in_the_source_has_a_page() -> None:
    assert codes_in_source() - set(PAGES) == set()


def test_pages_are_kept_under_their_own_code_and_no_code_has_two() -> None:
    names = [path.stem for path in (ROOT / "dunlang" / "codes").glob("*.py")]
    modules = [import_module(f"dunlang.codes.{name}") for name in names if name != "__init__"]
    groups = [module.PAGES for module in modules if isinstance(getattr(module, "PAGES", 0), tuple)]
    codes = [page.code for group in groups for page in group]
    assert sorted(codes) == sorted(PAGES)
    assert [page.code for page in PAGES.values()] == list(PAGES)


@pytest.mark.parametrize("page", PAGES.values(), ids=list(PAGES))
def test_a_page_says_what_a_person_needs(page: CodePage) -> None:
    assert re.fullmatch(r"[DW]\d{3}", page.code)
    assert page.title
    assert not page.title.endswith(".")
    assert not page.title[0].isupper() or page.title[:2].isupper()
    assert page.meaning.endswith(".")
    assert len(page.meaning.split()) >= 15
    assert page.wrong != page.right


@pytest.mark.parametrize(
    "page", [page for page in PAGES.values() if is_of_one_text(page)], ids=lambda page: page.code
)
def test_the_wrong_text_of_a_page_has_exactly_its_problem(page: CodePage) -> None:
    assert [problem.code for problem in problems_of(page.wrong)] == [page.code]


@pytest.mark.parametrize("page", PAGES.values(), ids=list(PAGES))
def test_the_right_text_of_a_page_has_none(page: CodePage) -> None:
    assert problems_of(page.right) == []


@pytest.mark.parametrize(
    "page",
    [page for page in PAGES.values() if not is_of_one_text(page)],
    ids=lambda page: page.code,
)
def test_a_text_that_is_wrong_only_beside_others_is_right_by_itself(page: CodePage) -> None:
    if page.code != "D090":
        assert problems_of(page.wrong) == []


def test_a_short_text_gets_a_header_and_a_stage() -> None:
    assert complete("fees at most 40.00 EUR") == (
        "policy sample version 1\n"
        "  effective 2026-01-01\n"
        "  currency EUR\n"
        "  timezone Europe/Berlin\n"
        "\n"
        "fees at most 40.00 EUR\n"
        "\n"
        'stage reminder "Payment reminder"\n'
        "  after 3 days overdue\n"
        "  by email\n"
    )
    assert complete("stage x\n  by post\n").count("stage") == 1
    assert complete("policy x version 1\n") == "policy x version 1\n"


def test_every_code_that_one_text_can_bring_about_has_a_golden_story() -> None:
    told: set[str] = set()
    for path in GOLDENS.rglob("*.md"):
        told.update(re.findall(r"(?:error|warning)\[([DW]\d{3})\]", path.read_text("utf-8")))
    assert {page.code for page in PAGES.values() if is_of_one_text(page)} - told == set()
