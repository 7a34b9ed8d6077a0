"""Interest that a policy claims.

Interest is simple interest: each day from the day after the due date (or `from STAGE`) up to and
including D bears interest on the open amount at the start of that day (so a payment lowers interest
from the next day on), at the dated rate of that day, summed exactly and rounded once. Grace does
not postpone it. A rate may be negative, a day after the declared end of a table is an error for the
cases that need it (`undecided`), never a guess. Interest is never charged on interest or fees.
`charge interest` claims at that stage what has accrued and was not yet claimed; `no interest below
A` leaves a smaller claim to the next time; `claim interest when paid` makes a last claim on the day
the open amount is paid. On D, interest follows the rule that holds on D for all days (only the
reference rate is each day's own). An account's interest is the sum over its invoices, each on its
own open amount from the day after its own due date. `claim interest when paid` claims also where no
stage ran, not below `no interest below`, and shows on the settlement.

At 36.5% a year by act/365, 1,000.00 EUR bear 1.00 EUR a day.
"""

from __future__ import annotations

from datetime import date

from engine.core.model import Customer
from tests.engine.ledgers import event, invoice, ledger
from tests.engine.playing import ask, percents, plan, policies, story

HEADER = "policy p version 1\n  effective 2020-01-01\n  currency EUR\n  timezone UTC\n"
LADDER = """
stage one
  after 10 days overdue
  task "One"
  charge interest
stage two
  after 10 days
  task "Two"
  charge interest
stage three
  after 10 days
  task "Three"
  charge interest
"""
DAILY = "interest 36.5% a year\n"
TABLED = 'rate base from "base"\ninterest base\n'
R_1 = invoice(amount="1000.00")


def claims(text: str, *events: object, **rates: str) -> list[str]:
    """What happens to an invoice of 1,000.00 EUR due on 31 January, from `MM-DD` on."""
    where = policies(plan(HEADER + text), tables=percents("base", **rates) if rates else None)
    book = ledger([R_1], events)  # type: ignore[arg-type]
    found = story(book, where, "2026-01-01", "2026-03-31")
    return [line[5:].replace(" R-1", "") for line in found]


def paid(on: str, amount: str = "1000.00") -> object:
    return event("payment", on, amount=amount, id=f"P-{on}")


def test_each_stage_claims_what_accrued_and_was_not_yet_claimed() -> None:
    assert claims(DAILY + LADDER) == [
        "02-10 stage one interest 10.00 EUR",
        "02-20 stage two interest 10.00 EUR",
        "03-02 stage three interest 10.00 EUR",
    ]


def test_a_stage_that_does_not_charge_leaves_it_to_the_next_one() -> None:
    text = LADDER.replace('task "Two"\n  charge interest', 'task "Two"')
    assert claims(DAILY + text) == [
        "02-10 stage one interest 10.00 EUR",
        "02-20 stage two",
        "03-02 stage three interest 20.00 EUR",
    ]


def test_a_payment_lowers_it_from_the_next_day_on_and_a_reversal_raises_it() -> None:
    half, back = paid("2026-02-12", "500.00"), event("reversal", "2026-02-22", value="P-2026-02-12")
    # 11 and 12 February in full, eight days on half.
    assert claims(DAILY + LADDER, half)[1] == "02-20 stage two interest 6.00 EUR"
    # Two days on half, eight in full.
    assert claims(DAILY + LADDER, half, back)[2] == "03-02 stage three interest 9.00 EUR"


def test_grace_does_not_postpone_it() -> None:
    assert claims("  grace 5 days\n" + DAILY + LADDER)[0] == "02-10 stage one interest 10.00 EUR"


def test_it_can_begin_with_a_stage() -> None:
    text = DAILY.replace("year", "year from one") + LADDER
    assert claims(text) == [
        "02-10 stage one",
        "02-20 stage two interest 10.00 EUR",
        "03-02 stage three interest 10.00 EUR",
    ]


def test_from_a_stage_means_from_its_first_execution_in_the_life_of_the_case() -> None:
    text = DAILY.replace("year", "year from one") + LADDER
    # Nothing was open from the 15th to the 24th; one comes again on the 25th.
    found = claims(text, paid("2026-02-15"), event("reversal", "2026-02-25", value="P-2026-02-15"))
    assert found == [
        "02-10 stage one",
        "02-15 settled",
        "02-25 reopened",
        "02-25 stage one interest 5.00 EUR",
        "03-07 stage two interest 10.00 EUR",
        "03-17 stage three interest 10.00 EUR",
    ]


