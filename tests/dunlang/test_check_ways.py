"""The ways through a ladder: repetitions, going back, taking over places, cancelling, the end."""

from __future__ import annotations

import pytest

from tests.dunlang.checking import found, problems_of

REMINDER = "stage reminder\n  after 3 days overdue\n  by email\n"
FINAL = "\nstage final\n  after 7 days\n  by post\n"


def final(*clauses: str, after: str = "after 7 days") -> str:
    """A ladder whose second and last stage says so."""
    lines = "".join(f"  {clause}\n" for clause in (after, "by post", *clauses))
    return f"{REMINDER}\nstage final\n{lines}"


def exception(*lines: str) -> str:
    return "\nfor customer.kind is business\n" + "".join(f"  {line}\n" for line in lines)


# ----------------------------------------------------------------- what a stage does


@pytest.mark.parametrize(
    "clause",
    ['suspend "the service"', 'cancel "the contract" now', "write off", 'hand over to "Agency"'],
)
def test_a_stage_does_something_without_writing_to_anybody(clause: str) -> None:
    assert found(f"{REMINDER}\nstage final\n  after 7 days\n  {clause}\n") == []


@pytest.mark.parametrize("clause", ["charge interest", "fee 5 EUR", "replaces notice"])
def test_what_nobody_would_notice_is_not_enough_to_do(clause: str) -> None:
    text = f"interest 9% a year\n{REMINDER}  charge interest\n\nstage final\n  {clause}\n"
    assert found(text) == [("D109", "final")]


def test_a_cancellation_on_a_day_needs_a_date_of_the_customer() -> None:
    fact = "fact customer.term_end : date\n"
    assert found(fact + final('cancel "it" at the end of the term')) == []
    assert found(fact + final('cancel "it" at customer.term_end')) == []
    number = fact.replace("date", "number")
    assert found(number + final('cancel "it" at customer.term_end')) == [
        ("D133", "customer.term_end")
    ]
    assert found(final('cancel "it" at invoice.due')) == [("D133", "invoice.due")]
    assert found(final('cancel "it" at customer.term_end')) == [("D201", "customer.term_end")]


def test_a_gap_to_the_customer_stands_beside_the_gap_of_the_case() -> None:
    gaps = ("at least 5 days between notices", "at least 2 days between notices to a customer")
    assert found("\n".join(gaps) + f"\n{REMINDER}") == []
    assert found(final(*gaps)) == []
    assert found(final(*gaps, gaps[1])) == [("D104", gaps[1])]
    assert found("\n".join((*gaps, gaps[0])) + f"\n{REMINDER}") == [("D102", gaps[0])]


# ----------------------------------------------------------------------- repetitions


@pytest.mark.parametrize(
    "repeat",
    [
        "repeat every 7 days",
        "repeat every 2 weeks at most 1 more time",
        "repeat every 1 business day at most 3 more times",
    ],
)
def test_the_last_stage_may_be_repeated_with_and_without_a_bound(repeat: str) -> None:
    assert found(final(repeat, "fee 5 EUR once")) == []


@pytest.mark.parametrize(
    ("repeat", "code", "words"),
    [
        ("repeat every 0 days", "D113", "0 days"),
        ("repeat every 9999 days", "D113", "9999 days"),
        ("repeat every 7 days at most 0 more times", "D130", None),
    ],
)
def test_a_repetition_that_makes_no_sense_is_reported(
    repeat: str, code: str, words: str | None
) -> None:
    assert found(final(repeat)) == [(code, words or repeat)]


def test_before_another_stage_repetitions_have_a_bound() -> None:
    assert found(f"{REMINDER}  repeat every 7 days at most 2 more times\n{FINAL}") == []
    assert found(f"{REMINDER}  repeat every 7 days\n{FINAL}") == [("D131", "repeat every 7 days")]
    block = exception("stage reminder", "  repeat every 7 days")
    assert found(f"{REMINDER}{FINAL}{block}") == [("D131", "repeat every 7 days")]


def test_for_customers_who_skip_the_rest_of_the_ladder_a_stage_is_the_last() -> None:
    block = exception("skip final", "stage reminder", "  repeat every 7 days")
    assert found(f"{REMINDER}{FINAL}{block}") == []


# ------------------------------------------------------------------------ going back

BACK = "when notices so far >= 3 else reminder"


