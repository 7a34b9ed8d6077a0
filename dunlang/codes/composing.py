"""Pages for policies of several texts: `extends`, `include`, and what follows a version."""

from __future__ import annotations

from dunlang.codes.page import CodePage

_HEADER = "  effective 2026-07-01\n  currency EUR\n  timezone Europe/Berlin\n"
_CHARGED = "\ninterest base_rate + 9 pp\n\nclaim interest when paid\n"

PAGES: tuple[CodePage, ...] = (
    CodePage(
        "D150",
        "the policy to extend is not there",
        "`extends NAME version N` starts from another policy, which lies in `policies/NAME/N.dun`. "
        "It names the version, so that a newer one does not change this policy behind its author's "
        "back.",
        f"policy sample version 1\n  extends house_rules version 3\n{_HEADER}",
        f"policy sample version 1\n  extends house_rules version 2\n{_HEADER}",
    ),
    CodePage(
        "D151",
        "policies extend one another in a circle",
        "Of the policies that extend one another, one must stand alone: a circle has no first "
        "text to start from. Most often a number is wrong, and an earlier version was meant.",
        f"policy sample version 2\n  extends sample version 2\n{_HEADER}",
        f"policy sample version 2\n  extends sample version 1\n{_HEADER}",
    ),
    CodePage(
        "D152",
        "the text that is extended or included has errors",
        "A policy that starts from another, or includes a file, can only be checked once that text "
        "is right. Its first error is shown beside the line that names it.",
        'include "mistyped.dun"\n',
        'include "segments.dun"\n',
    ),
    CodePage(
        "D153",
        "the file to include is not there",
        'A file of `include "NAME"` is looked for beside the policy, then in the folder above it, '
        "then among the files that come with dun. The name is written as on disk, with its ending "
        "and with / between folders.",
        'include "segmnets.dun"\n',
        'include "segments.dun"\n',
    ),
    CodePage(
        "D154",
        "a file is included twice",
        "A file declares its facts, rates, segments and guarantees once. Twice, every name in it "
        "would be declared two times.",
        'include "segments.dun"\ninclude "segments.dun"\n',
        'include "segments.dun"\n',
    ),
    CodePage(
        "D155",
        "the order of the ladder is changed, and there is no other policy",
        "`without stage X` and `stage X after Y` change the ladder of the policy that this one "
        "extends. In a policy that stands alone, the stages run in the order written.",
        "stage notice after reminder\n  by post\n\nstage reminder\n  by email\n",
        "stage reminder\n  by email\n\nstage notice\n  by post\n",
    ),
    CodePage(
        "D156",
        "a stage is left out twice, or left out and written again",
        "`without stage X` takes a stage out of the ladder that is inherited. To change a stage, "
        "write it again under its name: it is replaced where it stands.",
        f"policy sample version 2\n  extends sample version 1\n{_HEADER}\n"
        "without stage notice\n\nstage notice\n  by post\n",
        f"policy sample version 2\n  extends sample version 1\n{_HEADER}\n"
        "stage notice\n  by post\n",
    ),
    CodePage(
        "D157",
        "a version duns something else while the cases of the one before still run",
        "One version duns invoices, the next one accounts (or splits accounts by something else), "
        "and its running cases stay with their version. Then an invoice would be dunned twice: by "
        "the old version alone, and by the new one as a part of its account. Let the cases move, "
        "or publish a policy of its own.",
        f"policy sample version 2\n{_HEADER}  dun each account\n"
        "  running cases stay with their version\n\nstage reminder\n  by email\n",
        f"policy sample version 2\n{_HEADER}  dun each account\n"
        "  running cases move to this version\n\nstage reminder\n  by email\n",
    ),
    CodePage(
        "D224",
        "there is no such table of rates",
        'The figures of `rate NAME from "TABLE"` and of `converted by "TABLE"` stand in a file '
        "`rates/TABLE.csv`, beside the policy or in the folder above it. Some tables come with "
        "dun. A rate is never guessed: without the table the policy cannot decide.",
        'rate base_rate from "de-basiszinsatz"\n' + _CHARGED,
        'rate base_rate from "de-basiszinssatz"\n' + _CHARGED,
    ),
    CodePage(
        "D225",
        "a table of rates means two things",
        "Two policies that are read together name a table of rates, and each has a file of that "
        "name with other figures beside it. A decision names the table that it used, so one name "
        "must stand for one table.",
        'rate base_rate from "base"\n' + _CHARGED,
        'rate base_rate from "house-base"\n' + _CHARGED,
    ),
)
