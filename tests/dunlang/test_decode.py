"""What a file must be before anything can be read in it."""

from __future__ import annotations

import pytest

from dunlang.reading.decode import decode
from dunlang.reading.limits import LONGEST_TEXT


def test_utf8_is_taken_as_it_is() -> None:
    source, problems = decode("a.dun", "# Größe\r\n".encode())
    assert problems == []
    assert source is not None
    assert (source.name, source.text) == ("a.dun", "# Größe\r\n")


@pytest.mark.parametrize(
    ("data", "code", "place"),
    [
        (b"a\n# Gr" + b"\xf6" + b"sse", "D002", (2, 5)),
        ("ä".encode() + b"\xff", "D002", (1, 2)),
        ("policy".encode("utf-16"), "D002", (1, 1)),
        (b"policy\n\x00", "D003", (2, 1)),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "D003", (3, 1)),
        (b"x" * (LONGEST_TEXT + 1), "D001", (1, 1)),
    ],
)
def test_other_files_are_refused_at_the_first_wrong_byte(
    data: bytes, code: str, place: tuple[int, int]
) -> None:
    source, (problem,) = decode("a.dun", data)
    assert source is None
    assert (problem.code, (problem.span.line, problem.span.column)) == (code, place)
    assert problem.span.source.name == "a.dun"


def test_a_letter_of_windows_is_named() -> None:
    _, (problem,) = decode("a.dun", "# Gebühren".encode("cp1252"))
    assert problem.message == (
        "here stands a letter of another encoding, such as 'ü' in Windows-1252"
    )