@pytest.mark.parametrize(
    ("before", "after", "more"),
    [
        ("", "after 1 day", ""),
        ("", "after 1 week and 20 days overdue", ""),
        ("", "after 3 days past deadline", ""),
        ("", "after 20 days overdue", "at least 5 days between notices"),
        ("at least 5 days between notices\n", "after 20 days overdue", ""),
        ("at least 5 days between notices to a customer\n", "after 20 days overdue", ""),
    ],
)
def test_a_case_goes_back_when_time_passes_in_between(before: str, after: str, more: str) -> None:
    assert found(before + final(BACK, *filter(None, (more,)), after=after)) == []


@pytest.mark.parametrize(
    ("before", "after", "more"),
    [
        ("", "after 20 days overdue", ()),
        ("", "after 0 days", ()),
        ("", "after 7 days since reminder", ()),
        ("at least 0 days between notices\n", "after 20 days overdue", ()),
        ("at least 5 days between notices\n", "after 2 days overdue", ("at least 0 days",)),
    ],
)
def test_without_time_in_between_it_would_come_again_daily(
    before: str, after: str, more: tuple[str, ...]
) -> None:
    clauses = [f"{gap} between notices" for gap in more]
    assert found(before + final(BACK, *clauses, after=after)) == [("D135", "reminder")]


def test_a_gap_between_notices_holds_back_no_task() -> None:
    text = "at least 5 days between notices\n" + final(BACK, after="after 20 days overdue")
    assert found(text.replace("by post", 'task "Call"')) == [("D135", "reminder")]


def test_an_exception_must_not_take_the_time_away() -> None:
    wait = "after 20 days overdue"
    block = exception("stage final", f"  {wait}")
    assert found(final(BACK) + block) == [("D135", wait)]
    gap = exception("at least 5 days between notices", "stage final", f"  {wait}")
    assert found(final(BACK) + gap) == []
    rule, none = "at least 5 days between notices\n", "at least 0 days between notices"
    held_back = rule + final(BACK, after=wait)
    assert found(held_back) == []
    assert found(held_back + exception(none)) == [("D135", none)]
    assert found(held_back + exception(f"{none} to a customer")) == []
    own_gap = final(BACK, "at least 3 days between notices", after=wait)
    assert found(own_gap + exception(none)) == []


@pytest.mark.parametrize(
    ("target", "code"), [("final", "D132"), ("later", "D132"), ("remider", "D106")]
)
def test_a_case_goes_back_to_an_earlier_stage(target: str, code: str) -> None:
    text = final(BACK.replace("reminder", target)) + '\nstage later\n  task "Call"\n'
    assert found(text) == [(code, target)]


# ----------------------------------------------------------------- taking over places


def test_a_stage_takes_over_places_of_former_stages_and_other_policies() -> None:
    assert found(final("replaces notice, other.notice, other.last_call")) == []


@pytest.mark.parametrize("old", ["reminder", "final", "other.reminder", "sample.final"])
def test_a_stage_that_the_ladder_has_is_not_replaced(old: str) -> None:
    assert found(final(f"replaces {old}")) == [("D125", old)]


@pytest.mark.parametrize("again", ["notice", "sample.notice"])
def test_a_former_stage_is_replaced_once(again: str) -> None:
    text = final(f"replaces {again}").replace("email\n", "email\n  replaces notice\n")
    assert found(text) == [("D125", again)]


def test_places_do_not_depend_on_exceptions() -> None:
    block = exception("stage final", "  replaces notice")
    assert found(final() + block) == [("D136", "replaces notice")]


# --------------------------------------------------------------------------- the end

LOSS = f"{REMINDER}\nstage loss\n  after 90 days overdue\n  write off\n"


def test_a_stage_after_a_write_off_is_warned_about() -> None:
    assert found(LOSS) == []
    assert found(LOSS + FINAL) == [("W110", "final")]


def test_a_stage_after_a_write_off_for_some_cases_is_reached_by_the_others() -> None:
    for some in (
        LOSS.replace("  write off", "  when open amount < 20 EUR\n  write off") + FINAL,
        LOSS + FINAL + exception("skip loss"),
        LOSS + FINAL + exception("stage loss", "  when open amount < 20 EUR"),
    ):
        assert found(some) == []


def test_a_late_run_may_jump_over_the_write_off() -> None:
    header = (
        "policy sample version 1\n  effective 2026-01-01\n  currency EUR\n"
        "  timezone Europe/Berlin\n  late runs go straight to the stage reached\n\n"
    )
    assert found(header + LOSS + FINAL) == []


def test_a_case_that_is_written_off_is_not_repeated() -> None:
    text = f"{LOSS}  repeat every 7 days\n"
    (problem,) = problems_of(text)
    assert (problem.code, problem.span.text) == ("W110", "repeat every 7 days")
