"""Pages of the codes D52x: what running an example finds."""

from __future__ import annotations

from dunlang.codes.page import CodePage

_POLICY = """\
policy sample version 1
  effective 2026-01-01
  currency EUR
  timezone Europe/Berlin

stage reminder "Reminder"
  after 3 days overdue
  by email
  fee 5.00 EUR

example "a late payer"
  given invoice 100.00 EUR due 2026-03-02
"""


def _page(code: str, title: str, meaning: str, wrong: str, right: str) -> CodePage:
    return CodePage(
        code=code,
        title=title,
        meaning=meaning,
        wrong=_POLICY + wrong,
        right=_POLICY + right,
    )


PAGES: tuple[CodePage, ...] = (
    _page(
        "D520",
        "an expected action does not happen",
        "The example expects a stage on a day, and on that day the policy does something else or"
        " nothing. The message says what happens instead, or why the case rests. Either the"
        " expectation is wrong, or the policy does not do what you meant.",
        "  expect 2026-03-06 reminder\n",
        "  expect 2026-03-05 reminder\n",
    ),
    _page(
        "D521",
        "an action happens that the example does not expect",
        "Every action up to the last expectation of an example must be listed, so that nothing"
        " happens to a customer unseen.",
        "  expect nothing until 2026-03-31\n",
        "  expect 2026-03-05 reminder\n  expect nothing until 2026-03-31\n",
    ),
    _page(
        "D522",
        "an action happens, but not as expected",
        "The stage is executed on the day, but its channels, its fee or its deadline are not those"
        " of the expectation. What an expectation does not mention is not compared.",
        "  expect 2026-03-05 reminder by email fee 7.50 EUR\n",
        "  expect 2026-03-05 reminder by email fee 5.00 EUR\n",
    ),
    _page(
        "D523",
        "the case is not in the expected state",
        "The example expects the case to be held, excluded or settled on a day, and it is not."
        " The message says in which state it is.",
        "  expect 2026-03-05 reminder\n  expect settled on 2026-03-20\n",
        "  given payment 100.00 EUR on 2026-03-20\n"
        "  expect 2026-03-05 reminder\n  expect settled on 2026-03-20\n",
    ),
    _page(
        "D524",
        "a stage is executed that the example rules out",
        "`expect not STAGE` says that the stage is not executed while the example runs, and it is."
        " The message says on which day. Either the example or the policy is not as you mean it.",
        "  expect 2026-03-05 reminder\n  expect not reminder\n",
        "  given payment 100.00 EUR on 2026-03-03\n"
        "  expect not reminder\n  expect settled on 2026-03-03\n",
    ),
)
