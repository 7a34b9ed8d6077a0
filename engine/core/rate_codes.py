"""The catalogue of codes for tables of rates: one page for everything that can be wrong with one.

`wrong` and `right` are files: the name of one in the first line, then what stands in it.
"""

from __future__ import annotations

from dunlang.codes.page import CodePage

_PAGES: tuple[CodePage, ...] = (
    CodePage(
        "R100",
        "a table of rates cannot be read as text",
        "A table of rates is a small CSV file in UTF-8. A spreadsheet saves one as 'CSV UTF-8'; "
        "its own format is not read, because nobody could see in it what changed.",
        "rates/base.csv\nfrom,percent\n2026-01-01,1.27\0\n",
        "rates/base.csv\nfrom,percent\n2026-01-01,1.27\n",
    ),
    CodePage(
        "R101",
        "a table of rates has no header, or another one",
        "The first line names the columns: from,percent for a reference rate of interest, "
        "from,currency,rate for rates of exchange. Above it, lines that begin with # may say "
        "where the figures come from. Columns are separated by commas.",
        "rates/base.csv\nvalid_from;rate\n2026-01-01;1.27\n",
        "rates/base.csv\n# Source: Deutsche Bundesbank\nfrom,percent\n2026-01-01,1.27\n",
    ),
    CodePage(
        "R102",
        "a row of a table of rates has too few or too many cells",
        "Every row has a cell for each column, if only an empty one. A cell too many is often a "
        "decimal comma: write 1.27 and not 1,27.",
        "rates/base.csv\nfrom,percent\n2026-01-01,1,27\n",
        "rates/base.csv\nfrom,percent\n2026-01-01,1.27\n",
    ),
    CodePage(
        "R103",
        "a date of a table of rates cannot be read",
        "A row holds from the day in its first column on, until the next row. Days are written "
        "year-month-day and must be in the calendar.",
        "rates/base.csv\nfrom,percent\n01.01.2026,1.27\n",
        "rates/base.csv\nfrom,percent\n2026-01-01,1.27\n",
    ),
    CodePage(
        "R104",
        "a rate cannot be read",
        "A rate is a number with a decimal point and without a sign for percent; that of interest "
        "may be below zero, one of exchange is above. What is not understood is never guessed, "
        "because every invoice of the period would be charged wrongly.",
        "rates/base.csv\nfrom,percent\n2026-01-01,1.27%\n",
        "rates/base.csv\nfrom,percent\n2026-01-01,1.27\n",
    ),
    CodePage(
        "R105",
        "the rows of a table of rates are not in the order of their dates",
        "Rows stand in the order of their dates, each date once (in a table of rates of exchange: "
        "once for each currency). Out of order, or twice, a row is nearly always a slip of the "
        "pen, and which of two rates was meant nobody can tell.",
        "rates/base.csv\nfrom,percent\n2026-01-01,1.27\n2025-07-01,1.27\n",
        "rates/base.csv\nfrom,percent\n2025-07-01,1.27\n2026-01-01,1.27\n",
    ),
    CodePage(
        "R106",
        "a table of rates ends too early",
        "A row whose rate is empty says that nothing is known from its day on: then there is no "
        "row after it, and at least one before. Where the table goes on, write the rate into that "
        "row and the end into the last one.",
        "rates/base.csv\nfrom,percent\n2026-01-01,1.27\n2026-07-01,\n2027-01-01,1.52\n",
        "rates/base.csv\nfrom,percent\n2026-01-01,1.27\n2026-07-01,1.27\n2027-01-01,1.52\n",
    ),
    CodePage(
        "R107",
        "a table of rates of exchange names an unknown currency",
        "A currency is named by its ISO 4217 code in capitals. The rate says how many units of it "
        "one unit of the fee's currency is worth.",
        "rates/ecb.csv\nfrom,currency,rate\n2026-01-02,SKR,11.02\n",
        "rates/ecb.csv\nfrom,currency,rate\n2026-01-02,SEK,11.02\n",
    ),
)

PAGES: dict[str, CodePage] = {page.code: page for page in _PAGES}
"""Every page by its code, in order."""