def test_a_later_due_date_counts_for_all_days_and_what_was_claimed_stays_claimed() -> None:
    moved = event("due_changed", "2026-02-12", value=date(2026, 2, 15))
    # Five days on the 20th, of which ten were claimed; fifteen on 2 March.
    assert claims(DAILY + LADDER, moved) == [
        "02-10 stage one interest 10.00 EUR",
        "02-20 stage two",
        "03-02 stage three interest 5.00 EUR",
    ]


def test_what_a_cancelled_stage_claimed_is_claimed_again() -> None:
    where = policies(plan(HEADER + DAILY + LADDER))
    done = event("stage", "2026-02-10", stage="one")
    back = event("stage_cancelled", "2026-02-12", stage="one")
    found = ask(ledger([R_1], [done, back]), where, "2026-02-12")
    assert (found.stage, str(found.interest)) == ("one", "12.00 EUR")


def test_it_is_never_charged_on_fees() -> None:
    text = LADDER.replace('task "One"', 'task "One"\n  fee 500 EUR')
    assert claims(DAILY + text)[1] == "02-20 stage two interest 10.00 EUR"


def test_a_month_is_a_twelfth_of_a_year_and_the_sum_is_rounded_once() -> None:
    # 1,000 x 24% x 10/365 = 6.5753; x 20/365 = 13.1507; x 30/365 = 19.7260.
    assert claims("interest 2% a month\n" + LADDER) == [
        "02-10 stage one interest 6.58 EUR",
        "02-20 stage two interest 6.57 EUR",
        "03-02 stage three interest 6.58 EUR",
    ]


def test_it_is_rounded_to_the_coin_of_the_policy() -> None:
    text = "  round half up to 0.05 EUR\ninterest 2% a month\n" + LADDER
    # 6.60, then 13.15 in all, then 19.75 in all.
    assert [line.partition("interest ")[2] for line in claims(text)] == [
        "6.60 EUR",
        "6.55 EUR",
        "6.60 EUR",
    ]


def test_a_small_claim_is_left_to_the_next_time() -> None:
    assert claims(DAILY + "no interest below 10.01 EUR\n" + LADDER) == [
        "02-10 stage one",
        "02-20 stage two interest 20.00 EUR",
        "03-02 stage three",
    ]
    assert claims(DAILY + "no interest below 10 EUR\n" + LADDER)[0].endswith("interest 10.00 EUR")


def test_an_exception_may_take_interest_away_or_leave_it_to_the_next_time() -> None:
    kind = "fact customer.mild : yes/no default no\n"
    until = event("fact", "2026-02-15", "C-1", name="mild", value=False)
    since = event("fact", "2026-01-01", "C-1", name="mild", value=True)
    for said in ("no interest", "no interest below 99 EUR"):
        text = kind + DAILY + LADDER + f"for customer.mild\n  {said}\n"
        # The rule that holds on the day counts for all days.
        assert claims(text, since, until)[:2] == [
            "02-10 stage one",
            "02-20 stage two interest 20.00 EUR",
        ]


def test_the_rule_that_holds_on_the_day_counts_for_all_days() -> None:
    text = (
        "fact customer.late : yes/no default no\n"
        + DAILY
        + LADDER
        + "for customer.late\n  interest 73% a year\n"
    )
    on = event("fact", "2026-02-12", "C-1", name="late", value=True)
    off = event("fact", "2026-02-22", "C-1", name="late", value=False)
    # 40.00 in all on the 20th; on 2 March 30.00 would be owed in all, and 40.00 were claimed.
    assert claims(text, on, off) == [
        "02-10 stage one interest 10.00 EUR",
        "02-20 stage two interest 30.00 EUR",
        "03-02 stage three",
    ]


# ------------------------------------------------------------------------- dated rates


def test_each_day_has_its_own_reference_rate() -> None:
    rates = {"d2020_01_01": "36.5", "d2026_02_06": "73"}
    # Five days at 1.00, five at 2.00.
    assert claims(TABLED + LADDER, **rates)[0] == "02-10 stage one interest 15.00 EUR"
    fixed = TABLED.replace("interest base", "interest base fixed at default")
    assert claims(fixed + LADDER, **rates)[0] == "02-10 stage one interest 10.00 EUR"
    points = TABLED.replace("interest base", "interest base rounded up to 10 + 33 pp")
    # 40 + 33 and 80 + 33 percent: 5 x 2.00 + 5 x 3.0959.
    assert claims(points + LADDER, **rates)[0] == "02-10 stage one interest 25.48 EUR"


