"""Policies that extend others and include files: what the one tree holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dunlang.ast.policy import (
    ContactLimit,
    Currencies,
    Effective,
    Exclude,
    Extends,
    FeesAtMost,
    ForBlock,
    Grace,
    Guarantee,
    Hold,
    Include,
    Segment,
    Skip,
    Timezone,
    WithoutStage,
)
from dunlang.ast.stages import NoticeGap, Stage
from dunlang.compile import compile_source, read_source, shared_problems
from dunlang.composing.compose import compose
from dunlang.composing.library import Empty, Found
from dunlang.reading.parsing import parse
from dunlang.source import Source

if TYPE_CHECKING:
    from dunlang.ast.policy import Policy

BASE = """\
policy base version 1
  effective 2026-01-01
  currency EUR
  timezone Europe/Vienna
  grace 2 days

segment business when customer.kind is business

exclude "tiny"  when open amount < 5 EUR
exclude "state" when customer.kind is public_body
hold    "tiny"  while invoice.disputed

fees at most 40 EUR
at least 5 days between notices
contact at most 7 times in 7 days by phone, sms

stage reminder
  by email

stage notice
  after 7 days
  by post

stage final
  after 7 days
  by post

for business
  skip notice, final

for customer.kind is consumer
  stage final
    by phone

example "of the base"
  given invoice 100 EUR due 2026-03-02
  expect not final

guarantee "nothing twice"
  always: notices so far <= 9
  at final: notices so far <= 3
guarantee "late"
  at final: days overdue >= 14
