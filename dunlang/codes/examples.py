"""Pages of the codes D50x: examples as written. What running them finds is in `runs`."""

from __future__ import annotations

from dunlang.codes.page import CodePage

PAGES: tuple[CodePage, ...] = (
    CodePage(
        "D501",
        "an example without an invoice",
        "An example follows one invoice from day to day. Say what it is: its amount and the day on "
        "which it is due.",
        'example "late payer"\n  given customer kind business\n  expect 2026-03-05 reminder\n',
        'example "late payer"\n  given customer kind business\n'
        "  given invoice 250.00 EUR due 2026-03-02\n  expect 2026-03-05 reminder\n",
    ),
    CodePage(
        "D502",
        "an example that expects nothing",
        "An example is a test: it says what should happen to its invoice, and `dun test` compares. "
        "One that expects nothing tests nothing. If nothing should happen, say until when: "
        "`expect nothing until DATE`.",
        'example "late payer"\n  given invoice 250.00 EUR due 2026-03-02\n',
        'example "late payer"\n  given invoice 250.00 EUR due 2026-03-02\n'
        "  expect nothing until 2026-03-04\n",
    ),
    CodePage(
        "D503",
        "expectations out of order",
        "What is expected is listed in order of time, so that an example reads as it happens. Two "
        "expectations may be of the same day.",
        'example "late payer"\n  given invoice 250.00 EUR due 2026-03-02\n'
        "  expect 2026-03-05 reminder\n  expect nothing until 2026-03-04\n",
        'example "late payer"\n  given invoice 250.00 EUR due 2026-03-02\n'
        "  expect nothing until 2026-03-04\n  expect 2026-03-05 reminder\n",
    ),
    CodePage(
        "D504",
        "a given value that does not fit its fact",
        "After `given customer` and `given invoice` stand names of facts, without the words "
        "`customer.` and `invoice.`, each with a value of its kind. Facts that follow from the "
        "invoice and its payments are not given; disputes and exclusions have lines of their own.",
        'example "late payer"\n  given customer name Miller\n'
        "  given invoice 250.00 EUR due 2026-03-02\n  expect 2026-03-05 reminder\n",
        'example "late payer"\n  given customer name "Miller"\n'
        "  given invoice 250.00 EUR due 2026-03-02\n  expect 2026-03-05 reminder\n",
    ),
    CodePage(
        "D505",
        "an example with two invoices",
        "An expectation names a day and a stage, not an invoice. With two invoices it would not be "
        "plain whose stage is meant, so each example has one. In a policy that duns accounts the "
        "stages are those of the account, and an example may have several invoices of it.",
        'example "late payer"\n  given invoice 250.00 EUR due 2026-03-02\n'
        "  given invoice 80.00 EUR due 2026-03-02\n  expect 2026-03-05 reminder\n",
        'example "late payer"\n  given invoice 250.00 EUR due 2026-03-02\n'
        "  expect 2026-03-05 reminder\n",
    ),
    CodePage(
        "D506",
        "a fact is given twice",
        "A fact has one value at a time. If it changes while the example runs, say from when the "
        "second value holds.",
        'example "late payer"\n  given customer kind business, kind consumer\n'
        "  given invoice 250.00 EUR due 2026-03-02\n  expect 2026-03-05 reminder\n",
        'example "late payer"\n  given customer kind business\n'
        "  given customer kind consumer from 2026-03-04\n"
        "  given invoice 250.00 EUR due 2026-03-02\n  expect 2026-03-05 reminder\n",
    ),
    CodePage(
        "D507",
        "an amount in another currency than the invoice",
        "Payments, promises, fees and interest of an example are in the currency of its invoice, "
        "and so are the other invoices of an account: amounts in different currencies are never "
        "added up.",
        "policy sample version 1\n  effective 2026-01-01\n  currency EUR, CHF\n"
        "  timezone Europe/Berlin\n\nstage reminder\n  after 3 days overdue\n  by email\n\n"
        'example "late payer"\n  given invoice 250.00 EUR due 2026-03-02\n'
        "  given payment 250.00 CHF on 2026-03-10\n  expect 2026-03-05 reminder\n",
        "policy sample version 1\n  effective 2026-01-01\n  currency EUR, CHF\n"
        "  timezone Europe/Berlin\n\nstage reminder\n  after 3 days overdue\n  by email\n\n"
        'example "late payer"\n  given invoice 250.00 EUR due 2026-03-02\n'
        "  given payment 250.00 EUR on 2026-03-10\n  expect 2026-03-05 reminder\n",
    ),
    CodePage(
        "D508",
        "an amount of nothing",
        "An invoice, a payment, a credit or a promise in an example is of more than zero. What "
        "lowers an invoice is a `credit`.",
        'example "late payer"\n  given invoice 0.00 EUR due 2026-03-02\n'
        "  expect 2026-03-05 reminder\n",
        'example "late payer"\n  given invoice 250.00 EUR due 2026-03-02\n'
        "  expect 2026-03-05 reminder\n",
    ),
    CodePage(
        "D509",
        "a guarantee that promises nothing",
        "A guarantee is a proof about every possible case. Under it stands what must hold: at a "
        "stage (`at reminder: ...`) or on every day (`always: ...`).",
        'guarantee "nobody is handed over too early"\n',
        'guarantee "nobody is handed over too early"\n  always: fees so far <= 40 EUR\n',
    ),
)