def test_a_negative_rate_lowers_what_may_be_claimed_but_no_claim_is_below_zero() -> None:
    rates = {"d2020_01_01": "36.5", "d2026_02_11": "-36.5", "d2026_02_21": "36.5"}
    # In all 10.00 on the 10th, 0.00 on the 20th, 10.00 on 2 March: all of it was claimed.
    assert claims(TABLED + LADDER, **rates) == [
        "02-10 stage one interest 10.00 EUR",
        "02-20 stage two",
        "03-02 stage three",
    ]
    rates["d2026_02_16"] = "109.5"
    found = claims(TABLED + LADDER, **dict(sorted(rates.items())))
    # Five days at -1.00, five at 3.00: 20.00 in all on the 20th.
    assert found[1:] == [
        "02-20 stage two interest 10.00 EUR",
        "03-02 stage three interest 10.00 EUR",
    ]
    assert claims(TABLED + LADDER, d2020_01_01="-36.5")[0] == "02-10 stage one"


def test_only_a_claim_that_needs_a_day_after_the_end_of_the_table_is_undecided() -> None:
    where = policies(
        plan(HEADER + TABLED + LADDER),
        tables=percents("base", d2020_01_01="36.5", d2026_02_16=""),
    )
    book = ledger([R_1, invoice("R-2", "1000.00", due="2026-02-05")])
    found = story(book, where, "2026-01-01", "2026-03-31")
    assert [line.partition(" rates/")[0] for line in found] == [
        "2026-02-10 R-1 stage one interest 10.00 EUR",
        "2026-02-15 R-2 stage one interest 10.00 EUR",
        "2026-02-20 R-1 undecided",
        "2026-02-25 R-2 undecided",
    ]
    done = [event("stage", "2026-02-10", stage="one")]
    before, then = (ask(ledger([R_1], done), where, f"2026-02-{day}") for day in (19, 20))
    assert before.outcome == "waiting"
    assert then.outcome == "undecided"
    assert then.reason == "rates/base.csv ends on 2026-02-15: add a row for 2026-02-16"
    settled = ledger([R_1], [*done, event("payment", "2026-02-19", amount="1000.00")])
    assert ask(settled, where, "2026-02-20").outcome == "settled"


def test_days_after_the_end_of_the_table_on_which_nothing_is_open_need_no_rate() -> None:
    text = "  settled when open amount and charges are paid\n" + TABLED + LADDER
    rates = {"d2020_01_01": "36.5", "d2026_02_16": ""}
    # Interest of the 10th is still owed, so the ladder goes on; the 11th to 15th are claimed.
    assert claims(text, paid("2026-02-15"), **rates)[:2] == [
        "02-10 stage one interest 10.00 EUR",
        "02-20 stage two interest 5.00 EUR",
    ]


def test_a_table_that_begins_too_late_leaves_the_claim_undecided() -> None:
    found = claims(TABLED + LADDER, d2026_02_05="36.5")
    assert [line[:15] for line in found] == ["02-10 undecided"]


# -------------------------------------------------------------------------- when it is paid

CLAIM = DAILY + "claim interest when paid\n"


def test_what_is_left_is_claimed_on_the_day_of_the_payment_and_shows_on_the_settlement() -> None:
    assert claims(CLAIM + LADDER, paid("2026-02-15")) == [
        "02-10 stage one interest 10.00 EUR",
        "02-15 settled interest 5.00 EUR",
    ]
    where = policies(plan(HEADER + CLAIM + LADDER))
    book = ledger([R_1], [paid("2026-02-07")])  # type: ignore[list-item]
    found = [ask(book, where, f"2026-02-0{day}") for day in (7, 8)]
    assert [each.outcome for each in found] == ["settled", "settled"]
    assert [str(each.interest) for each in found] == ["7.00 EUR", "None"]


