"""The formatter changes nothing but the layout, keeps every comment, and has nothing to add."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from dunlang.printing.fmt import format_policy, format_source
from dunlang.reading.parsing import is_shared, parse, parse_shared
from dunlang.source import Source
from tests.oracle import policies as random_policies
from tests.oracle.drafts import theme
from tests.oracle.random_examples import example
from tests.properties.scrambled import bare, remarks, respaced, scrambled

if TYPE_CHECKING:
    from random import Random

    from dunlang.ast.policy import Policy, Shared

ROOT = Path(__file__).parents[2]


@cache
def real_policies() -> list[str]:
    paths = [*(ROOT / "policies").rglob("*.dun"), *(ROOT / "tests/golden/policies").glob("*.dun")]
    return [path.read_bytes().decode() for path in sorted(paths)]


REAL = st.sampled_from(real_policies())
RANDOMNESS = st.randoms(use_true_random=True)


def written(rng: Random) -> str:
    """A random policy with a random example."""
    text = random_policies.folder(rng, theme(rng))[-1]
    return text + "\n".join(["", *example(rng, "EUR", ("reminder", "notice")), ""])


TEXTS = REAL | st.builds(written, RANDOMNESS)
MANY = settings(max_examples=30)


def tree(text: str) -> Policy | Shared:
    source = Source("a.dun", text)
    found, problems = parse_shared(source) if is_shared(source) else parse(source)
    assert [problem for problem in problems if problem.severity == "error"] == []
    assert found is not None
    return found


def formatted(text: str) -> str:
    result, problems = format_source(Source("a.dun", text))
    assert result is not None, (problems, text)
    return result


@MANY
@given(TEXTS, RANDOMNESS)
def test_any_layout_of_a_policy_keeps_its_meaning_and_its_comments(text: str, rng: Random) -> None:
    given_text = scrambled(text, rng)
    result = formatted(given_text)
    assert tree(result) == tree(text)
    assert remarks(result) == remarks(given_text)


@MANY
@given(TEXTS, RANDOMNESS)
def test_what_is_formatted_is_not_changed_again(text: str, rng: Random) -> None:
    result = formatted(scrambled(text, rng))
    assert formatted(result) == result


@MANY
@given(TEXTS, RANDOMNESS)
def test_blanks_breaks_and_parentheses_of_the_author_make_no_difference(
    text: str, rng: Random
) -> None:
    plain = bare(text)
    assert formatted(respaced(plain, rng)) == formatted(plain)


@MANY
@given(TEXTS, RANDOMNESS)
def test_the_page_is_tidy(text: str, rng: Random) -> None:
    result = formatted(scrambled(text, rng))
    lines = result.split("\n")
    assert lines.pop() == ""
    assert lines[0] != ""
    assert lines[-1] != ""
    assert [line for line in lines if line != line.rstrip()] == []
    assert "\n\n\n" not in result
    assert "\r" not in result
    assert "\ufeff" not in result


@MANY
@given(TEXTS)
def test_a_tree_alone_becomes_a_text_with_the_same_meaning_in_the_one_layout(text: str) -> None:
    policy = tree(text)
    written = format_policy(policy)
    assert tree(written) == policy
    assert formatted(written) == written