"""
HEADER = "policy own version 1\n  extends base version 1\n"


@dataclass
class Texts(Empty):
    """A library of texts by file."""

    texts: dict[str, str] = field(default_factory=dict)

    def policy(self, policy: str, version: int, beside: Source) -> Found | None:
        return self.shared(f"{policy}/{version}.dun", beside)

    def shared(self, path: str, beside: Source) -> Found | None:
        known = path in self.texts and beside.text
        return Found(Source(path, self.texts[path])) if known else None


def composed(text: str, **more: str) -> Policy:
    """An own policy on top of `BASE`."""
    written, problems = parse(Source("own.dun", HEADER + text))
    assert written is not None
    texts = {name.replace("_", "/") + ".dun": body for name, body in more.items()}
    result, found = compose(written, Texts({"base/1.dun": BASE, **texts}))
    assert [*problems, *found] == []
    assert result is not None
    return result


def ladder(policy: Policy) -> list[str]:
    return [item.id.text for item in policy.items if isinstance(item, Stage)]


# --------------------------------------------------------------------------------- the header


def test_settings_are_inherited_and_those_named_again_replaced_but_the_day_is_a_versions_own() -> (
    None
):
    policy = composed("  currency EUR, CHF\n")
    assert policy.header.id.text == "own"
    settings = {type(each): each for each in policy.header.settings}
    assert set(settings) == {Timezone, Grace, Currencies}
    assert len(policy.header.settings) == len(settings)
    currency = settings[Currencies]
    assert isinstance(currency, Currencies)
    assert [code.text for code in currency.codes] == ["EUR", "CHF"]
    assert Effective not in settings
    assert Extends not in settings


# ---------------------------------------------------------------------------------- statements


def test_a_rule_named_again_is_replaced_where_it_stood_and_a_new_one_comes_last() -> None:
    policy = composed(
        '\nexclude "tiny" when open amount < 9 EUR\nexclude "new" when customer.excluded\n'
    )
    rules = [item for item in policy.items if isinstance(item, Exclude | Hold)]
    assert [(type(rule).__name__, rule.text.value) for rule in rules] == [
        ("Exclude", "tiny"),
        ("Exclude", "state"),
        ("Hold", "tiny"),
        ("Exclude", "new"),
    ]
    assert [rule.span.source.name for rule in rules] == [
        "own.dun",
        "base/1.dun",
        "base/1.dun",
        "own.dun",
    ]


def test_limits_are_replaced_each_by_its_own_kind() -> None:
    policy = composed(
        "\nfees at most 9 EUR\nat least 1 day between notices to a customer\n"
        "contact at most 1 time in 1 day by sms, phone\ncontact at most 2 times in 1 day by email\n"
    )
    kinds = (FeesAtMost, NoticeGap, ContactLimit)
    limits = [item.span.text for item in policy.items if isinstance(item, kinds)]
    assert limits == [
        "fees at most 9 EUR",
        "at least 5 days between notices",
        "contact at most 1 time in 1 day by sms, phone",
        "at least 1 day between notices to a customer",
        "contact at most 2 times in 1 day by email",
    ]


def test_an_exception_for_the_same_customers_is_replaced_as_a_whole() -> None:
    policy = composed("\nfor customer.kind is consumer\n  no fees\n")
    blocks = [item for item in policy.items if isinstance(item, ForBlock)]
    assert [block.condition.span.text for block in blocks] == [
        "business",
        "customer.kind is consumer",
    ]
    assert [item.span.text for item in blocks[1].items] == ["no fees"]


def test_examples_prove_their_own_policy_and_guarantees_are_inherited() -> None:
    policy = composed('\nguarantee "late"\n  at final: days overdue >= 9\n')
    assert "Example" not in {type(item).__name__ for item in policy.items}
    guarantees = [item for item in policy.items if isinstance(item, Guarantee)]
    assert [(each.title.value, each.span.source.name) for each in guarantees] == [
        ("nothing twice", "base/1.dun"),
        ("late", "own.dun"),
    ]


def test_a_line_of_the_tree_knows_the_text_it_stands_in() -> None:
    policy = composed("\nstage notice\n  by sms\n")
    stages = {item.id.text: item for item in policy.items if isinstance(item, Stage)}
    assert policy.span.source.name == "own.dun"
    assert stages["notice"].span.source.name == "own.dun"
    assert stages["reminder"].span.source.name == "base/1.dun"
    assert stages["reminder"].span.line == 17


# ------------------------------------------------------------------------------------ the ladder


def test_a_stage_written_again_keeps_its_place_and_none_of_its_clauses() -> None:
    policy = composed("\nstage notice\n  by sms\n")
    assert ladder(policy) == ["reminder", "notice", "final"]
    (notice,) = (i for i in policy.items if isinstance(i, Stage) and i.id.text == "notice")
    assert [clause.span.text for clause in notice.clauses] == ["by sms"]


def test_new_stages_come_last_or_after_the_stage_they_name() -> None:
    text = (
        '\nstage call after reminder\n  task "Call" by phone\nstage last\n  by post\n'
        "stage again after call\n  by sms\n"
    )
    assert ladder(composed(text)) == ["reminder", "call", "again", "notice", "final", "last"]


def test_a_stage_that_is_only_moved_keeps_title_and_clauses() -> None:
    policy = composed("\nstage reminder after notice\n")
    assert ladder(policy) == ["notice", "reminder", "final"]
    moved = next(i for i in policy.items if isinstance(i, Stage) and i.id.text == "reminder")
    assert [clause.span.text for clause in moved.clauses] == ["by email"]
    assert moved.after is None


def test_a_stage_left_out_is_gone_from_inherited_exceptions_and_guarantees_too() -> None:
    policy = composed("\nwithout stage final\n")
    assert ladder(policy) == ["reminder", "notice"]
    (block,) = (item for item in policy.items if isinstance(item, ForBlock))
    (skip,) = block.items
    assert isinstance(skip, Skip)
    assert [stage.text for stage in skip.stages] == ["notice"]
    (guarantee,) = (item for item in policy.items if isinstance(item, Guarantee))
    assert [claim.span.text for claim in guarantee.claims] == ["always: notices so far <= 9"]
    assert not any(isinstance(item, WithoutStage) for item in policy.items)


# ------------------------------------------------------------------------- several texts in a row


def test_a_policy_extends_one_that_extends_another() -> None:
    middle = (
        "policy base version 2\n  extends base version 1\n  effective 2026-02-01\n"
        'without stage final\nstage call after reminder\n  task "Call" by phone\n'
    )
    own = "policy own version 1\n  extends base version 2\n  effective 2026-03-01\n"
    own += '\nstage call\n  task "Call again" by phone\n\nstage last\n  by post\n'
    library = Texts({"base/1.dun": BASE, "base/2.dun": middle})
    plan, problems = compile_source(Source("own.dun", own), library)
    assert problems == []
    assert plan is not None
    assert [stage.id for stage in plan.base.stages] == ["reminder", "call", "notice", "last"]
    assert plan.source.name == "own.dun"
    assert plan.currencies == ("EUR",)


def test_what_is_included_stands_in_front_and_is_inherited_too() -> None:
    shared = 'segment rich when customer.tags has "rich"\nsegment poor when not rich\n'
    middle = (
        "policy base version 2\n  extends base version 1\n  effective 2026-02-01\n"
        'include "segments.dun"\nexclude "rich" when rich\n'
    )
    policy = composed(
        '\ninclude "law/de.dun"\nsegment poor when customer.tags has "poor"\n',
        base_2=middle,
        segments=shared,
        law_de="segment german when customer.country is DE\n",
    )
    names = [item.name.text for item in policy.items if isinstance(item, Segment)]
    assert names == ["business", "german", "poor"]
    written, _ = parse(
        Source(
            "own.dun", "policy own version 1\n  extends base version 2\nsegment poor when rich\n"
        )
    )
    assert written is not None
    library = Texts({"base/1.dun": BASE, "base/2.dun": middle, "segments.dun": shared})
    result, found = compose(written, library)
    assert found == []
    assert result is not None
    segments = {i.name.text: i.span.source.name for i in result.items if isinstance(i, Segment)}
    assert segments == {"business": "base/1.dun", "rich": "segments.dun", "poor": "own.dun"}
    assert not any(isinstance(item, Include) for item in result.items)


def test_a_policy_that_stands_alone_is_left_as_it_is() -> None:
    policy, _ = parse(Source("base.dun", BASE))
    assert policy is not None
    assert compose(policy, Texts()) == (policy, [])


def test_a_long_line_of_versions_is_followed_to_its_beginning() -> None:
    texts = {"base/1.dun": BASE}
    for version in range(2, 600):
        texts[f"base/{version}.dun"] = (
            f"policy base version {version}\n  extends base version {version - 1}\n"
            "  effective 2026-02-01\n"
        )
    plan, problems = compile_source(Source("x.dun", texts["base/599.dun"]), Texts(texts))
    assert problems == []
    assert plan is not None
    assert len(plan.base.stages) == 3


# --------------------------------------------------------------------- problems and where they are


def test_own_mistakes_are_found_at_once_with_those_that_come_of_what_is_inherited() -> None:
    text = HEADER + "  effective 2026-03-01\n  currency EUR, CHF\n\nstage last\n  by pots\n"
    checked, problems = read_source(Source("own.dun", text), Texts({"base/1.dun": BASE}))
    assert checked is None
    assert {(each.code, each.span.source.name) for each in problems} == {
        ("D211", "own.dun"),
        ("D301", "base/1.dun"),
    }
    inherited = next(each for each in problems if each.code == "D301")
    assert inherited.notes[-1] == (
        "this comes up in own version 1, which extends or includes this line"
    )


def test_a_broken_line_in_the_own_text_is_not_blamed_for_what_it_would_have_said() -> None:
    text = HEADER + "  effective 2026-03-01\n\nsegment rich wen customer.excluded\n"
    text += 'exclude "rich" when rich\n'
    _, problems = read_source(Source("own.dun", text), Texts({"base/1.dun": BASE}))
    assert [each.code for each in problems] == ["D024"]


def test_a_mistyped_extends_or_include_is_the_only_problem() -> None:
    extends = HEADER.replace("extends", "extnds") + "  effective 2026-03-01\n"
    extends += "without stage final\n\nfor business\n  stage notice\n    by sms\n"
    include = BASE + 'inculde "segments.dun"\nexclude "rich" when rich\n'
    for text in (extends, include, include.replace("inculde", "include at")):
        _, problems = read_source(Source("own.dun", text), Texts({"base/1.dun": BASE}))
        assert len(problems) == 1
    broken = BASE + 'exclude "rich" wen rich\nexclude "other" when poor\n'
    _, problems = read_source(Source("own.dun", broken), Texts())
    assert [each.span.text for each in problems] == ["wen", "poor"]


def test_what_others_use_or_not_is_no_matter_of_a_policy_that_includes_it() -> None:
    shared = "fact customer.x : number\nsegment nobody when customer.x > 5\n"
    text = BASE + 'include "s.dun"\n'
    assert read_source(Source("b.dun", text), Texts({"s.dun": shared}))[1] == []


# ------------------------------------------------------------------------------ a shared file alone


def test_a_shared_file_is_checked_alone_as_far_as_that_is_possible() -> None:
    text = (
        "fact customer.risk : one of (low, high) default hihg\n"
        "segment risky when customer.risk is high\n"
        "segment risky when customer.score > 3\n"
        "segment odd when customer.risk > 3 EUR\n"
        'guarantee "free"\n  at reminder for unknown_segment: fee is 0 EUR | 0 CHF\n'
    )
    problems = shared_problems(Source("s.dun", text))
    assert [(each.code, each.span.line) for each in problems if each.severity == "error"] == [
        ("D204", 1),
        ("D103", 3),
        ("D206", 4),
    ]


def test_names_that_a_shared_file_leaves_to_its_policies_are_no_mistake() -> None:
    text = 'segment late when customer.score > 3 and rich\nguarantee "g"\n  at notice: late\n'
    assert shared_problems(Source("s.dun", text)) == []