def test_it_is_claimed_where_no_stage_ran_whatever_rules_say() -> None:
    text = 'exclude "taken out" when customer.excluded\nhold "disputed" while invoice.disputed\n'
    for kind, target in (("exclude", "C-1"), ("dispute", "R-1")):
        said = event(kind, "2026-01-05", target)  # type: ignore[arg-type]
        assert claims(text + CLAIM + LADDER, said, paid("2026-02-07")) == [
            "02-07 settled interest 7.00 EUR"
        ]


def test_what_a_stage_of_the_same_day_changes_does_not_count_for_the_last_claim() -> None:
    """It is due when the money comes, before anybody acts, whenever it is worked out."""
    text = (
        CLAIM.replace(DAILY, "")
        + """
segment new when notices so far is not 1
stage one
  after 10 days overdue
  by email
for new
  interest 36.5% a year
"""
    )
    where = policies(plan(HEADER + "  settled when open amount and charges are paid\n" + text))
    ann = Customer("C-1", {"email": "ann@example.org"})
    money = event("payment", "2026-02-10", amount="1000.00")
    book = ledger([R_1], [money], [ann])
    happened = story(book, where, "2026-01-01", "2026-03-31")
    assert happened == ["2026-02-10 R-1 stage one"]
    stage = event("stage", "2026-02-10", stage="one")
    for more, outcome in (([], "act"), ([stage], "no_stage_left")):
        book = ledger([R_1], [money, *more], [ann])
        decision = ask(book, where, "2026-02-11")
        # The claim is owed, so the case is not at its end.
        assert decision.outcome == outcome


def test_a_small_last_claim_is_not_made() -> None:
    text = CLAIM + "no interest below 8 EUR\n" + LADDER
    assert claims(text, paid("2026-02-07")) == []
    assert claims(text, paid("2026-02-08")) == ["02-08 settled interest 8.00 EUR"]


def test_nothing_is_claimed_of_what_is_paid_in_time() -> None:
    assert claims(CLAIM + LADDER, paid("2026-01-31")) == []


def test_a_credit_pays_too_and_a_partial_payment_does_not() -> None:
    credit = event("credit", "2026-02-07", amount="600.00")
    assert claims(CLAIM + LADDER, paid("2026-02-04", "400.00"), credit) == [
        "02-07 settled interest 5.80 EUR"
    ]


def test_paid_again_it_is_claimed_again() -> None:
    back = event("reversal", "2026-02-09", value="P-2026-02-07")
    # Nothing was open at the start of the 8th and the 9th; 10 to 14 February bear 5.00.
    assert claims(CLAIM + LADDER, paid("2026-02-07"), back, paid("2026-02-14")) == [
        "02-07 settled interest 7.00 EUR",
        "02-10 stage one interest 1.00 EUR",
        "02-14 settled interest 4.00 EUR",
    ]


def test_a_last_claim_must_be_paid_too_where_charges_must_be() -> None:
    text = "  settled when open amount and charges are paid\n" + CLAIM + LADDER
    settled = event("charge_paid", "2026-02-09", amount="7.00")
    assert claims(text, paid("2026-02-07"), settled)[0] == "02-09 settled interest 7.00 EUR"


def test_a_last_claim_without_a_rate_is_undecided_on_that_day() -> None:
    text = TABLED + "claim interest when paid\n" + LADDER
    where = policies(
        plan(HEADER + text), tables=percents("base", d2020_01_01="36.5", d2026_02_05="")
    )
    book = ledger([R_1], [paid("2026-02-07")])  # type: ignore[list-item]
    assert [ask(book, where, f"2026-02-0{day}").outcome for day in (6, 7, 8)] == [
        "waiting",
        "undecided",
        "settled",
    ]


# ----------------------------------------------------------------------------- accounts

ACCOUNT = HEADER + "  dun each account\n"


def test_a_case_paid_without_a_rate_was_undecided_already_for_who_begins_the_day_after() -> None:
    """Paid and bounced: all the time nobody can say what is claimed."""
    text = TABLED + 'claim interest when paid\nstage one\n  task "One"\n  charge interest\n'
    where = policies(plan(HEADER + text), tables=percents("base", d2026_06_01="1.27"))
    bounced = event("reversal", "2026-02-06", value="P-2026-02-05")
    book = ledger([R_1], [paid("2026-02-05"), bounced])  # type: ignore[list-item]
    assert [line[:20] for line in story(book, where, "2026-02-01", "2026-02-10")] == [
        "2026-02-01 R-1 undec"
    ]
    assert story(book, where, "2026-02-06", "2026-02-10") == []


