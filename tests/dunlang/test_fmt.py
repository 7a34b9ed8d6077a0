"""The one layout of a policy, rule by rule."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from dunlang.printing.fmt import format_policy
from dunlang.reading.parsing import parse
from dunlang.source import Source
from tests.dunlang.formatting import HEADER, body, formatted, unchanged

POLICIES = Path(__file__).parents[1] / "golden" / "policies"


@pytest.mark.parametrize("path", sorted(POLICIES.glob("*.dun")), ids=lambda path: path.stem)
def test_the_golden_policies_are_formatted(path: Path) -> None:
    text = path.read_bytes().decode()
    assert formatted(text) == text


# ----------------------------------------------------------------------------- lines and blanks


def test_a_block_is_indented_by_two_spaces_whatever_it_was_before() -> None:
    text = "policy  p   version 1\n       effective 2026-01-01\n       currency EUR\n"
    assert formatted(text) == HEADER


def test_blanks_at_the_end_windows_line_ends_and_a_byte_order_mark_go() -> None:
    text = HEADER.replace("\n", " \t \r\n")
    assert formatted(f"\ufeff{text}") == HEADER


def test_the_text_ends_in_one_line_end() -> None:
    assert formatted(HEADER.rstrip("\n")) == HEADER
    assert formatted(HEADER + "\n  \n\n") == HEADER


def test_nothing_stands_above_the_first_line() -> None:
    assert formatted(f"\n\n\n{HEADER}") == HEADER


def test_settings_stay_in_the_order_of_the_author() -> None:
    text = "policy p version 1\n  currency EUR\n  round half even\n  effective 2026-01-01\n"
    assert formatted(text) == text


def test_one_blank_line_stays_where_it_is_and_several_become_one() -> None:
    given = """
        segment a when customer.kind is business


        segment b when customer.kind is business

        segment c when customer.kind is business
        segment d when customer.kind is business
        """
    assert body(given) == (
        "segment a when customer.kind is business\n"
        "\n"
        "segment b when customer.kind is business\n"
        "\n"
        "segment c when customer.kind is business\n"
        "segment d when customer.kind is business\n"
    )


def test_a_blank_line_stands_before_and_after_each_block_and_none_at_its_beginning() -> None:
    given = """
        fees at most 5 EUR
        stage a

          by email

          no fee
        stage b
          by email
        fees at most 6 EUR
        for customer.kind is business

          stage a
            by post


          stage b
            by post
        example "x"
          given customer country DE
        """
    assert body(given) == dedent(
        """\
        fees at most 5 EUR

        stage a
          by email

          no fee

        stage b
          by email

        fees at most 6 EUR

        for customer.kind is business
          stage a
            by post

          stage b
            by post

        example "x"
          given customer country DE
        """
    )


def test_between_guarantees_a_blank_line_is_the_authors_choice() -> None:
    given = """
        fees at most 5 EUR
        guarantee "a"

          always: days overdue < 9
        guarantee "b"
          always: days overdue < 9

        guarantee "c"
          always: days overdue < 9
        segment s when customer.excluded
        """
    assert body(given) == dedent(
        """\
        fees at most 5 EUR

        guarantee "a"
          always: days overdue < 9
        guarantee "b"
          always: days overdue < 9

        guarantee "c"
          always: days overdue < 9

        segment s when customer.excluded
        """
    )


def test_the_lines_of_a_fee_stand_under_it() -> None:
    given = """
        stage a
          fee by steps of open amount

                10% of the first 100 EUR # a tenth

                1% of the rest
          by email
        """
    assert body(given) == dedent(
        """\
        stage a
          fee by steps of open amount
            10% of the first 100 EUR  # a tenth

            1% of the rest
          by email
        """
    )


def test_a_file_without_a_header_is_laid_out_too() -> None:
    given = '# Shared.\nrate  a from "a"\nrate other from "b"\nsegment s when (customer.excluded)'
    assert formatted(given) == (
        '# Shared.\nrate a     from "a"\nrate other from "b"\nsegment s when customer.excluded\n'
    )


# ------------------------------------------------------------------------------------- columns


def test_adjacent_facts_align_their_colons() -> None:
    given = "fact customer.a: money\nfact customer.longer :text\n\nfact customer.bc : date\n"
    assert body(given) == (
        "fact customer.a      : money\nfact customer.longer : text\n\nfact customer.bc : date\n"
    )


def test_adjacent_segments_align_their_conditions() -> None:
    given = (
        "segment a when customer.excluded\n"
        "segment rather when customer.excluded\n"
        "fees at most 5 EUR\n"
        "segment bc when customer.excluded\n"
    )
    assert body(given) == (
        "segment a      when customer.excluded\n"
        "segment rather when customer.excluded\n"
        "fees at most 5 EUR\n"
        "segment bc when customer.excluded\n"
    )


def test_adjacent_rules_align_keyword_text_and_condition() -> None:
    given = (
        'hold "short" while invoice.disputed, clock stopped\n'
        'exclude "rather long" when customer.excluded\n'
        "\n"
        'hold "alone" while invoice.disputed\n'
    )
    assert body(given) == (
        'hold    "short"       while invoice.disputed, clock stopped\n'
        'exclude "rather long" when customer.excluded\n'
        "\n"
        'hold "alone" while invoice.disputed\n'
    )


def test_a_comment_between_aligned_lines_does_not_part_them_but_a_blank_line_does() -> None:
    unchanged(
        """
        fact customer.a      : money
        # by hand
        fact customer.longer : text
        # by machine

        fact customer.bc : date
        """
    )


# ---------------------------------------------------------------------------------- words


def test_the_digits_of_the_author_stay() -> None:
    unchanged(
        """
        segment a when customer.open_amount > 1_000.50 EUR or days overdue < 0012
        fees at most 005.000 EUR

        stage a
          fee 2.50% of open amount at least 1 EUR
        """
    )


def test_one_day_is_singular_and_all_others_are_plural() -> None:
    given = "stage a\n  after 1 days overdue and 3 day and 1 business days\n  pay within 0 day\n"
    assert body(given) == (
        "stage a\n  after 1 day overdue and 3 days and 1 business day\n  pay within 0 days\n"
    )


def test_a_wait_says_from_before_the_due_date_and_after_otherwise() -> None:
    unchanged("stage a\n  from 3 days before due and after 10 days since invoice date\n")


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("repeat every 1 days at most 1 more times", "repeat every 1 day at most 1 more time"),
        ("repeat every 2 week at most 3 more time", "repeat every 2 weeks at most 3 more times"),
        ('cancel "x" at customer.term_end', 'cancel "x" at the end of the term'),
        ('cancel "x" at customer.since', 'cancel "x" at customer.since'),
        ("when (customer.excluded) else a", "when customer.excluded else a"),
    ],
)
def test_clauses_have_one_spelling(written: str, kept: str) -> None:
    assert body(f"stage s\n  {written}\n") == f"stage s\n  {kept}\n"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (
            "contact at most 1 times in 1 days by sms",
            "contact at most 1 time in 1 day by sms",
        ),
        ("contact between 8:00 and 20:00", "contact between 08:00 and 20:00"),
        ("interest 2 % a month", "interest 2% a month"),
    ],
)
def test_limits_have_one_spelling(written: str, kept: str) -> None:
    assert body(f"{written}\n") == f"{kept}\n"


@pytest.mark.parametrize(
    "line", ["interest 9% a year", "interest 9% a year from due date by act/365 fixed at default"]
)
def test_interest_from_the_due_date_is_said_where_the_author_said_it(line: str) -> None:
    unchanged(f"{line}\n")


def test_a_time_of_day_has_two_digits_for_the_hour() -> None:
    given = "stage a\n  send automatically at 9:05\n"
    assert body(given) == "stage a\n  send automatically at 09:05\n"


def test_phrases_have_single_blanks() -> None:
    given = 'stage a\n  hand   over to   "B"\n  when open   amount   <  5   EUR\n'
    assert body(given) == 'stage a\n  hand over to "B"\n  when open amount < 5 EUR\n'


def test_a_text_is_left_alone() -> None:
    unchanged('hold "  two  blanks # and (this " while invoice.disputed\n')


# ----------------------------------------------------------------------------- parentheses


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("(customer.excluded)", "customer.excluded"),
        ("((customer.excluded))", "customer.excluded"),
        ("(a and b) or c", "a and b or c"),
        ("(a or b) and c", "(a or b) and c"),
        ("a and (b and c)", "a and b and c"),
        ("a or ((b or c))", "a or b or c"),
        ("not (a and b)", "not (a and b)"),
        ("not (a or b)", "not (a or b)"),
        ("(not a) and (not b)", "not a and not b"),
        ("not (not (a))", "not not a"),
        ('not (customer.tags has "x")', 'not customer.tags has "x"'),
        ("(not (customer.kind in (business)))", "not customer.kind in (business)"),
        ("(customer.kind) is (business)", "customer.kind is business"),
        ("((a or b) and c or d) and e", "((a or b) and c or d) and e"),
    ],
)
def test_parentheses_stay_only_where_they_mean_something(written: str, kept: str) -> None:
    assert body(f"segment s when {written}") == f"segment s when {kept}\n"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("(5 EUR)", "5 EUR"),
        ("5 EUR + (2% of open amount)", "5 EUR + 2% of open amount"),
        (
            "(5 EUR + 2% of open amount) at least 6 EUR",
            "5 EUR + 2% of open amount at least 6 EUR",
        ),
        (
            "5 EUR + (2% of open amount at most 6 EUR)",
            "5 EUR + (2% of open amount at most 6 EUR)",
        ),
        ("(5 EUR at least 1 EUR) at most 9 EUR", "(5 EUR at least 1 EUR) at most 9 EUR"),
        ("1 EUR + (2 EUR + (3 EUR))", "1 EUR + 2 EUR + 3 EUR"),
    ],
)
def test_a_bound_in_a_sum_keeps_its_parentheses(written: str, kept: str) -> None:
    assert body(f"stage s\n  fee {written} once\n") == f"stage s\n  fee {kept} once\n"


# ------------------------------------------------------------------------------ long lines

RICH = "customer.open_amount >= 1_000_000 EUR"
SLOW = "customer.overdue_invoices >= 1_000"


def test_a_condition_that_does_not_fit_gets_a_line_for_each_part() -> None:
    assert body(f"segment s when {RICH} and {SLOW} and customer.kind is business") == (
        f"segment s when (\n    {RICH}\n    and {SLOW}\n    and customer.kind is business\n  )\n"
    )


def test_a_line_of_a_hundred_columns_fits_and_one_more_does_not() -> None:
    start = f"segment s when {RICH} and customer.tags has "
    text = "x" * (98 - len(start))
    assert body(f'{start}"{text}"') == f'{start}"{text}"\n'
    assert body(f'{start}"{text}x"') == (
        f'segment s when (\n    {RICH}\n    and customer.tags has "{text}x"\n  )\n'
    )


def test_what_stands_behind_a_condition_counts() -> None:
    start = f'hold "s" while {RICH} and customer.tags has '
    text = "x" * (98 - len(start))
    assert body(f'{start}"{text}"') == f'{start}"{text}"\n'
    assert body(f'{start}"{text}", clock stopped') == (
        f'hold "s" while (\n    {RICH}\n    and customer.tags has "{text}"\n  ), clock stopped\n'
    )


def test_inner_parentheses_are_broken_only_if_they_must_be() -> None:
    assert body(f"segment s when ({RICH} or {SLOW}) and not ({SLOW} or {SLOW} or {RICH})") == (
        "segment s when (\n"
        f"    ({RICH} or {SLOW})\n"
        "    and not (\n"
        f"        {SLOW}\n"
        f"        or {SLOW}\n"
        f"        or {RICH}\n"
        "      )\n"
        "  )\n"
    )


def test_a_list_that_does_not_fit_fills_its_lines() -> None:
    countries = [f"{a}{b}" for a in "ABCDE" for b in "EGLMRT"]
    assert body(f"segment s when customer.country in ({', '.join(countries)})") == (
        "segment s when customer.country in (\n"
        f"    {', '.join(countries[:24])},\n"
        f"    {', '.join(countries[24:])}\n"
        "  )\n"
    )


def test_a_line_without_a_place_to_break_stays_as_long_as_it_is() -> None:
    unchanged(f'stage s\n  task "{"x" * 120}"\n')


# -------------------------------------------------------------------------- trees of a program


def test_a_tree_alone_becomes_the_text_with_a_blank_line_between_kinds_of_statements() -> None:
    text = (
        f"{HEADER}segment s when customer.excluded # gone\n\nsegment t when invoice.excluded\n"
        'exclude "x" when s\nhold "y" while t\nfees at most 5 EUR\n'
        "at least 5 days between notices\nstage a\n  by email\n"
    )
    policy, _ = parse(Source("a.dun", text))
    assert policy is not None
    assert format_policy(policy) == (
        f"{HEADER}\n"
        "segment s when customer.excluded\n"
        "segment t when invoice.excluded\n"
        "\n"
        'exclude "x" when s\n'
        'hold    "y" while t\n'
        "\n"
        "fees at most 5 EUR\n"
        "at least 5 days between notices\n"
        "\n"
        "stage a\n"
        "  by email\n"
    )
    assert formatted(format_policy(policy)) == format_policy(policy)
