"""The grammar itself: no ambiguity, no unnamed words, nothing forgotten."""

from __future__ import annotations

import re

import pytest

from dunlang.reading import grammar
from dunlang.reading.expected import in_words
from dunlang.reading.statement import END


def test_no_two_rules_and_no_two_words_collide() -> None:
    """Lark refuses conflicts by itself; strict mode also finds terminals that overlap."""
    grammar.build(strict=True)


def test_every_terminal_has_a_name() -> None:
    assert [one.name for one in grammar.grammar().terminals if one.name.startswith("__")] == []


def test_every_word_and_phrase_can_be_spelt() -> None:
    """A terminal of the grammar file that is written in letters is known by these letters."""
    written = re.findall(r'^([A-Z_]+)(?:\.\d)?: ("[a-z/].*)$', grammar.text(), re.MULTILINE)
    spelt = {name: " ".join(re.findall(r'"([a-z0-9/]+)"', body)) for name, body in written}
    assert len(spelt) > 100
    assert dict(grammar.words()) == spelt


def test_each_word_is_read_as_itself() -> None:
    for name, word in grammar.words().items():
        assert [token.type for token in grammar.tokens(word)] == [name]
        assert [token.type for token in grammar.tokens(word.replace(" ", "  \t"))] == [name]


@pytest.mark.parametrize("place", grammar.PLACES)
def test_no_message_can_name_a_terminal(place: grammar.Place) -> None:
    """Whatever may follow, it is put into words, and never twice."""
    kinds = [one.name for one in grammar.grammar().terminals if not one.name.startswith("_")]
    called = in_words(frozenset({*kinds, END}), [])
    assert [words for words in called if re.search(r"[A-Z]_[A-Z]|__|\$", words)] == []
    opened = in_words(grammar.openings(place), [])
    assert len(opened) == len(set(opened))
    assert opened