def test_an_accounts_interest_is_the_sum_over_its_invoices_paid_ones_too() -> None:
    book = ledger(
        [
            R_1,
            invoice("R-2", "1000.00", due="2026-02-05"),
            invoice("R-3", "1000.00"),
            invoice("R-4", "1000.00", due="2026-02-10"),
        ],
        [
            event("payment", "2026-02-05", "R-3", amount="1000.00"),
            event("payment", "2026-02-03", "C-1", amount="300.00"),
        ],
    )
    # 10.00 + 5.00 + 5.00 + 0.00; what is unapplied lowers no invoice.
    found = story(book, policies(plan(ACCOUNT + DAILY + LADDER)), "2026-01-01", "2026-02-20")
    # Ten days later 10.00 more for each of three.
    assert found == [
        "2026-02-10 C-1:EUR stage one interest 20.00 EUR",
        "2026-02-20 C-1:EUR stage two interest 30.00 EUR",
    ]


def test_an_invoice_that_a_rule_takes_out_bears_no_interest_meanwhile_and_all_of_it_after() -> None:
    text = ACCOUNT + DAILY + 'hold "disputed" while invoice.disputed\n' + LADDER
    book = ledger(
        [R_1, invoice("R-2", "1000.00")],
        [event("dispute", "2026-02-05", "R-2"), event("dispute_resolved", "2026-02-15", "R-2")],
    )
    assert story(book, policies(plan(text)), "2026-01-01", "2026-02-20") == [
        "2026-02-10 C-1:EUR stage one interest 10.00 EUR",
        "2026-02-20 C-1:EUR stage two interest 30.00 EUR",
    ]


def test_from_a_stage_an_invoice_of_an_account_bears_it_at_the_earliest_when_overdue() -> None:
    text = ACCOUNT + DAILY.replace("year", "year from one") + LADDER
    book = ledger([R_1, invoice("R-2", "1000.00", due="2026-02-15")])
    # 11 to 20 February for R-1, 16 to 20 for R-2.
    found = story(book, policies(plan(text)), "2026-01-01", "2026-02-20")
    assert found[-1] == "2026-02-20 C-1:EUR stage two interest 15.00 EUR"


def test_the_last_claim_on_an_account_comes_when_its_open_amount_is_paid() -> None:
    book = ledger(
        [R_1, invoice("R-2", "1000.00", due="2026-02-05")],
        [
            event("payment", "2026-02-07", "R-1", amount="1000.00"),
            event("payment", "2026-02-08", "R-2", amount="1000.00"),
        ],
    )
    # Seven days of R-1, three of R-2.
    assert story(book, policies(plan(ACCOUNT + CLAIM + LADDER)), "2026-01-01", "2026-02-20") == [
        "2026-02-08 C-1:EUR settled interest 10.00 EUR"
    ]


def test_a_stage_of_the_ledger_without_interest_claimed_what_its_version_says() -> None:
    where = policies(plan(HEADER + DAILY + LADDER))
    unsaid = ledger([R_1], [event("stage", "2026-02-10", stage="one")])
    assert str(ask(unsaid, where, "2026-02-20").interest) == "10.00 EUR"
    said = ledger([R_1], [event("stage", "2026-02-10", stage="one", interest="4.00")])
    assert str(ask(said, where, "2026-02-20").interest) == "16.00 EUR"


def test_an_account_that_credits_cover_is_paid_too() -> None:
    credit = event("credit", "2026-02-07", "C-1", amount="1000.00")
    where = policies(plan(ACCOUNT + CLAIM + LADDER))
    assert story(ledger([R_1], [credit]), where, "2026-01-01", "2026-03-31") == [
        "2026-02-07 C-1:EUR settled interest 7.00 EUR"
    ]


def test_fixed_at_default_is_the_rate_of_the_first_day_overdue_as_the_due_date_now_stands() -> None:
    fixed = TABLED.replace("interest base", "interest base fixed at default")
    moved = event("due_changed", "2026-02-02", value=date(2026, 2, 5))
    # The 6th is the first day overdue; its rate is twice that of 1 February.
    found = claims(fixed + LADDER, moved, d2020_01_01="36.5", d2026_02_06="73", d2026_02_10="36.5")
    assert found[0] == "02-15 stage one interest 20.00 EUR"
