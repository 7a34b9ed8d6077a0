"""Comments: each stays where it belongs, and none is lost."""

from __future__ import annotations

from textwrap import dedent

from tests.dunlang.formatting import HEADER, body, formatted, unchanged


def test_a_comment_on_its_own_line_leads_the_next_statement_at_its_indentation() -> None:
    given = """
        stage a
        # about the wait
          after 3 days overdue
             # about the fee
          no fee
          # about the next stage, though indented
          by email
        """
    assert body(given) == dedent(
        """\
        stage a
          # about the wait
          after 3 days overdue
          # about the fee
          no fee
          # about the next stage, though indented
          by email
        """
    )


def test_a_comment_behind_a_statement_stays_there_after_two_blanks() -> None:
    given = 'stage a#1\n  by email #  2  \n  no fee       #3\nexample "x" # 4\n'
    assert body(given) == 'stage a  #1\n  by email  #  2\n  no fee  #3\n\nexample "x"  # 4\n'


def test_a_comment_at_the_end_of_a_block_stays_in_it_if_it_is_indented_like_it() -> None:
    unchanged(
        """
        stage a
          by email
          # Still about a.

        # About b.
        stage b
          by email

        for customer.excluded
          stage a
            by post
            # The innermost,
          # the middle,

        # and the outermost.

        # About c.

        stage c
          # Nothing yet.
        """
    )


def test_comments_above_the_policy_and_at_the_end_of_the_file_stay() -> None:
    text = f"# One.\n\n# Two.\n{HEADER}\n# Three.\n\n# Four.\n"
    assert formatted(f"\n{text}\n\n") == text


def test_comments_inside_parentheses_stay_with_their_part() -> None:
    unchanged(
        """
        segment s when (
            # the big ones
            customer.kind is business  # or so
            # and the slow ones
            or days overdue > 90
              and not (
                  customer.excluded  # by hand
                  or invoice.excluded
                  # and what else there is
                )
            # in short
          )  # all of them
        """
    )


def test_a_condition_keeps_its_parentheses_for_the_sake_of_a_comment() -> None:
    given = "stage a\n  when (\n      customer.excluded # but why\n      )\n"
    assert body(given) == ("stage a\n  when (\n      customer.excluded  # but why\n    )\n")


def test_a_list_with_comments_has_a_line_for_each_item() -> None:
    given = "segment s when customer.country in (DE, AT, # German\n  CH,\n  # French\n  FR)\n"
    assert body(given) == dedent(
        """\
        segment s when customer.country in (
            DE,
            AT,  # German
            CH,
            # French
            FR
          )
        """
    )


def test_two_comments_never_become_one() -> None:
    given = "segment s when ((customer.excluded # one\n  ) # two\n or (invoice.excluded)) # three\n"
    assert body(given) == dedent(
        """\
        segment s when (
            customer.excluded  # one
            # two
            or invoice.excluded
          )  # three
        """
    )


def test_a_comment_where_nothing_can_be_broken_goes_above_its_statement() -> None:
    given = "stage a\n  by email\n\n  fee 1 EUR + ( # why\n    2 EUR) # and how\n"
    assert body(given) == ("stage a\n  by email\n\n  # why\n  fee 1 EUR + 2 EUR  # and how\n")


def test_a_hash_in_a_text_is_no_comment() -> None:
    unchanged('stage a\n  task "# 1" by phone  # "2"\n')
