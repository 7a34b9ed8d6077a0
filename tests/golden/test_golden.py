"""Every golden story still ends the way it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dunlang.codes.catalogue import PAGES
from dunlang.diagnostics import has_errors
from tests.golden import folders, runner

HERE = Path(__file__).parent
FOLDERS = sorted(HERE.glob("folders/*.md"))
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


@pytest.mark.parametrize("path", FOLDERS, ids=name_of)
def test_a_folder_is_checked_as_told(path: Path, tmp_path: Path, *, update_golden: bool) -> None:
    story = folders.read_folder(path)
    problems = folders.problems_of(story, tmp_path)
    if update_golden:
        folders.update_folder(story, problems)
        story = folders.read_folder(path)
    assert story.block("PROBLEMS") == problems
    assert problems


def test_every_story_has_a_title_of_its_own() -> None:
    titles = [runner.sections_of(path).title for path in (*STORIES, *FOLDERS)]
    assert sorted(titles) == sorted(set(titles))


def test_every_code_has_a_story() -> None:
    told = {
        code
        for path in (*STORIES, *FOLDERS)
        for section in runner.sections_of(path).sections.values()
        for code in re.findall(r"(?:error|warning)\[([DW]\d{3})\]", section)
    }
    the_formatters = {"D090"}
    assert set(PAGES) - told == the_formatters
