"""Pages of the codes D13x, D14x and W11x: ways through the ladder, and contacts."""

from __future__ import annotations

from dunlang.codes.page import CodePage

_FIRST = "stage reminder\n  after 3 days overdue\n  by email\n\n"

_WAYS = (
    CodePage(
        "D130",
        "a stage is repeated no more times",
        "`repeat every 7 days at most 2 more times` executes a stage three times: once, and then "
        "two more times. With `at most 0 more times` it would be executed once, as without the "
        "line. Say how many more times it comes, or leave the line out.",
        "stage reminder\n  by email\n  repeat every 7 days at most 0 more times\n",
        "stage reminder\n  by email\n  repeat every 7 days at most 2 more times\n",
    ),
    CodePage(
        "D131",
        "a stage is repeated without end before the ladder does",
        "A stage that is repeated holds the case until the repetitions are over; only then does "
        "the ladder go on. Without a bound they are never over, and no case would come to the "
        "stages below. Only the last stage may be repeated until the case is settled: the last of "
        "the ladder, or in an exception that skips those below.",
        "stage reminder\n  by email\n  repeat every 7 days\n\n"
        "stage final\n  after 10 days\n  by post\n",
        "stage reminder\n  by email\n  repeat every 7 days at most 2 more times\n\n"
        "stage final\n  after 10 days\n  by post\n",
    ),
    CodePage(
        "D132",
        "a case is sent back to a stage that is not an earlier one",
        "`when CONDITION else STAGE` executes an earlier stage again while the condition does not "
        "hold. The stage itself is what waits for the condition, and a later one has not been "
        "reached, so neither can be meant. To repeat a stage, write `repeat every ...` in it.",
        f"{_FIRST}stage final\n  after 7 days\n  when notices so far >= 3 else final\n  by post\n",
        f"{_FIRST}stage final\n  after 7 days\n  when notices so far >= 3 else reminder\n"
        "  by post\n",
    ),
    CodePage(
        "D133",
        "a cancellation on a day that is no date",
        "`cancel ... at` needs to know the day. It looks it up in a fact of the customer, which "
        "must hold a date. `at the end of the term` is the fact `customer.term_end`, which a "
        "policy declares like any other.",
        "fact customer.term_end : number\n\n"
        'stage stop\n  after 30 days overdue\n  cancel "the contract" at the end of the term\n',
        "fact customer.term_end : date\n\n"
        'stage stop\n  after 30 days overdue\n  cancel "the contract" at the end of the term\n',
    ),
    CodePage(
        "D135",
        "a stage would come again on every day",
        "With `when CONDITION else STAGE`, the earlier stage is executed each time this one's turn "
        "has come and the condition does not hold. So some time must pass in between: let this "
        "stage wait since the last one (`after 7 days`), since its deadline (`after 3 days past "
        "deadline`), or keep a gap between notices.",
        f"{_FIRST}stage final\n  after 20 days overdue\n"
        "  when notices so far >= 3 else reminder\n  by post\n",
        f"{_FIRST}stage final\n  after 7 days and 20 days overdue\n"
        "  when notices so far >= 3 else reminder\n  by post\n",
    ),
    CodePage(
        "D136",
        "an exception takes over places",
        "`replaces` says where the cases of a former stage stand now. They stand there whoever the "
        "customer is, so the line belongs to the stage in the ladder, not to an exception.",
        "for customer.kind is business\n  stage reminder\n    replaces first_call\n",
        "stage reminder\n  after 3 days overdue\n  by email\n  replaces first_call\n",
    ),
)

_CONTACTS = (
    CodePage(
        "D140",
        "a limit on contacts that cannot be meant",
        "A limit says how many contacts there may be in how many days: at least one time, in at "
        "least one day, and in no more than ten years. To contact nobody by a channel, take it out "
        "of the stages.",
        "contact at most 0 times in 7 days by phone\n",
        "contact at most 1 time in 7 days by phone\n",
    ),
    CodePage(
        "D141",
        "two limits for the same contacts",
        "Two limits hold for the same channels over the same number of days, so only the smaller "
        "one ever counts. Leave the other out, or change its channels or its days: a limit for "
        "each week and one for each month stand well side by side.",
        "contact at most 7 times in 7 days by phone, sms\n"
        "contact at most 3 times in 7 days by sms, phone\n",
        "contact at most 3 times in 7 days by phone, sms\n"
        "contact at most 7 times in 30 days by phone, sms\n",
    ),
    CodePage(
        "D142",
        "hours that end before they begin",
        "`contact between 08:00 and 20:00` names the hours of a day, in the timezone of the "
        "policy: first when they begin, then when they end.",
        "contact between 20:00 and 08:00\n",
        "contact between 08:00 and 20:00\n",
    ),
    CodePage(
        "D143",
        "a notice is sent outside of the hours for contacts",
        "The policy says between which hours customers may be contacted, and a stage sends its "
        "notices at another time. Both include the full hour itself: what may be sent between "
        "08:00 and 20:00 may be sent at 20:00.",
        "contact between 08:00 and 20:00\n\n"
        "stage reminder\n  by email\n  send automatically at 21:30\n",
        "contact between 08:00 and 20:00\n\n"
        "stage reminder\n  by email\n  send automatically at 09:30\n",
    ),
)

_END = CodePage(
    "W110",
    "nothing comes after a case is written off",
    "`write off` ends the case. A stage that follows it is never executed, unless some cases pass "
    "over the stage that writes off, by its `when` or by an exception that skips it; and a stage "
    "that writes off is never repeated.",
    f"{_FIRST}stage loss\n  after 90 days overdue\n  write off\n\n"
    'stage agency\n  after 10 days\n  hand over to "Inkasso Nord"\n',
    f"{_FIRST}stage loss\n  after 90 days overdue\n  when open amount < 20 EUR\n  write off\n\n"
    'stage agency\n  after 10 days\n  hand over to "Inkasso Nord"\n',
)

PAGES: tuple[CodePage, ...] = (*_WAYS, *_CONTACTS, _END)
