"""Pages of the codes D00x, D01x and D04x: the file, its characters, its values.

Those about statements (D02x, D03x) are in `statements`.
"""

from __future__ import annotations

from dunlang.codes.page import CodePage

PAGES: tuple[CodePage, ...] = (
    CodePage(
        "D001",
        "the file is too large",
        "A policy has some hundred lines, and a file of more than one megabyte is most likely "
        "something else: an export, or a whole folder in one file. It is not read at all.",
        "# an export of all invoices, by mistake\n",
        "fees at most 40.00 EUR\n",
    ),
    CodePage(
        "D002",
        "the file is not written in UTF-8",
        "Policies are text in UTF-8, so that every computer reads the same letters. Old Windows "
        "programs write other encodings; in the editor's `Save as`, choose UTF-8 and save again.",
        "# Zahlungserinnerung f\N{REPLACEMENT CHARACTER}r Firmen, written in Windows-1252\n",
        "# Zahlungserinnerung f\N{LATIN SMALL LETTER U WITH DIAERESIS}r Firmen\n",
    ),
    CodePage(
        "D003",
        "the file is not a text file",
        "The file holds bytes that no text has: it is a picture, a spreadsheet, a document of a "
        "word processor, or text in UTF-16. A policy is plain text; save it as UTF-8.",
        "# a spreadsheet\0\n",
        "# a policy\n",
    ),
    CodePage(
        "D004",
        "there is no policy in the file",
        "The file is empty, or has nothing but comments. A policy begins with `policy`, its name "
        "and the number of its version, and says at least from which day it holds and in which "
        "currencies it duns.",
        "# to be written\n",
        "policy sample version 1\n  effective 2026-01-01\n  currency EUR\n"
        "  timezone Europe/Berlin\n\nstage reminder\n  by email\n",
    ),
    CodePage(
        "D005",
        "a line is indented with a tab",
        "Indentation says what belongs to what, and a tab is shown as two, four or eight columns: "
        "two people would see two different policies. Indent with spaces, two for each step; most "
        "editors do that by themselves once told so.",
        "for customer.kind is business\n\tno fees\n",
        "for customer.kind is business\n  no fees\n",
    ),
    CodePage(
        "D006",
        "the indentation matches no line above",
        "All lines of a block begin in the same column. This one begins further left than its "
        "neighbours, but further right than the line they stand under, so that nobody can say "
        "where it belongs.",
        "stage reminder\n    after 3 days overdue\n  by email\n",
        "stage reminder\n  after 3 days overdue\n  by email\n",
    ),
    CodePage(
        "D007",
        "a line is indented under nothing",
        "Only `policy`, `stage`, `for`, `guarantee`, `example`, `fee by steps` and `fee by "
        "bracket` have lines under them. Begin this line in the same column as the one above, or "
        "at the margin.",
        'fees at most 40.00 EUR\n  exclude "small" when open amount < 5.00 EUR\n',
        'fees at most 40.00 EUR\nexclude "small" when open amount < 5.00 EUR\n',
    ),
    CodePage(
        "D008",
        "there are too many problems",
        "Reading stops after a hundred problems. Whoever has that many usually has one, only "
        "often: a wrong encoding, a file that is no policy. Solve the first ones and check again.",
        "# a letter to a customer, by mistake\n",
        "fees at most 40.00 EUR\n",
    ),
    CodePage(
        "D010",
        "a character has no meaning in a policy",
        "Outside of texts and comments a policy is made of the letters a to z, digits, `_`, `-`, "
        "and the signs `, : ( ) | + % < >`. Anything may stand between double quotes.",
        "fees at most 40.00 \N{EURO SIGN}\n",
        "fees at most 40.00 EUR\n",
    ),
    CodePage(
        "D011",
        "a character does not show, or looks like another",
        "Texts copied from a web page or a word processor bring characters along that look like "
        "a space, or like nothing at all. Some even make a line read differently from what it "
        "says, which must not happen in something that is signed. Delete it and type it anew.",
        "fees at most 40.00\N{NO-BREAK SPACE}EUR\n",
        "fees at most 40.00 EUR\n",
    ),
    CodePage(
        "D012",
        "a text has no closing quote",
        "A text begins and ends with a double quote on the same line. Without the second one "
        "nobody could say where it ends.",
        'exclude "not worth a letter when open amount < 10.00 EUR\n',
        'exclude "not worth a letter" when open amount < 10.00 EUR\n',
    ),
    CodePage(
        "D013",
        "a text stands in other quotes",
        "Texts stand between straight double quotes. Word processors turn these into curly ones; "
        "single quotes are not used either.",
        "exclude 'small' when open amount < 10.00 EUR\n",
        'exclude "small" when open amount < 10.00 EUR\n',
    ),
    CodePage(
        "D014",
        "a sign of another language",
        "Conditions are written in words: `is`, `is not`, `and`, `or`, `not`. Only sizes are "
        "compared with signs: `<`, `<=`, `>`, `>=`.",
        'exclude "abroad" when customer.country != DE\n',
        'exclude "abroad" when customer.country is not DE\n',
    ),
    CodePage(
        "D015",
        "a parenthesis is not closed",
        "Every opening parenthesis needs a closing one. Inside parentheses a statement may go on "
        "in the next line, as long as that stands deeper than the first.",
        'exclude "abroad" when customer.country in (FR, IT\n',
        'exclude "abroad" when customer.country in (FR, IT)\n',
    ),
    CodePage(
        "D016",
        "a parenthesis closes nothing",
        "There is one closing parenthesis more than there are opening ones. Leave it out, or find "
        "the place where the other one is missing.",
        'exclude "abroad" when customer.country in (FR, IT))\n',
        'exclude "abroad" when customer.country in (FR, IT)\n',
    ),
    CodePage(
        "D017",
        "a condition is nested too deeply",
        "Parentheses and `not` are read forty levels deep, which is more than a person can "
        "follow. Give a part of the condition a name with `segment` and use the name.",
        f'exclude "disputed" when {"not " * 41}invoice.disputed\n',
        'exclude "disputed" when not invoice.disputed\n',
    ),
    CodePage(
        "D018",
        "a statement is too long",
        "A statement of more than two thousand words was written by a program, and belongs in the "
        "data: give the customers in question a tag or a fact, and ask for that.",
        'exclude "on the list" when customer.id in ("C-1", "C-2", "C-3")\n',
        'exclude "on the list" when customer.tags has "list"\n',
    ),
    CodePage(
        "D040",
        "there is no such day",
        "The calendar does not have this day. Dates are written year-month-day, with two digits "
        "for month and day.",
        "for customer.kind is business until 2026-02-30\n  no fees\n",
        "for customer.kind is business until 2026-02-28\n  no fees\n",
    ),
    CodePage(
        "D041",
        "a date is written in another way",
        "Dates are written year-month-day, as in 2026-01-31. What 01.02.2026 or 1/2/26 means "
        "depends on the country, and a policy must mean the same everywhere.",
        "for customer.kind is business until 31.12.2026\n  no fees\n",
        "for customer.kind is business until 2026-12-31\n  no fees\n",
    ),
    CodePage(
        "D042",
        "there is no such time of day",
        "Times of day lie between 00:00 and 23:59, in the time zone of the policy.",
        "stage reminder\n  after 3 days overdue\n  by email\n  send automatically at 24:30\n",
        "stage reminder\n  after 3 days overdue\n  by email\n  send automatically at 00:30\n",
    ),
    CodePage(
        "D043",
        "a number must be whole",
        "Days, weeks, months, times and versions are counted; there are no halves of them. Half a "
        "week is `3 days` or `4 days`.",
        "at least 2.5 days between notices\n",
        "at least 2 days between notices\n",
    ),
    CodePage(
        "D044",
        "a number is too large",
        "A wait is at most 9_999 days, weeks or months, and an amount has at most 15 digits "
        "before the point. More is a slip of the keyboard.",
        "at least 50_000 days between notices\n",
        "at least 5 days between notices\n",
    ),
    CodePage(
        "D045",
        "a number has a comma in it",
        "Decimals stand behind a point, and long numbers may be grouped with `_`: 1_000.00 EUR. "
        "A comma separates the parts of a list.",
        "fees at most 40,00 EUR\n",
        "fees at most 40.00 EUR\n",
    ),
    CodePage(
        "D046",
        "a fact belongs to neither customer nor invoice",
        "Facts are written `customer.NAME` or `invoice.NAME`; there is nothing else that could "
        "have facts. What is known of the case as a whole has words of its own: `open amount`, "
        "`days overdue`. Only behind `replaces` something else has a dot: a stage of another "
        "policy, `other_policy.notice`.",
        'exclude "abroad" when debtor.country is not DE\n',
        'exclude "abroad" when customer.country is not DE\n',
    ),
    CodePage(
        "D047",
        "a condition is compared with something",
        "A comparison has a fact or a value on either side. A condition holds or does not hold; "
        "join it with others by `and`, `or` and `not`.",
        'exclude "abroad" when (customer.country is FR or invoice.disputed) is yes\n',
        'exclude "abroad" when customer.country is FR or invoice.disputed\n',
    ),
    CodePage(
        "D048",
        "the currency stands before the number",
        "An amount is a number and then a currency, with its ISO code: 40.00 EUR.",
        "fees at most EUR 40.00\n",
        "fees at most 40.00 EUR\n",
    ),
    CodePage(
        "D090",
        "the formatter refused to change a file",
        "The formatter reads what it has written and compares it with what it has read. Here the "
        "two did not mean the same, so the file was left alone. That is a mistake of the program, "
        "not of the policy; please report it together with the file.",
        "fees at most 40.00 EUR # nothing is wrong here\n",
        "fees at most 40.00 EUR\n",
    ),
    CodePage(
        "W001",
        "lines end as on Windows",
        "Lines end with a line feed; this file ends them with a carriage return as well. It is "
        "read all the same, but two such files look different to a program that compares them. "
        "`dun fmt` writes plain line ends.",
        "fees at most 40.00 EUR\r\n",
        "fees at most 40.00 EUR\n",
    ),
    CodePage(
        "W002",
        "the file begins with a byte-order mark",
        "Some Windows programs put an invisible mark at the beginning of a file. It is read all "
        "the same; `dun fmt` leaves it out.",
        "\ufeff# Standard\npolicy sample version 1\n  effective 2026-01-01\n  currency EUR\n"
        "  timezone Europe/Berlin\n\nstage reminder\n  by email\n",
        "# Standard\npolicy sample version 1\n  effective 2026-01-01\n  currency EUR\n"
        "  timezone Europe/Berlin\n\nstage reminder\n  by email\n",
    ),
)
