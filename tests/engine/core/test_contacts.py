"""Limits on contacts.

`contact at most 7 times in 7 days by phone, sms`: limits count executed notices by those channels;
a notice over the limit moves to the first day on which it fits. Contact limits are per customer,
over all cases in order of case id; a task `by phone` counts; the window is the N days that end on
the day; the items of one letter are one notice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.core.model import Customer
from tests.engine.ledgers import event, invoice, ledger
from tests.engine.playing import ask, plan, policies, story

if TYPE_CHECKING:
    from engine.core.model import Event, Invoice

HEADER = "policy p version 1\n  effective 2020-01-01\n  currency EUR\n  timezone UTC\n"
ANN = Customer("C-1", {"email": "ann@example.org", "phone": "+49 30 1"})
CALL = 'stage call\n  after 3 days overdue\n  task "Call" by phone\n'


def told(text: str, *invoices: Invoice, events: tuple[Event, ...] = ()) -> list[str]:
    book = ledger(invoices, events, [ANN])
    found = story(book, policies(plan(HEADER + text)), "2026-01-01", "2026-03-31")
    return [line[5:] for line in found]


def limit(times: str, days: str, by: str = "phone") -> str:
    return f"contact at most {times} in {days} by {by}\n"


FOUR = [invoice(f"R-{number}") for number in (1, 2, 3, 4)]


def test_cases_take_turns_in_order_of_their_ids_and_the_window_ends_on_the_day() -> None:
    # Two contacts in four days: the 3rd to the 6th are full, and so are the 7th to the 10th.
    assert told(limit("2 times", "4 days") + CALL, *FOUR) == [
        "02-03 R-1 stage call",
        "02-03 R-2 stage call",
        "02-07 R-3 stage call",
        "02-07 R-4 stage call",
    ]


def test_two_cases_and_one_contact_left() -> None:
    done = (event("stage", "2026-02-02", "R-4", stage="call"),)
    where = policies(plan(HEADER + limit("2 times", "3 days") + CALL))
    book = ledger([FOUR[0], FOUR[1], FOUR[3]], done, [ANN])
    first, second = (ask(book, where, "2026-02-03", each) for each in ("R-1", "R-2"))
    assert first.outcome == "act"
    # On the 4th both calls are still in the window, on the 5th only one is.
    assert second.next is not None
    assert (second.outcome, second.next.stage, str(second.next.due)) == (
        "waiting",
        "call",
        "2026-02-05",
    )


def test_other_channels_are_neither_counted_nor_held_back() -> None:
    text = limit("1 time", "30 days", "phone, sms") + (
        "stage one\n  after 3 days overdue\n  by email\n"
        'stage two\n  after 1 day\n  task "Call" by phone\n'
        "stage three\n  after 1 day\n  by email\n"
        "stage four\n  after 1 day\n  by sms\n"
    )
    assert told(text, invoice()) == [
        "02-03 R-1 stage one",
        "02-04 R-1 stage two",
        "02-05 R-1 stage three",
        "03-06 R-1 stage four",
    ]


def test_a_task_without_a_channel_is_no_contact() -> None:
    text = limit("1 time", "9 days") + CALL.replace(" by phone", "")
    assert told(text, *FOUR[:2]) == ["02-03 R-1 stage call", "02-03 R-2 stage call"]


def test_a_notice_by_two_channels_is_one_contact() -> None:
    text = limit("2 times", "9 days", "phone, sms") + CALL.replace(
        'task "Call" by phone', "by phone and sms"
    )
    assert told(text, *FOUR[:3]) == [
        "02-03 R-1 stage call",
        "02-03 R-2 stage call",
        "02-12 R-3 stage call",
    ]


def test_items_of_one_letter_are_one_contact() -> None:
    text = "  letters per customer\n" + limit("1 time", "9 days", "email")
    text += "stage one\n  after 3 days overdue\n  by email\nstage two\n  after 1 day\n  by email\n"
    assert told(text, *FOUR[:2]) == [
        "02-03 R-1 stage one",
        "02-03 R-2 stage one",
        "02-12 R-1 stage two",
        "02-12 R-2 stage two",
    ]


def test_the_day_on_which_it_fits_is_one_on_which_the_policy_runs() -> None:
    # The third day after Tuesday the 3rd is Friday; the fourth is a Saturday.
    for days, expected in (("3 days", "02-06"), ("4 days", "02-09")):
        text = "  run on business days\n" + limit("1 time", days) + CALL
        assert told(text, *FOUR[:2])[-1] == f"{expected} R-2 stage call"


def test_several_limits_must_all_leave_room() -> None:
    text = limit("2 times", "2 days") + limit("3 times", "10 days") + CALL
    # Two on the 3rd, one on the 5th; the fourth when those of the 3rd have left the ten days.
    assert told(text, *FOUR) == [
        "02-03 R-1 stage call",
        "02-03 R-2 stage call",
        "02-05 R-3 stage call",
        "02-13 R-4 stage call",
    ]


def test_a_cancelled_stage_was_no_contact() -> None:
    where = policies(plan(HEADER + limit("1 time", "9 days") + CALL))
    done = event("stage", "2026-02-03", "R-2", stage="call")
    back = event("stage_cancelled", "2026-02-04", "R-2", stage="call")
    for events, outcome in (([done], "waiting"), ([done, back], "act")):
        book = ledger(FOUR[:2], events, [ANN])
        assert ask(book, where, "2026-02-05", "R-1").outcome == outcome


def test_contacts_of_settled_cases_and_other_policies_count() -> None:
    other = "policy q version 1\n  effective 2020-01-01\n  currency EUR\n  timezone UTC\n"
    other += "  applies when customer.country is AT\n"
    where = policies(plan(HEADER + limit("1 time", "5 days") + CALL), plan(other + CALL))
    book = ledger(
        FOUR[:2],
        [
            event("assign", "2026-01-05", "R-1", policy="q"),
            event("payment", "2026-02-04", "R-1", amount="100.00"),
        ],
        [ANN],
    )
    assert story(book, where, "2026-01-01", "2026-03-01") == [
        "2026-02-03 R-1 stage call",
        "2026-02-04 R-1 settled",
        "2026-02-08 R-2 stage call",
    ]


def test_hours_of_contact_are_part_of_the_decision() -> None:
    where = policies(plan(HEADER + "contact between 08:00 and 20:00\n" + CALL))
    hours = ask(ledger([invoice()], [], [ANN]), where, "2026-02-03").contact_hours
    assert hours is not None
    assert [str(each) for each in hours] == ["08:00:00", "20:00:00"]


def test_what_is_kept_back_before_the_ladder_opens_is_not_due_yet() -> None:
    text = 'stage hint\n  from 5 days before due\n  task "Call" by phone\n'
    where = policies(plan(HEADER + limit("1 time", "3 days") + text))
    book = ledger(FOUR[:2], [], [ANN])
    found = ask(book, where, "2026-01-26", "R-2")
    assert found.next is not None
    assert (found.outcome, str(found.next.due)) == ("not_due", "2026-01-29")


def test_only_channels_that_reach_the_customer_are_contacts() -> None:
    text = limit("1 time", "9 days") + "stage one\n  after 3 days overdue\n  by email and phone\n"
    where = policies(plan(HEADER + text))
    without = Customer("C-1", {"email": "ann@example.org"})
    for person, second in ((ANN, "2026-02-12"), (without, "2026-02-03")):
        found = story(ledger(FOUR[:2], [], [person]), where, "2026-01-01", "2026-03-01")
        assert found == ["2026-02-03 R-1 stage one", f"{second} R-2 stage one"]
