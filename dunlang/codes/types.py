"""Pages of the codes D2xx and D3xx: types, names and money."""

from __future__ import annotations

from dunlang.codes.page import CodePage

_TYPES = (
    CodePage(
        "D201",
        "there is no such fact",
        "The language knows some facts of a customer and an invoice by itself; all others must be "
        "declared with a `fact` line, which says what kind of value it has. This one is neither "
        "built in nor declared, so it is mistyped or its declaration is missing.",
        'exclude "no risk" when customer.risk is low\n',
        'fact customer.risk : one of (low, high)\n\nexclude "no risk" when customer.risk is low\n',
    ),
    CodePage(
        "D202",
        "a word that means nothing here",
        "A bare word in a condition is a segment of this policy, or a value with which a fact is "
        "compared. This word is neither. A value needs the fact it belongs to: "
        "`customer.kind is consumer`, not `consumer` alone, unless a segment has that name.",
        'exclude "not for consumers" when consumer\n',
        'exclude "not for consumers" when customer.kind is consumer\n',
    ),
    CodePage(
        "D203",
        "a segment is used as a value",
        "A case is in a segment or it is not, so a segment is a condition by itself. It is not "
        "compared with anything: write its name, or `not` and its name.",
        'segment big when open amount >= 500 EUR\n\nexclude "small" when big is no\n',
        'segment big when open amount >= 500 EUR\n\nexclude "small" when not big\n',
    ),
    CodePage(
        "D204",
        "not one of the values of this fact",
        "The fact has a fixed list of values, and this is none of them. The note below the line "
        "names them all. For a fact of your own the list stands where it is declared; add the "
        "value there if it is new.",
        "segment consumer when customer.kind is consumr\n\nfor consumer\n  no fees\n",
        "segment consumer when customer.kind is consumer\n\nfor consumer\n  no fees\n",
    ),
    CodePage(
        "D205",
        "not a country code",
        "Countries are written in the two capital letters of ISO 3166-1, without quotes: DE for "
        "Germany, AT for Austria, GB for the United Kingdom.",
        'exclude "abroad" when customer.country is UK\n',
        'exclude "abroad" when customer.country is GB\n',
    ),
    CodePage(
        "D206",
        "values of different kinds are compared",
        "Amounts are compared with amounts, numbers with numbers, dates with dates. Texts stand in "
        "double quotes; values of a fixed list, countries and stages do not. An amount always "
        "carries its currency and a percentage its sign.",
        'exclude "English" when customer.language is en\n',
        'exclude "English" when customer.language is "en"\n',
    ),
    CodePage(
        "D207",
        "more or less of something that has no order",
        "Only amounts, numbers, percentages and dates can be more or less. The values of a list, "
        "countries, texts and stages have no order that a reader could know: name those that you "
        "mean with `is` or `in (...)`.",
        "fact customer.risk : one of (low, medium, high)\n\n"
        'hold "risky" while customer.risk >= medium\n',
        "fact customer.risk : one of (low, medium, high)\n\n"
        'hold "risky" while customer.risk in (medium, high)\n',
    ),
    CodePage(
        "D208",
        "'has' belongs to sets of texts",
        "A set such as `customer.tags` holds any number of texts, so it is asked whether it has "
        'one: `customer.tags has "vip"`. A fact with a single value is compared with `is`.',
        'exclude "vip" when customer.tags is "vip"\n',
        'exclude "vip" when customer.tags has "vip"\n',
    ),
    CodePage(
        "D209",
        "a value where a condition should stand",
        "A condition holds or does not hold. A fact that is yes or no is one by itself; an amount, "
        "a number, a text or a date becomes one by comparing it.",
        'exclude "owes nothing" when open amount\n',
        'exclude "owes little" when open amount < 5.00 EUR\n',
    ),
    CodePage(
        "D210",
        "who a policy applies to must not depend on dunning",
        "`applies when` decides which policy a case is under. It may ask about customer and "
        "invoice, also by way of segments. Days overdue, the stage reached, fees or a promise are "
        "known only once a policy applies; use them in `exclude`, `hold`, `when` or `for`.",
        "policy sample version 1\n  effective 2026-01-01\n  applies when days overdue > 10\n"
        "  currency EUR\n  timezone Europe/Berlin\n\nstage reminder\n  by email\n",
        "policy sample version 1\n  effective 2026-01-01\n  applies when customer.country is DE\n"
        "  currency EUR\n  timezone Europe/Berlin\n\nstage reminder\n  by email\n",
    ),
    CodePage(
        "D211",
        "not a channel",
        "Notices go by email, post, registered_post, sms, phone, portal or webhook. Tasks for a "
        "person may name one of them too.",
        "stage reminder\n  by letter\n",
        "stage reminder\n  by post\n",
    ),
    CodePage(
        "D212",
        "not a currency code",
        "Currencies are written in the three capital letters of ISO 4217: EUR, CHF, USD, DKK.",
        "fees at most 40.00 EURO\n",
        "fees at most 40.00 EUR\n",
    ),
    CodePage(
        "D213",
        "not a timezone",
        "The timezone says when a day begins. It is named as in the IANA database, most often by "
        "continent and city: Europe/Berlin, America/New_York. Abbreviations such as CEST are not "
        "used, because they change with the season.",
        "policy sample version 1\n  effective 2026-01-01\n  currency EUR\n"
        "  timezone Europe/Berln\n\nstage reminder\n  by email\n",
        "policy sample version 1\n  effective 2026-01-01\n  currency EUR\n"
        "  timezone Europe/Berlin\n\nstage reminder\n  by email\n",
    ),
    CodePage(
        "D214",
        "not a calendar",
        "The calendar says which days are public holidays. It is the code of a country (DE), of a "
        "part of one (DE-BY for Bavaria, GB-SCT for Scotland), or TARGET for the days on which "
        "banks in the euro area pay.",
        "policy sample version 1\n  effective 2026-01-01\n  currency EUR\n  calendar Bavaria\n"
        "  timezone Europe/Berlin\n\nstage reminder\n  by email\n",
        "policy sample version 1\n  effective 2026-01-01\n  currency EUR\n  calendar DE-BY\n"
        "  timezone Europe/Berlin\n\nstage reminder\n  by email\n",
    ),
    CodePage(
        "D215",
        "a default of another kind than its fact",
        "The default is the value of the fact for all customers or invoices that have none, so it "
        "must be a value that the fact could have.",
        "fact customer.limit : money default 500\n\n"
        'exclude "within limit" when open amount < customer.limit\n',
        "fact customer.limit : money default 500 EUR\n\n"
        'exclude "within limit" when open amount < customer.limit\n',
    ),
    CodePage(
        "D216",
        "a percentage of something that is not an amount",
        "`P% of ...` takes a part of an amount of money, such as `open amount`, `original amount` "
        "or a money fact. A part of a number of days or of a text is never meant.",
        'exclude "rest" when open amount < 5% of days overdue\n',
        'exclude "rest" when open amount < 5% of original amount\n',
    ),
    CodePage(
        "D217",
        "a condition that is always the same",
        "A condition looks at a fact of the case. One that compares two fixed values, or is simply "
        "`yes`, gives the same answer for every case: say what it should depend on, or leave it "
        "out.",
        'exclude "always" when 3 < 5\n',
        'exclude "recent" when days overdue < 5\n',
    ),
    CodePage(
        "D218",
        "'known' is asked of a fact",
        "A fact can be unknown, because nobody has entered it. A fixed value cannot, so there is "
        "nothing to ask.",
        'exclude "no name" when "name" is unknown\n',
        'exclude "no name" when customer.name is unknown\n',
    ),
    CodePage(
        "D219",
        "'in' is for fixed values of a list",
        "`in (...)` compares a fact with several fixed values: texts, choices, countries, stages, "
        "numbers. Amounts and dates are seldom exactly equal; ask for a range of them. A yes/no "
        "fact needs no list.",
        'exclude "small" when open amount in (1 EUR, 2 EUR)\n',
        'exclude "small" when open amount <= 2 EUR\n',
    ),
    CodePage(
        "D221",
        "an account is asked about a single invoice",
        "With `dun each account` a case is the account, with many invoices, so `invoice.due` or "
        "`invoice.amount` would not say of which. The open amount and the days overdue are the "
        "account's. Rules with `exclude` and `hold` are asked of each invoice and take it out of "
        "the account: they may look at the invoice, at the margin or in an exception that asks "
        "only facts of the customer. So may `applies when`.",
        "policy sample version 1\n  effective 2026-01-01\n  currency EUR\n"
        "  timezone Europe/Berlin\n  dun each account\n\n"
        "stage reminder\n  when invoice.amount >= 100 EUR\n  by email\n",
        "policy sample version 1\n  effective 2026-01-01\n  currency EUR\n"
        "  timezone Europe/Berlin\n  dun each account\n\n"
        "stage reminder\n  when open amount >= 100 EUR\n  by email\n",
    ),
    CodePage(
        "D222",
        "an account is dunned before anything is overdue",
        "An account is made of the customer's overdue invoices, so before the due date of the "
        "oldest there is no account to dun. A reminder before the due date belongs to a policy "
        "with `dun each invoice`.",
        "policy sample version 1\n  effective 2026-01-01\n  currency EUR\n"
        "  timezone Europe/Berlin\n  dun each account\n\n"
        "stage reminder\n  from 3 days before due\n  by email\n",
        "policy sample version 1\n  effective 2026-01-01\n  currency EUR\n"
        "  timezone Europe/Berlin\n  dun each account\n\n"
        "stage reminder\n  after 3 days overdue\n  by email\n",
    ),
    CodePage(
        "D223",
        "the fee where no stage charges it",
        "`fee` is what a stage charges, so it can be asked only where a guarantee speaks of a "
        "stage: `at STAGE: fee <= 5 EUR`. What was charged in the cycle up to now is "
        "`fees so far`, and may be asked everywhere.",
        'guarantee "fees stay small"\n  always: fee <= 40 EUR\n',
        'guarantee "fees stay small"\n  always: fees so far <= 40 EUR\n',
    ),
)
_CALENDAR = CodePage(
    "D220",
    "nobody knows the holidays of this calendar",
    "The code is well formed, but the table of public holidays has no such country or no such "
    "part of one. Without it, no business day can be counted. Take the calendar of the whole "
    "country, or leave the line out: then Monday to Friday are business days.",
    "policy sample version 1\n  effective 2026-01-01\n  currency EUR\n  calendar DE-XX\n"
    "  timezone Europe/Berlin\n\nstage reminder\n  by email\n",
    "policy sample version 1\n  effective 2026-01-01\n  currency EUR\n  calendar DE-BY\n"
    "  timezone Europe/Berlin\n\nstage reminder\n  by email\n",
)

