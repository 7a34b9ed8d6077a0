"""The catalogue of codes for ledgers: one page for everything that can be wrong with their files.

`wrong` and `right` are files: the name of one in the first line, then what stands in it. The
rest of the ledger they belong to holds customer C-1 with invoice R-1 (100.00 EUR) and customer
C-2 with R-2 (EUR) and R-3 (CHF).
"""

from __future__ import annotations

from dunlang.codes.page import CodePage
from engine.core.ledger_codes_events import PAGES as _EVENTS

_FILES: tuple[CodePage, ...] = (
    CodePage(
        "L101",
        "a file of the ledger is missing, or there twice",
        "A ledger is a folder with customers, invoices and events, each either as CSV or as "
        "Parquet. None may be missing, because a forgotten file of payments would dun people who "
        "have paid; and there may not be two, because nobody could tell which one counts.",
        "ledger/\n  customers.csv\n  invoices.csv\n  invoices.parquet\n  events.csv\n",
        "ledger/\n  customers.csv\n  invoices.parquet\n  events.csv\n",
    ),
    CodePage(
        "L102",
        "the file or a line of it cannot be read as text",
        "CSV files are UTF-8 text; a cell that holds a comma, a line end or a double quote stands "
        "between double quotes, and a double quote inside it is written twice. Spreadsheets offer "
        "'CSV UTF-8' when saving.",
        'customers.csv\nid,name\nC-1,"Berg" and Co\nC-2,Otto\n',
        'customers.csv\nid,name\nC-1,"""Berg"" and Co"\nC-2,Otto\n',
    ),
    CodePage(
        "L103",
        "a column is missing from the header",
        "The first line names the columns, separated by commas. Customers need id; invoices need "
        "id, customer, issued, due, amount and currency; events need date, kind and at least one "
        "of invoice, document, customer and case.",
        "invoices.csv\nid,customer,issued,due,amount\nR-1,C-1,2026-01-01,2026-01-31,100.00\n",
        "invoices.csv\nid,customer,issued,due,amount,currency\n"
        "R-1,C-1,2026-01-01,2026-01-31,100.00,EUR\n",
    ),
    CodePage(
        "L104",
        "a column's name cannot be used",
        "Every column has a name and stands once. Names that follow from invoices and events, "
        "such as excluded or open_amount, cannot be given; and in events a column whose name is "
        "almost one with a meaning is taken for a slip.",
        "events.csv\ndate,kind,invoice,amout\n2026-02-05,payment,R-1,40.00\n",
        "events.csv\ndate,kind,invoice,amount\n2026-02-05,payment,R-1,40.00\n",
    ),
    CodePage(
        "L105",
        "a row has too few or too many cells",
        "Every row has a cell for each column, if only an empty one. A row that is too long often "
        "holds a comma that should stand between double quotes, as in an amount or a name.",
        "customers.csv\nid,name,country\nC-1,Berg, Anna,DE\nC-2,Otto,AT\n",
        'customers.csv\nid,name,country\nC-1,"Berg, Anna",DE\nC-2,Otto,AT\n',
    ),
    CodePage(
        "L106",
        "an id stands twice",
        "Every customer and every invoice has an id of its own. Instalments of one invoice are "
        "rows with ids of their own that share their document.",
        "invoices.csv\nid,customer,issued,due,amount,currency\n"
        "R-1,C-1,2026-01-01,2026-01-31,50.00,EUR\n"
        "R-1,C-1,2026-01-01,2026-02-28,50.00,EUR\n",
        "invoices.csv\nid,customer,issued,due,amount,currency,document\n"
        "R-1/1,C-1,2026-01-01,2026-01-31,50.00,EUR,R-1\n"
        "R-1/2,C-1,2026-01-01,2026-02-28,50.00,EUR,R-1\n",
    ),
    CodePage(
        "L107",
        "a cell that is needed is empty",
        "An empty cell is an unknown fact, and some things must be known: who owes what in which "
        "currency from when, and of an event what its kind needs (a payment its amount, a promise "
        "its amount and its last day, a reversal the id of what it takes back).",
        "events.csv\ndate,kind,invoice,amount\n2026-02-05,payment,R-1,\n",
        "events.csv\ndate,kind,invoice,amount\n2026-02-05,payment,R-1,40.00\n",
    ),
    CodePage(
        "L108",
        "a row names something that is not there",
        "An invoice's customer and a customer's payer stand in customers, what an event is about "
        "stands in customers or invoices; an account is named by its customer, who has no payer, "
        "and currency, such as C-1:EUR. Upper and lower case, blanks and leading zeros count.",
        "events.csv\ndate,kind,invoice\n2026-02-05,dispute,R1\n",
        "events.csv\ndate,kind,invoice\n2026-02-05,dispute,R-1\n",
    ),
    CodePage(
        "L124",
        "an id holds a character that cannot be printed",
        "Ids are shown, typed and put into file names and addresses; a line end, a tab or an "
        "invisible character in one is always a mistake of whatever wrote the file.",
        'customers.csv\nid,name\nC-1,Berg\n"C-2\t",Otto\nC-2,Otto\n',
        "customers.csv\nid,name\nC-1,Berg\nC-2,Otto\n",
    ),
    CodePage(
        "L125",
        "a value of a Parquet column or in JSON has a type that does not fit",
        "Amounts are exact, and binary floating-point numbers are not: 0.1 cannot be stored in "
        "one. Amounts come as decimals or as text. Other columns may be text, number, date, time "
        "or yes/no; tags may be a list of texts. The same holds for what is sent as JSON.",
        "invoices.parquet\n  amount: Float64\n",
        "invoices.parquet\n  amount: Decimal(12, 2)\n",
    ),
)

