"""Lists in pages."""

from __future__ import annotations

import base64

import pytest

from api.paging import Listed, cursor_of, page, place_in
from api.problems import ProblemError


def test_the_pages_of_a_list_hold_everything_once_and_the_last_says_so() -> None:
    rows = [(number, f"Ä{number}\u2028"[:2]) for number in range(7)]
    seen: list[int] = []
    cursor: str | None = None
    for _ in range(10):
        place = place_in("rows", cursor, int, str)
        begins = 0 if place is None else int(place[0]) + 1
        answer = page("rows", rows[begins : begins + 4], 3, lambda row: row[0], lambda row: row)
        Listed[int].model_validate(answer)
        seen += answer["items"]
        cursor = answer["next"]
        if cursor is None:
            break
    assert seen == list(range(7))
    assert page("rows", rows[:3], 3, lambda row: row[0], lambda row: row)["next"] is None


def forged(text: str) -> str:
    """A cursor that somebody made up."""
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "ä",
        "x",
        "!!!!",
        forged("["),
        forged("[" * 1_000),
        forged("7"),
        forged('["rows"]'),
        forged('["rows",1,2]'),
        forged('["rows",true]'),
        forged('["rows",1.0]'),
        forged('["rows",NaN]'),
        forged('["rows",-1]'),
        forged('["rows",9223372036854775808]'),
        forged(f'["rows",{"9" * 1_400}]'),
        cursor_of("others", (1,)),
    ],
)
def test_what_is_no_cursor_of_a_list_is_refused(cursor: str) -> None:
    with pytest.raises(ProblemError) as refused:
        place_in("rows", cursor, int)
    assert refused.value.status == 422
    assert refused.value.body["errors"][0]["at"] == "query.cursor"


@pytest.mark.parametrize("text", ["\\u0000", "\\ud800", "a\\nb"])
def test_a_cursor_with_characters_that_no_id_has_is_refused(text: str) -> None:
    with pytest.raises(ProblemError):
        place_in("rows", forged(f'["rows","{text}"]'), str)
