"""Names are found however they are spelled."""

from __future__ import annotations

import unicodedata

import pytest

from engine.services.names import folded, has, match

NAME = "Müller & Söhne Straßenbau"


@pytest.mark.parametrize(
    "wanted",
    ["muller", "MÜLLER", "mueller", "soehne", "sohne", "strasse", "bau müll", "", "  ", "& s"],
)
def test_a_name_is_found_however_it_is_spelled(wanted: str) -> None:
    assert has(NAME, wanted)
    assert has(unicodedata.normalize("NFD", NAME), wanted)
    assert has(NAME, unicodedata.normalize("NFD", wanted))


@pytest.mark.parametrize("wanted", ["miller", "söhne x", "mullerx"])
def test_another_name_is_not(wanted: str) -> None:
    assert not has(NAME, wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("Łódź", "lodz"), ("Ørsted", "orsted"), ("株式会社", "会社"), ("شركة النور", "النور")],
)
def test_names_of_all_countries_can_be_typed(text: str, wanted: str) -> None:
    assert has(text, wanted)
    assert folded(text) == folded(text.upper())


def test_what_begins_with_the_letters_is_better_than_what_has_them_somewhere() -> None:
    every = ["Go: Today", "Theme: today", "Tools and day", "Nothing"]
    ranked = sorted(every, key=lambda text: match("today", text), reverse=True)
    assert ranked[-1] == "Nothing"
    assert match("today", "Nothing") == 0
    assert match("go", "Go: Today") > match("go", "Logo") > match("go", "g o") * 0
    assert match("", "anything") == 0
