"""The pictures of the real screens: all there, all shown, and nothing in them is fetched."""

from __future__ import annotations

import re
from xml.etree.ElementTree import fromstring

import pytest

from tests.docs.pictures import FOLDER, PICTURES

README = FOLDER.parents[1] / "README.md"


def words(svg: str) -> str:
    """What stands in a picture, as one text."""
    found = fromstring(svg)  # noqa: S314 - written by this project
    return " ".join("".join(found.itertext()).split())


def test_every_picture_is_shown_and_none_is_missing() -> None:
    shown = re.findall(r"\(docs/pictures/(\w+)\.svg\)", README.read_text("utf-8"))
    assert sorted(shown) == sorted(PICTURES) == sorted(each.stem for each in FOLDER.glob("*"))


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_asks_for_nothing_from_elsewhere(name: str) -> None:
    svg = (FOLDER / f"{name}.svg").read_text("utf-8")
    assert "url(http" not in svg
    assert "@font-face" not in svg
    assert "href" not in svg
    assert "dun ▸" in words(svg).replace("\xa0", " ")
