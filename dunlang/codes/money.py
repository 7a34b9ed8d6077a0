"""Pages of the codes D307 and up, and W30x: how fees are put together, and interest.

What may be wrong with a single amount is in `types`.
"""

from __future__ import annotations

from dunlang.codes.page import CodePage

_STEPS = "stage reminder\n  by post\n  fee by steps of open amount\n"
_BRACKETS = "stage reminder\n  by post\n  fee by bracket of open amount\n"
_CHARGED = "stage reminder\n  by post\n  charge interest\n"

_FEES = (
    CodePage(
        "D307",
        "steps that leave nothing for one another",
        "A fee by steps cuts the amount into slices: `of the first 2_500 EUR`, `of the next 2_500 "
        "EUR`, and at last, if it goes on, `of the rest`. There is at least one step, and `of the "
        "rest` is the last, because it leaves nothing for others.",
        f"{_STEPS}    10% of the first 500 EUR\n    2% of the rest\n    5% of the next 500 EUR\n",
        f"{_STEPS}    10% of the first 500 EUR\n    5% of the next 500 EUR\n    2% of the rest\n",
    ),
    CodePage(
        "D308",
        "an amount of nothing where it decides something",
        "The width of a step, the limit of a bracket and the smallest coin are more than zero: "
        "nothing falls into a step of no width, nobody owes less than nothing, and no amount can "
        "be rounded to a coin of nothing.",
        f"{_STEPS}    10% of the first 0 EUR\n    5% of the rest\n",
        f"{_STEPS}    10% of the first 500 EUR\n    5% of the rest\n",
    ),
    CodePage(
        "D309",
        "brackets out of order",
        "Of the brackets, the first one that fits an amount applies. So they are written from the "
        "smallest limit to the largest; after a larger one, nothing is left for a smaller. Look at "
        "each currency.",
        f"{_BRACKETS}    70 EUR below 10_000 EUR\n    40 EUR below 1_000 EUR\n"
        "    100 EUR otherwise\n",
        f"{_BRACKETS}    40 EUR below 1_000 EUR\n    70 EUR below 10_000 EUR\n"
        "    100 EUR otherwise\n",
    ),
    CodePage(
        "D310",
        "brackets do not end with 'otherwise'",
        "The last bracket is for all amounts that fit none of the others: `100 EUR otherwise`. It "
        "stands once, at the end. If larger amounts cost nothing, say so: `0 EUR otherwise`.",
        f"{_BRACKETS}    40 EUR below 1_000 EUR\n    70 EUR below 10_000 EUR\n",
        f"{_BRACKETS}    40 EUR below 1_000 EUR\n    70 EUR otherwise\n",
    ),
    CodePage(
        "D311",
        "a fee that cannot be converted",
        "`converted by` takes a fee that is fixed in one currency, such as the 40 euros of the "
        "European Union, and turns it into the currency of the case. So all its amounts are in one "
        "currency. A part of the open amount is in the case's currency already.",
        "policy sample version 1\n  effective 2026-01-01\n  currency EUR, SEK\n"
        "  timezone Europe/Berlin\n\nstage reminder\n  by post\n"
        '  fee 40 EUR | 450 SEK converted by "ecb"\n',
        "policy sample version 1\n  effective 2026-01-01\n  currency EUR, SEK\n"
        "  timezone Europe/Berlin\n\nstage reminder\n  by post\n"
        '  fee 40 EUR converted by "ecb"\n',
    ),
)

_INTEREST = (
    CodePage(
        "D312",
        "an interest rate that cannot be meant",
        "A rate, and the points on top of a reference rate, are at most 100% a year; a reference "
        "rate is rounded up to a multiple of more than zero, such as 0.5. `2% a month` is 24% a "
        "year. Nine percentage points are written `9 pp`.",
        f"interest 900% a year\n\n{_CHARGED}",
        f"interest 9% a year\n\n{_CHARGED}",
    ),
    CodePage(
        "D313",
        "interest is claimed, and no rule says at which rate",
        "`charge interest` and `claim interest when paid` claim what has accrued. How it accrues "
        "is said by an `interest` rule of the policy or of an exception, and there is none.",
        _CHARGED,
        f"interest 9% a year from due date\n\n{_CHARGED}",
    ),
    CodePage(
        "D314",
        "an exception charges interest and charges none",
        "An exception either has an `interest` rule of its own or says `no interest`. With both, "
        "only one can be meant.",
        "interest 9% a year\n\nfor customer.kind is consumer\n  interest 5% a year\n"
        f"  no interest\n\n{_CHARGED}",
        f"interest 9% a year\n\nfor customer.kind is consumer\n  interest 5% a year\n\n{_CHARGED}",
    ),
)

_WARNINGS = (
    CodePage(
        "W301",
        "'per letter' where every case has its own",
        "`per letter` charges a fee once for all the cases that share a letter. Cases share one "
        "only where the header says `letters per customer`; otherwise each has a letter of its "
        "own and pays the fee.",
        "stage reminder\n  by post\n  fee 5.00 EUR per letter\n",
        "policy sample version 1\n  effective 2026-01-01\n  currency EUR\n"
        "  timezone Europe/Berlin\n  letters per customer\n\n"
        "stage reminder\n  by post\n  fee 5.00 EUR per letter\n",
    ),
    CodePage(
        "W302",
        "a fee is converted into its own currency",
        "The fee is in the only currency that the policy has, so `converted by` has nothing to do. "
        "It is for policies with several currencies and one amount for all of them.",
        'stage reminder\n  by post\n  fee 40 EUR converted by "ecb"\n',
        "stage reminder\n  by post\n  fee 40 EUR\n",
    ),
    CodePage(
        "W303",
        "a rate is fixed that never changes",
        "`fixed at default` keeps the reference rate of the first day overdue, whatever becomes of "
        "it later. A rate that is written as a number does not change anyway.",
        f"interest 9% a year fixed at default\n\n{_CHARGED}",
        f"interest 9% a year\n\n{_CHARGED}",
    ),
    CodePage(
        "W304",
        "interest accrues and is never claimed",
        "An `interest` rule says how much accrues; customers owe it only once it is claimed. No "
        "stage says `charge interest`, and the policy does not say `claim interest when paid`, so "
        "the rule changes nothing.",
        "interest 9% a year\n\nstage reminder\n  by post\n",
        f"interest 9% a year\n\n{_CHARGED}",
    ),
    CodePage(
        "W305",
        "there is no interest to leave out",
        "`no interest` and `no interest below` limit what an `interest` rule charges. The policy "
        "has no such rule, so they change nothing: without one, no interest is charged.",
        "no interest below 5.00 EUR\n\nstage reminder\n  by post\n",
        f"interest 9% a year\nno interest below 5.00 EUR\n\n{_CHARGED}",
    ),
)

PAGES: tuple[CodePage, ...] = (*_FEES, *_INTEREST, *_WARNINGS)
