"""Pages of the codes that only events have; see `ledger_codes`."""

from __future__ import annotations

from dunlang.codes.page import CodePage

PAGES: tuple[CodePage, ...] = (
    CodePage(
        "L109",
        "an event is not about exactly one thing",
        "An event is about an invoice, a document (all its instalments), a customer or an account "
        "(in the cell case): one of these cells is filled, the others are empty. A due date is "
        "moved on one invoice; a stage is executed or cancelled, and charges are paid or waived, "
        "on one invoice or account. Disputes, exclusions, facts and assignments are not about "
        "an account but about its customer.",
        "events.csv\ndate,kind,invoice,customer\n2026-02-05,dispute,R-1,C-1\n",
        "events.csv\ndate,kind,invoice,customer\n2026-02-05,dispute,R-1,\n",
    ),
    CodePage(
        "L110",
        "a kind of event is not known",
        "The kinds are payment, credit, reversal, dispute, dispute_resolved, promise, exclude, "
        "exclude_ended, due_changed, fact, assign, stage, stage_cancelled, charge_paid and "
        "charge_waived.",
        "events.csv\ndate,kind,invoice,amount\n2026-02-05,paymnt,R-1,40.00\n",
        "events.csv\ndate,kind,invoice,amount\n2026-02-05,payment,R-1,40.00\n",
    ),
    CodePage(
        "L116",
        "two dates are in the wrong order",
        "The last day of a promise or an exclusion and the deadline of a stage are not before the "
        "event itself, and a payment is not taken back before it was made.",
        "events.csv\ndate,kind,invoice,amount,until\n2026-02-05,promise,R-1,40.00,2026-01-20\n",
        "events.csv\ndate,kind,invoice,amount,until\n2026-02-05,promise,R-1,40.00,2026-02-20\n",
    ),
    CodePage(
        "L117",
        "a reversal takes back what it cannot",
        "A reversal names in value the id of a payment or credit on the same invoice, document or "
        "customer, and takes back at most what earlier reversals left of it.",
        "events.csv\ndate,kind,invoice,amount,value,id\n"
        "2026-02-05,payment,R-1,40.00,,P-1\n"
        "2026-02-09,reversal,R-1,50.00,P-1,\n",
        "events.csv\ndate,kind,invoice,amount,value,id\n"
        "2026-02-05,payment,R-1,40.00,,P-1\n"
        "2026-02-09,reversal,R-1,30.00,P-1,\n",
    ),
    CodePage(
        "L118",
        "a stage is cancelled that is not the newest, or whose charges are paid",
        "A cancellation takes back the newest executed stage of the case, in order of date, then "
        "recorded time, then place in the file. To go back further, cancel one after the other. "
        "A stage whose fee or interest was paid by an event of kind charge_paid stays.",
        "events.csv\ndate,kind,invoice,stage\n"
        "2026-02-05,stage,R-1,reminder\n"
        "2026-02-19,stage,R-1,notice\n"
        "2026-02-20,stage_cancelled,R-1,reminder\n",
        "events.csv\ndate,kind,invoice,stage\n"
        "2026-02-05,stage,R-1,reminder\n"
        "2026-02-19,stage,R-1,notice\n"
        "2026-02-20,stage_cancelled,R-1,notice\n",
    ),
    CodePage(
        "L120",
        "a fact cannot be changed by an event of kind fact",
        "What an invoice came to, to whom and when stays as it is; its due date is moved by an "
        "event of kind due_changed. Facts such as open_amount follow from other events.",
        "events.csv\ndate,kind,invoice,name,value\n2026-02-05,fact,R-1,due,2026-03-15\n",
        "events.csv\ndate,kind,invoice,value\n2026-02-05,due_changed,R-1,2026-03-15\n",
    ),
    CodePage(
        "L122",
        "two events have the same id and say different things",
        "The same id twice is the same event, so that a file can be read again and two exports may "
        "overlap. A new event needs a new id.",
        "events.csv\ndate,kind,invoice,amount,id\n"
        "2026-02-05,payment,R-1,40.00,P-1\n"
        "2026-02-06,payment,R-1,60.00,P-1\n",
        "events.csv\ndate,kind,invoice,amount,id\n"
        "2026-02-05,payment,R-1,40.00,P-1\n"
        "2026-02-06,payment,R-1,60.00,P-2\n",
    ),
)
