"""Pages of the codes D02x and D03x: statements, and where they stand."""

from __future__ import annotations

from dunlang.codes.page import CodePage

_HEADER = (
    "policy sample version 1\n  effective 2026-01-01\n  currency EUR\n  timezone Europe/Berlin\n"
)
_STAGE = "\nstage reminder\n  by email\n"

PAGES: tuple[CodePage, ...] = (
    CodePage(
        "D020",
        "no statement begins like this",
        "Every line begins with a word that says what it is about, such as `stage`, `segment` or "
        "`fee`. A remark for the reader begins with `#`.",
        "please be polite to public bodies\n",
        "# please be polite to public bodies\n",
    ),
    CodePage(
        "D021",
        "a word cannot stand here",
        "The statement is right up to this word. The message says what belongs in its place, and "
        "names the word behind which it belongs; or where the word itself belongs, if it only "
        "stands too late.",
        "stage reminder\n  after 3 days overdue\n  by 2 letters\n",
        "stage reminder\n  after 3 days overdue\n  by post\n",
    ),
    CodePage(
        "D022",
        "a statement stops too early",
        "The line ends in the middle of a statement. The message says what must follow; only "
        "inside parentheses may it follow on the next line.",
        "at least 5 days\n",
        "at least 5 days between notices\n",
    ),
    CodePage(
        "D023",
        "a word of the language is used as a name",
        "Words such as `hold`, `date` or `stage` are reserved, because otherwise a mistyped "
        "statement could pass for something else. Choose another name; with an ending it may be "
        "the same word. Behind a dot (`customer.date`) every word may stand.",
        "stage task\n  after 3 days overdue\n  by email\n",
        "stage task_stage\n  after 3 days overdue\n  by email\n",
    ),
    CodePage(
        "D024",
        "a word is mistyped",
        "The word is close to one that would be right here. Words of the language are written in "
        "small letters.",
        'exclude "disputed" whne invoice.disputed\n',
        'exclude "disputed" when invoice.disputed\n',
    ),
    CodePage(
        "D025",
        "a statement stands in the wrong place",
        "Each statement has its place: at the margin, or indented under `policy`, `stage`, `for`, "
        "`guarantee` or `example`; and the lines of a fee under the fee. Most often only the "
        "indentation is missing. A file that policies include has facts, rates, segments and "
        "guarantees, and nothing else.",
        "stage reminder\n  after 3 days overdue\n  by email\npay within 7 days\n",
        "stage reminder\n  after 3 days overdue\n  by email\n  pay within 7 days\n",
    ),
    CodePage(
        "D026",
        "a word is missing",
        "With one word more at this place, the statement would go on properly. The message says "
        "which one it is.",
        'exclude "disputed" invoice.disputed\n',
        'exclude "disputed" when invoice.disputed\n',
    ),
    CodePage(
        "D028",
        "words are left over",
        "The statement is complete, and then something follows. Remarks begin with `#`; a second "
        "statement begins a line of its own.",
        "fees at most 40.00 EUR for everybody\n",
        "fees at most 40.00 EUR # for everybody\n",
    ),
    CodePage(
        "D029",
        "a statement goes on in the next line",
        "A statement ends with its line. Inside parentheses it may go on, as long as the next "
        "line stands deeper than the first.",
        'exclude "abroad" when customer.country is not DE\n  and customer.country is not AT\n',
        'exclude "abroad" when (customer.country is not DE\n  and customer.country is not AT)\n',
    ),
    CodePage(
        "D030",
        "the policy has no header",
        "A policy begins with `policy`, its name and the number of its version; under it stand the "
        "settings that hold for the whole file.",
        "fees at most 40.00 EUR\n",
        _HEADER + _STAGE,
    ),
    CodePage(
        "D031",
        "a second policy begins",
        "One file holds one version of one policy, so that a version can be signed, published "
        "and compared by itself. Put the second one into a file of its own.",
        f"{_HEADER}{_STAGE}\npolicy other version 1\n  effective 2026-01-01\n  currency EUR\n",
        _HEADER + _STAGE,
    ),
    CodePage(
        "D032",
        "something stands before the header",
        "The header comes first, so that a reader knows from the first line which policy this "
        "is. Only comments may stand above it.",
        f"fees at most 40.00 EUR\n\n{_HEADER}{_STAGE}",
        f"{_HEADER}\nfees at most 40.00 EUR\n{_STAGE}",
    ),
    CodePage(
        "D033",
        "a policy is included",
        "What policies share stands in a file without a header: facts, rates, segments and "
        "guarantees. A policy as a whole cannot be included; another one may start from it with "
        "`extends`, and then replaces what it names again.",
        "policy sample version 1\n  effective 2026-01-01\n  currency EUR\n  timezone UTC\n\n"
        'include "other_policy.dun"\n' + _STAGE,
        "policy sample version 1\n  extends other_policy version 1\n  effective 2026-01-01\n"
        "  currency EUR\n  timezone UTC\n" + _STAGE,
    ),
)
