"""Pages of the codes D4xx and W: what contradicts itself, and warnings."""

from __future__ import annotations

from dunlang.codes.page import CodePage

PAGES: tuple[CodePage, ...] = (
    CodePage(
        "D401",
        "an exception skips a stage and changes it",
        "A stage that is skipped for these cases is never executed for them, so it makes no "
        "difference how it would look. One of the two is not meant.",
        "for customer.kind is public_body\n  skip reminder\n  stage reminder\n    by post\n",
        "for customer.kind is public_body\n  stage reminder\n    by post\n",
    ),
    CodePage(
        "D402",
        "two policies cover the same case",
        "For one case on one day exactly one policy may apply: with two, nobody could say which "
        "ladder it climbs. The message names a customer whom both cover on a day on which both are "
        "in force. Say in `applies when` of one of them what tells its cases from the other's. A "
        "fact that is missing makes a comparison fail on both sides, so `is unknown` belongs to "
        "one of them.",
        "policy sample version 1\n  effective 2026-01-01\n"
        "  applies when customer.country in (DE, AT)\n  currency EUR\n  timezone Europe/Berlin\n\n"
        "stage reminder\n  by email\n",
        "policy sample version 1\n  effective 2026-01-01\n"
        "  applies when customer.country is AT\n  currency EUR\n  timezone Europe/Berlin\n\n"
        "stage reminder\n  by email\n",
    ),
    CodePage(
        "W101",
        "no timezone",
        "A day begins at midnight of some place. Without a `timezone` line that is UTC, which for "
        "most companies is an hour or more away from their own midnight: a payment of the evening "
        "would count on another day.",
        "policy sample version 1\n  effective 2026-01-01\n  currency EUR\n\n"
        "stage reminder\n  by email\n",
        "policy sample version 1\n  effective 2026-01-01\n  currency EUR\n"
        "  timezone Europe/Berlin\n\nstage reminder\n  by email\n",
    ),
    CodePage(
        "W102",
        "a policy without stages",
        "A policy without stages is allowed: it takes its cases and leaves them alone. If that is "
        "not meant, the ladder is missing.",
        "policy sample version 1\n  effective 2026-01-01\n  currency EUR\n"
        "  timezone Europe/Berlin\n",
        "policy sample version 1\n  effective 2026-01-01\n  currency EUR\n"
        "  timezone Europe/Berlin\n\nstage reminder\n  by email\n",
    ),
    CodePage(
        "W103",
        "a clause about a notice in a stage that sends none",
        "`template`, `at least ... between notices` and `per letter` say something about a notice. "
        "This stage sends none, so they change nothing. Add `by` and a channel, or leave them out.",
        'stage call\n  task "Call the customer" by phone\n  template "call"\n',
        'stage call\n  task "Call the customer" by phone\n',
    ),
    CodePage(
        "W201",
        "asking whether something is known that always is",
        "Some facts exist for every case, and a fact with a default is never unknown, because the "
        "default takes the place of a missing value. The question always has the same answer.",
        'exclude "no due date" when invoice.due is unknown\n',
        'exclude "no country" when customer.country is unknown\n',
    ),
    CodePage(
        "W401",
        "a segment that is never used",
        "Nothing in the policy asks for this segment. Perhaps an exception for it is missing, or "
        "its name is mistyped where it should be used.",
        "segment big when open amount >= 500 EUR\n",
        "segment big when open amount >= 500 EUR\n\nfor big\n  no fees\n",
    ),
    CodePage(
        "W402",
        "a fact that is never used",
        "No condition of the policy looks at this fact, so it makes no difference to any case.",
        "fact customer.risk : one of (low, high)\n",
        'fact customer.risk : one of (low, high)\n\nexclude "no risk" when customer.risk is low\n',
    ),
    CodePage(
        "W403",
        "an exception that has ended before the policy is in force",
        "The last day of the exception lies before the effective date, so under this version it "
        "never applies. It was perhaps taken over from an earlier version.",
        "for customer.kind is business until 2025-12-31\n  no fees\n",
        "for customer.kind is business until 2026-12-31\n  no fees\n",
    ),
    CodePage(
        "W404",
        "two exceptions that disagree",
        "A case can be in both exceptions, and they say different things about the same setting. "
        "The one written later wins. If one of the two were the narrower that would be plain to a "
        "reader; here each also covers cases of its own, so it is easily meant otherwise. Say what "
        "holds for those who are in both, in an exception of their own below.",
        "for customer.kind is business\n  wait 7 days longer\n\n"
        "for customer.country is AT\n  wait 14 days longer\n",
        "for customer.kind is business\n  wait 7 days longer\n\n"
        "for customer.country is AT\n  wait 14 days longer\n\n"
        "for customer.kind is business and customer.country is AT\n  wait 14 days longer\n",
    ),
    CodePage(
        "W405",
        "a segment that nobody can be in",
        "No customer and no invoice can meet this condition: its parts exclude one another. Most "
        "often `or` was meant where `and` stands, or a bound has the wrong sign.",
        "segment neighbour when customer.country is AT and customer.country is CH\n\n"
        "for neighbour\n  no fees\n",
        "segment neighbour when customer.country is AT or customer.country is CH\n\n"
        "for neighbour\n  no fees\n",
    ),
    CodePage(
        "W406",
        "a rate that is never used",
        "No `interest` line of the policy uses this rate, so it makes no difference to any case.",
        'rate base_rate from "de-basiszinssatz"\n\nfees at most 40.00 EUR\n',
        "fees at most 40.00 EUR\n",
    ),
)
