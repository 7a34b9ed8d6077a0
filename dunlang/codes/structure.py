"""Pages of the codes D1xx: structure, names, dates, versions."""

from __future__ import annotations

from dunlang.codes.page import CodePage

PAGES: tuple[CodePage, ...] = (
    CodePage(
        "D101",
        "a required setting is missing",
        "A policy says from which day it is in force (`effective`) and in which currencies it duns "
        "(`currency`). Both are too important to be guessed: the first decides which version holds "
        "on a day, the second which invoices are covered at all.",
        "policy sample version 1\n"
        "  effective 2026-01-01\n"
        "  timezone Europe/Berlin\n\n"
        "stage reminder\n  by email\n",
        "policy sample version 1\n"
        "  effective 2026-01-01\n"
        "  currency EUR\n"
        "  timezone Europe/Berlin\n\n"
        "stage reminder\n  by email\n",
    ),
    CodePage(
        "D102",
        "a setting is given twice",
        "A setting of the header, a cap on fees, a rule for interest, a gap between notices, the "
        "hours for contacts, and most settings of an exception stand once in their place: with "
        "two, nobody could say which one holds. Rules that add up (`exclude`, `hold`, `skip`, "
        "limits on contacts) may be repeated.",
        "fees at most 40.00 EUR\nfees at most 20.00 EUR\n",
        "fees at most 20.00 EUR\n",
    ),
    CodePage(
        "D103",
        "a name is used twice",
        "Every fact, segment and stage of a policy has a name of its own, and an exception changes "
        "a stage in one place. Rename the second, or put together what belongs together.",
        "stage reminder\n  by email\n\nstage reminder\n  after 7 days\n  by post\n",
        "stage reminder\n  by email\n\nstage second_reminder\n  after 7 days\n  by post\n",
    ),
    CodePage(
        "D104",
        "a clause is given twice in a stage",
        "Each clause of a stage stands once. Several terms of a wait are joined by `and` on one "
        "line, and so are several channels; the parts of a fee are joined by `+`.",
        "stage reminder\n  after 3 days overdue\n  after 1 week\n  by email\n",
        "stage reminder\n  after 3 days overdue and 1 week\n  by email\n",
    ),
    CodePage(
        "D105",
        "a built-in fact is declared",
        "This fact is part of the language: it has its type and its meaning already, and a policy "
        "cannot change them. Leave the line out and use the fact. For something else, choose "
        "another name.",
        'fact customer.country : text\n\nexclude "abroad" when customer.country is not DE\n',
        'exclude "abroad" when customer.country is not DE\n',
    ),
    CodePage(
        "D106",
        "there is no such stage",
        "The name is not one of the ladder's stages. Exceptions, waits (`since STAGE`), conditions "
        "(`stage is ...`) and examples can only name stages that the policy has. A stage is "
        "written where the ladder is, not inside an exception.",
        "stage reminder\n  by email\n\nfor customer.kind is public_body\n  skip remider\n",
        "stage reminder\n  by email\n\nfor customer.kind is public_body\n  skip reminder\n",
    ),
    CodePage(
        "D107",
        "an exception gives a stage a title",
        "In an exception, a stage lists only the clauses that are different there. It remains the "
        "same stage with the same title, so that reports and letters speak of one thing by one "
        "name.",
        "for customer.kind is business\n"
        '  stage reminder "Payment reminder for companies"\n    by post\n',
        "for customer.kind is business\n  stage reminder\n    by post\n",
    ),
    CodePage(
        "D108",
        "a stage waits for itself or for a later one",
        "`after N days since STAGE` counts from the day on which another stage was executed, which "
        "must be one that comes earlier in the ladder. To wait since the stage before, whichever "
        "that was, write `after N days`.",
        "stage reminder\n  after 3 days since warning\n  by email\n\n"
        "stage warning\n  after 7 days\n  by post\n",
        "stage reminder\n  after 3 days overdue\n  by email\n\n"
        "stage warning\n  after 7 days since reminder\n  by post\n",
    ),
    CodePage(
        "D109",
        "a stage does nothing",
        'A stage sends a notice (`by email`), gives a task to a person (`task "..."`), hands the '
        'case over (`hand over to "..."`), suspends or cancels something (`suspend "..."`, `cancel '
        '"..." now`) or ends the case (`write off`). With none of these it would be executed '
        "without anybody noticing, and the next stage would wait for it. A fee or interest alone "
        "is not enough: somebody has to be told of it.",
        "stage reminder\n  after 3 days overdue\n  by email\n\nstage pause\n  after 7 days\n",
        "stage reminder\n  after 3 days overdue\n  by email\n\n"
        'stage pause\n  after 7 days\n  task "Look at the case"\n',
    ),
    CodePage(
        "D110",
        "the version is not a whole number from 1 up",
        "Versions of a policy are counted 1, 2, 3 and so on. The number tells which text decided a "
        "case, so it is never used again.",
        "policy sample version 0\n"
        "  effective 2026-01-01\n  currency EUR\n  timezone Europe/Berlin\n\n"
        "stage reminder\n  by email\n",
        "policy sample version 1\n"
        "  effective 2026-01-01\n  currency EUR\n  timezone Europe/Berlin\n\n"
        "stage reminder\n  by email\n",
    ),
    CodePage(
        "D111",
        "an end that lies before its beginning",
        "`until`, `to` and `by` name the last day, which may be the first day too, but not an "
        "earlier one. As it stands, what is between the two dates would never apply.",
        "for customer.kind is business from 2026-08-01 until 2026-06-30\n  no fees\n",
        "for customer.kind is business from 2026-06-01 until 2026-08-31\n  no fees\n",
    ),
    CodePage(
        "D112",
        "a segment depends on itself",
        "A segment may be made of other segments, but not of itself, not even by way of others: "
        "nobody could say who is in it. Say in one of them, with facts, what it really means.",
        "segment good when not bad\nsegment bad when not good\n\nfor good and not bad\n  no fees\n",
        "segment good when not bad\nsegment bad when customer.overdue_invoices >= 3\n\n"
        "for good and not bad\n  no fees\n",
    ),
    CodePage(
        "D113",
        "a number of days that cannot be meant",
        "The day after the due date is day 1 overdue, so `after 0 days overdue` asks for a day on "
        "which nothing is overdue yet. A stage before the due date runs at least one day before "
        "it, a wait is made longer by at least a day, and a stage is repeated a day later at the "
        "earliest. Nothing takes more than ten years.",
        "stage reminder\n  after 0 days overdue\n  by email\n",
        "stage reminder\n  after 1 day overdue\n  by email\n",
    ),
    CodePage(
        "D114",
        "an exception changes nothing",
        "Under `for ...` stands what is different for these cases, and under a stage in it the "
        "clauses that are different. With nothing there, the lines have no effect and only look as "
        "if they had.",
        "for customer.kind is business\n  stage reminder\n",
        "for customer.kind is business\n  stage reminder\n    by post\n",
    ),
    CodePage(
        "D115",
        "the same thing twice in a list",
        "Lists of currencies, channels, values and stages name each thing once. Twice is never "
        "meant; most often the second should have been another one.",
        "stage reminder\n  by email and email\n",
        "stage reminder\n  by email and post\n",
    ),
    CodePage(
        "D116",
        "there is no such rate",
        "A dated reference rate has a name, which a `rate` line gives to a table. This name is "
        "none of them: it is mistyped, or its line is missing. A rate that never changes is "
        "written as a percentage a year or a month.",
        "interest base_rate + 9 pp from due date\n\n"
        "stage reminder\n  after 3 days overdue\n  by email\n  charge interest\n",
        'rate base_rate from "de-basiszinssatz"\n\ninterest base_rate + 9 pp from due date\n\n'
        "stage reminder\n  after 3 days overdue\n  by email\n  charge interest\n",
    ),
    CodePage(
        "D117",
        "a setting that only accounts have",
        "`step down when less is owed` lets an account return to an earlier stage when some of its "
        "invoices are paid. A single invoice is paid or it is not, so with `dun each invoice` "
        "there is nothing to step down for. Dun each account, or leave the line out.",
        "policy sample version 1\n  effective 2026-01-01\n  currency EUR\n"
        "  timezone Europe/Berlin\n  step down when less is owed\n\nstage reminder\n  by email\n",
        "policy sample version 1\n  effective 2026-01-01\n  currency EUR\n"
        "  timezone Europe/Berlin\n  dun each account\n  step down when less is owed\n\n"
        "stage reminder\n  by email\n",
    ),
    CodePage(
        "D118",
        "accounts cannot be split by this",
        "`dun each account by` splits a customer's account by a fact of the invoice that says to "
        "which part it belongs, such as the company that wrote it. The value becomes a part of the "
        "account's name, so the fact is a text or one of some choices, it is declared, and several "
        "invoices can share a value.",
        "policy sample version 1\n  effective 2026-01-01\n  currency EUR\n"
        "  timezone Europe/Berlin\n  dun each account by invoice.due\n\n"
        "stage reminder\n  by email\n",
        "policy sample version 1\n  effective 2026-01-01\n  currency EUR\n"
        "  timezone Europe/Berlin\n  dun each account by invoice.entity\n\n"
        "fact invoice.entity : text\n\nstage reminder\n  by email\n",
    ),
    CodePage(
        "D119",
        "not a name of a table",
        "A table of rates is named without its folder and its ending: the name stands for the file "
        "`rates/NAME.csv` beside the policy, or for one of the tables that come with the program. "
        "It is made of letters, digits, `-` and `_`.",
        'rate base_rate from "rates/de-basiszinssatz.csv"\n\ninterest base_rate + 9 pp\n\n'
        "stage reminder\n  after 3 days overdue\n  by email\n  charge interest\n",
        'rate base_rate from "de-basiszinssatz"\n\ninterest base_rate + 9 pp\n\n'
        "stage reminder\n  after 3 days overdue\n  by email\n  charge interest\n",
    ),
    CodePage(
        "D120",
        "a version exists twice",
        "Two files have the same policy and version. A version is published once and never changes "
        "again, so that the text which decided a case can always be found. A newer text gets the "
        "next number and its own date.",
        "policy sample version 2\n"
        "  effective 2026-01-01\n  currency EUR\n  timezone Europe/Berlin\n\n"
        "stage reminder\n  by email\n",
        "policy sample version 3\n"
        "  effective 2026-07-01\n  currency EUR\n  timezone Europe/Berlin\n\n"
        "stage reminder\n  by email\n",
    ),
    CodePage(
        "D121",
        "a version does not take effect after the one before it",
        "On each day, the version in force is the one with the latest effective date. A higher "
        "version with the same or an earlier date would never be in force, or would replace the "
        "earlier one in the past.",
        "policy sample version 2\n"
        "  effective 2026-01-01\n  currency EUR\n  timezone Europe/Berlin\n\n"
        "stage reminder\n  by email\n",
        "policy sample version 2\n"
        "  effective 2026-07-01\n  currency EUR\n  timezone Europe/Berlin\n\n"
        "stage reminder\n  by email\n",
    ),
    CodePage(
        "D122",
        "a fact is declared with two types",
        "All policies read the same ledger, which has one column for a fact. So a fact has one "
        "type in all of them. The choices of a `one of` may grow with a new version of a policy; "
        "the newest versions of different policies must agree on them.",
        'fact customer.risk : number\n\nexclude "low risk" when customer.risk < 3\n',
        'fact customer.risk : one of (low, high)\n\nexclude "low risk" when customer.risk is low\n',
    ),
    CodePage(
        "D123",
        "a file does not stand where its header says",
        "The policy `sample`, version 2, is kept in the file `policies/sample/2.dun`. That way a "
        "version is found by its name alone, and nobody can keep two texts of it. Move the file, "
        "or correct the header.",
        "policy sample version 2\n"
        "  effective 2026-01-01\n  currency EUR\n  timezone Europe/Berlin\n\n"
        "stage reminder\n  by email\n",
        "policy sample version 1\n"
        "  effective 2026-01-01\n  currency EUR\n  timezone Europe/Berlin\n\n"
        "stage reminder\n  by email\n",
    ),
    CodePage(
        "D124",
        "a version drops a stage and leaves its cases nowhere",
        "`running cases move to this version`, which is the default, takes over the cases that "
        "stand at a stage of an earlier version. Their place is kept by the stage's name. A stage "
        "that this version does not have any more must be replaced by one that it has, with "
        "`replaces`, or the cases stay with their version.",
        "policy sample version 2\n"
        "  effective 2026-07-01\n  currency EUR\n  timezone Europe/Berlin\n\n"
        "stage first_letter\n  by email\n",
        "policy sample version 2\n"
        "  effective 2026-07-01\n  currency EUR\n  timezone Europe/Berlin\n\n"
        "stage first_letter\n  by email\n  replaces reminder\n",
    ),
    CodePage(
        "D125",
        "a place that cannot be taken over",
        "`replaces` names a stage that the ladder does not have any more, or a stage of another "
        "policy, and puts the cases that stand there to this one. A stage that the ladder still "
        "has keeps its cases by its name, and no place can go to two stages.",
        "stage reminder\n  after 3 days overdue\n  by email\n\n"
        "stage notice\n  after 7 days\n  by post\n  replaces reminder\n",
        "stage reminder\n  after 3 days overdue\n  by email\n\n"
        "stage notice\n  after 7 days\n  by post\n  replaces second_letter\n",
    ),
)