_VALUES: tuple[CodePage, ...] = (
    CodePage(
        "L111",
        "a number is not written as one, or not allowed here",
        "Numbers are digits with a decimal point and nothing between thousands, without sign, "
        "exponent or currency. An invoice comes to more than zero (a credit note is an event of "
        "kind credit), and so does a payment (one that goes back is a reversal).",
        'events.csv\ndate,kind,invoice,amount\n2026-02-05,payment,R-1,"1,234.50"\n',
        "events.csv\ndate,kind,invoice,amount\n2026-02-05,payment,R-1,1234.50\n",
    ),
    CodePage(
        "L112",
        "a currency is not known",
        "Currencies are written as their ISO 4217 code in capitals, such as EUR.",
        "invoices.csv\nid,customer,issued,due,amount,currency\n"
        "R-1,C-1,2026-01-01,2026-01-31,100.00,Euro\n",
        "invoices.csv\nid,customer,issued,due,amount,currency\n"
        "R-1,C-1,2026-01-01,2026-01-31,100.00,EUR\n",
    ),
    CodePage(
        "L113",
        "an amount has more decimals than its currency",
        "An amount is a whole number of the smallest unit of its currency: EUR has 2 decimals, "
        "JPY none, KWD 3. Nothing is rounded silently.",
        "events.csv\ndate,kind,invoice,amount\n2026-02-05,payment,R-1,40.005\n",
        "events.csv\ndate,kind,invoice,amount\n2026-02-05,payment,R-1,40.01\n",
    ),
    CodePage(
        "L114",
        "the currency of an amount is another one, or cannot be told",
        "What is paid on an invoice, document or account is in its currency. On a customer the "
        "currency may be left out only if all that they owe is in one.",
        "events.csv\ndate,kind,customer,amount\n2026-02-05,payment,C-2,40.00\n",
        "events.csv\ndate,kind,customer,amount,currency\n2026-02-05,payment,C-2,40.00,CHF\n",
    ),
    CodePage(
        "L115",
        "a date or time is not one",
        "Dates are written year-month-day and exist in the calendar; a time is a date and a time "
        "of day, in UTC unless it says its zone.",
        "events.csv\ndate,kind,invoice\n2026-02-30,dispute,R-1\n",
        "events.csv\ndate,kind,invoice\n2026-02-28,dispute,R-1\n",
    ),
    CodePage(
        "L119",
        "a fact does not fit its type",
        "What a policy declares with fact has a type, and the ledger's values must fit it: money "
        "is written 49.99 EUR, yes/no as yes or no, a date as 2026-03-01, and of one of (...) one "
        "of the choices. Some facts have a type of their own: kind, country, payment_method.",
        "customers.csv\nid,kind\nC-1,busines\nC-2,consumer\n",
        "customers.csv\nid,kind\nC-1,business\nC-2,consumer\n",
    ),
    CodePage(
        "L123",
        "instalments of one document do not belong together",
        "Invoices that share a document are instalments of one debt: of one customer, in one "
        "currency. A payment on the document is spread over them.",
        "invoices.csv\nid,customer,issued,due,amount,currency,document\n"
        "R-1,C-1,2026-01-01,2026-01-31,50.00,EUR,D-1\n"
        "R-2,C-2,2026-01-01,2026-02-28,50.00,EUR,D-1\n",
        "invoices.csv\nid,customer,issued,due,amount,currency,document\n"
        "R-1,C-1,2026-01-01,2026-01-31,50.00,EUR,D-1\n"
        "R-2,C-2,2026-01-01,2026-02-28,50.00,EUR,D-2\n",
    ),
)

_PAYERS = (
    CodePage(
        "L126",
        "customers pay for one another in a circle",
        "A customer with a payer is dunned through the payer, and through the payer's payer if "
        "there is one. At the end of such a chain stands somebody who pays for themselves: their "
        "cell is empty.",
        "customers.csv\nid,payer\nC-1,C-2\nC-2,C-1\n",
        "customers.csv\nid,payer\nC-1,C-2\nC-2,\n",
    ),
)

PAGES: dict[str, CodePage] = {
    page.code: page
    for page in sorted((*_FILES, *_VALUES, *_PAYERS, *_EVENTS), key=lambda each: each.code)
}
"""Every page by its code, in order."""
