"""What is taken for a slip of the fingers, and what is not."""

from __future__ import annotations

import pytest

from dunlang.suggest import closest, did_you_mean, distance, listed


@pytest.mark.parametrize(
    ("a", "b", "slips"),
    [
        ("", "", 0),
        ("post", "post", 0),
        ("post", "Post", 0),
        ("emial", "email", 1),
        ("emal", "email", 1),
        ("emaill", "email", 1),
        ("emajl", "email", 1),
        ("abcd", "badc", 2),
        ("", "post", 4),
        ("kitten", "sitting", 3),
    ],
)
def test_slips_are_counted(a: str, b: str, slips: int) -> None:
    assert (distance(a, b), distance(b, a)) == (slips, slips)


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("consumr", "consumer"),
        ("Consumer", "consumer"),
        ("public-body", "public_body"),
        ("publicbody", "public_body"),
        ("buisness", "business"),
        ("zebra", None),
        ("con", None),
        ("x" * 1000, None),
        ("", None),
    ],
)
def test_only_a_close_word_is_proposed(word: str, meant: str | None) -> None:
    assert closest(word, ("business", "consumer", "public_body")) == meant


def test_a_word_of_one_letter_is_not_turned_into_another() -> None:
    assert closest("a", ("b", "c")) is None
    assert closest("ab", ("xy",)) is None


def test_the_closest_word_wins_and_of_two_the_first() -> None:
    assert closest("remind", ("reminds", "remind1", "remand")) == "reminds"
    assert closest("final", ("finals", "finale", "fnal")) == "finals"
    assert closest("notices", ("notes", "notice")) == "notice"


def test_the_proposal_is_a_question_or_nothing() -> None:
    assert did_you_mean("emial", ("email",)) == "did you mean 'email'?"
    assert did_you_mean("fax", ("email",)) == ""


def test_lists_read_as_in_a_sentence() -> None:
    assert [listed(x) for x in ((), ("a",), ("a", "b"), ("a", "b", "c"))] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]
    assert listed(("a", "b"), "or") == "a or b"