_MONEY = (
    CodePage(
        "D301",
        "an amount in one of the currencies is missing",
        "Fees, caps and limits say one amount for each currency of the policy, separated by `|`. "
        "Amounts in different currencies are never converted, so a case in the missing currency "
        "would have no limit or no fee. A fact of your own that holds money carries its currency "
        "and may be compared with any single amount.",
        "policy sample version 1\n  effective 2026-01-01\n  currency EUR, CHF\n"
        "  timezone Europe/Berlin\n\nfees at most 40.00 EUR\n\nstage reminder\n  by email\n",
        "policy sample version 1\n  effective 2026-01-01\n  currency EUR, CHF\n"
        "  timezone Europe/Berlin\n\nfees at most 40.00 EUR | 40.00 CHF\n\n"
        "stage reminder\n  by email\n",
    ),
    CodePage(
        "D302",
        "an amount in a currency that the policy does not have",
        "The policy covers only invoices in the currencies of its header, so a fee, a cap or a "
        "limit in another one would never be used. Add the currency to the header or leave the "
        "amount out.",
        "fees at most 40.00 EUR | 45.00 USD\n",
        "fees at most 40.00 EUR\n",
    ),
    CodePage(
        "D303",
        "a list of amounts names a currency twice",
        "Each currency stands once in a list of amounts; with two, nobody could say which holds.",
        "fees at most 40.00 EUR | 45.00 EUR\n",
        "fees at most 40.00 EUR\n",
    ),
    CodePage(
        "D304",
        "more decimals than the currency has",
        "Most currencies have two decimals, the yen none, the dinar of Kuwait three. The point "
        "always stands before the decimals; thousands are grouped with `_`, so ten thousand euros "
        "are `10_000 EUR`.",
        'exclude "small" when open amount < 10.000 EUR\n',
        'exclude "small" when open amount < 10_000 EUR\n',
    ),
    CodePage(
        "D305",
        "a lower bound above the upper bound",
        "A fee cannot be at least more than it is at most. Look at each currency: the bounds are "
        "compared one by one.",
        "stage reminder\n  by post\n  fee 2% of open amount at least 25.00 EUR at most 10.00 EUR\n",
        "stage reminder\n  by post\n  fee 2% of open amount at least 10.00 EUR at most 25.00 EUR\n",
    ),
    CodePage(
        "D306",
        "a percentage or an amount that cannot be meant",
        "A fee of more than 100% of the amount due is a slip, and so is an amount or a percentage "
        "below zero. The law of most countries allows far less.",
        "stage reminder\n  by post\n  fee 150% of open amount\n",
        "stage reminder\n  by post\n  fee 1.50% of open amount\n",
    ),
)

PAGES: tuple[CodePage, ...] = (*_TYPES, _CALENDAR, *_MONEY)
