from __future__ import annotations

from dunlang.printing.doc import (
    NEWLINE,
    NOTHING,
    SPACE,
    WIDTH,
    Break,
    Doc,
    Group,
    IfBroken,
    Nest,
    layout,
)
from dunlang.printing.doc import Remark as Comment


def call(*arguments: str) -> Doc:
    inner: list[Doc] = [NOTHING]
    for number, argument in enumerate(arguments):
        inner.extend((",", SPACE, argument) if number else (argument,))
    return Group(("f(", Nest(4, tuple(inner)), NOTHING, ")"))


def test_a_group_that_fits_stays_on_its_line() -> None:
    assert layout(call("a", "b"), 0, 0) == "f(a, b)"


def test_a_group_that_does_not_fit_is_broken_at_all_of_its_breaks() -> None:
    a, b = "a" * 60, "b" * 60
    assert layout(call(a, b), 0, 0) == f"f(\n    {a},\n    {b}\n)"


def test_a_line_may_be_exactly_as_wide_as_the_page() -> None:
    a = "a" * (WIDTH - len("f()"))
    assert layout(call(a), 0, 0) == f"f({a})"
    assert layout(call(a), 0, 1) == f"f(\n    {a}\n)"


def test_what_follows_a_group_counts_up_to_the_next_break() -> None:
    a = "a" * (WIDTH - len("f()"))
    assert layout((call(a), ";"), 0, 0) == f"f(\n    {a}\n);"
    assert layout((call(a), NEWLINE, ";"), 0, 0) == f"f({a})\n;"


def test_an_inner_group_stays_together_while_the_outer_is_broken() -> None:
    outer = Group(("g(", Nest(2, (NOTHING, call("a", "b"), SPACE, "x" * WIDTH)), NOTHING, ")"))
    assert layout(outer, 0, 0) == f"g(\n  f(a, b)\n  {'x' * WIDTH}\n)"


def test_groups_of_single_breaks_fill_the_line() -> None:
    words: list[Doc] = ["a" * 40]
    for letter in "bcd":
        words.extend((Group(SPACE), letter * 40))
    assert layout(tuple(words), 0, 0) == f"{'a' * 40} {'b' * 40}\n{'c' * 40} {'d' * 40}"


def test_a_comment_goes_to_the_end_of_its_line_and_breaks_the_groups_around_it() -> None:
    group = Group(("f(", Nest(2, (NOTHING, "a", Comment("# why"), ",", SPACE, "b")), NOTHING, ")"))
    assert layout(Group((group, ";")), 0, 0) == "f(\n  a,  # why\n  b\n);"


def test_a_comment_does_not_count_towards_the_width() -> None:
    inner = Nest(2, (NOTHING, "a", Comment("#" * WIDTH), SPACE, call("b", "c")))
    assert layout(Group(inner), 0, 0) == f"\n  a  {'#' * WIDTH}\n  f(b, c)"


def test_a_comment_at_the_very_end_is_not_lost() -> None:
    assert layout(("a", Comment("# end")), 0, 0) == "a  # end"


def test_a_text_can_depend_on_whether_its_group_is_broken() -> None:
    def bracketed(text: str) -> Doc:
        return Group((IfBroken("("), Nest(2, (NOTHING, text)), NOTHING, IfBroken(")", "!")))

    assert layout(bracketed("a"), 0, 0) == "a!"
    assert layout(bracketed("a" * WIDTH), 0, 0) == f"(\n  {'a' * WIDTH}\n)"


def test_a_break_can_be_nothing_but_an_opportunity() -> None:
    assert layout(Group(("a", Break("-"), "b")), 0, 0) == "a-b"
