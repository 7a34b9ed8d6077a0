"""Every golden story still ends the way it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dunlang.codes import reading as codes_reading
from dunlang.codes import runs as codes_runs
from dunlang.codes import statements as codes_statements
from dunlang.diagnostics import has_errors
from tests.golden import runner

HERE = Path(__file__).parent
STORIES = [*sorted(HERE.glob("bad/**/*.md")), *sorted(HERE.glob("good/**/*.md"))]


def name_of(path: Path) -> str:
    return path.relative_to(HERE).with_suffix("").as_posix()


@pytest.mark.parametrize("path", STORIES, ids=name_of)
def test_story_ends_as_told(path: Path, *, update_golden: bool) -> None:
    story = runner.read(path)
    if update_golden:
        runner.update(story)
        story = runner.read(path)
    assert runner.shown(story) == runner.expected(story)


@pytest.mark.parametrize("path", STORIES, ids=name_of)
def test_a_bad_story_has_a_problem_and_a_good_one_no_error(path: Path) -> None:
    story = runner.read(path)
    problems = runner.problems(story)
    if name_of(path).startswith("bad/"):
        assert problems or runner.shown(story).get("EXAMPLES")
    else:
        assert not has_errors(problems)


def test_every_story_has_a_title_of_its_own() -> None:
    titles = [runner.read(path).title for path in STORIES]
    assert sorted(titles) == sorted(set(titles))


def test_every_code_of_reading_and_of_running_examples_has_a_story() -> None:
    pages = (*codes_reading.PAGES, *codes_statements.PAGES, *codes_runs.PAGES)
    told = {
        code
        for path in STORIES
        for section in runner.shown(runner.read(path)).values()
        for code in re.findall(r"(?:error|warning)\[([DW]\d{3})\]", section)
    }
    the_formatters = {"D090"}
    assert {page.code for page in pages} - told == the_formatters
