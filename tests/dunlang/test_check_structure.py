"""The header, names, stages, exceptions: what is missing, twice, or cannot be meant."""

from __future__ import annotations

import pytest

from dunlang.ast.expressions import Choice
from dunlang.ast.policy import ForBlock
from tests.dunlang.checking import checked, found, problems_of

STAGE = "\nstage reminder\n  by email\n"


def header(*settings: str, version: str = "1") -> str:
    lines = ["effective 2026-01-01", "currency EUR", "timezone Europe/Berlin", *settings]
    return f"policy sample version {version}\n" + "".join(f"  {line}\n" for line in lines) + STAGE


# ------------------------------------------------------------------- the header


def test_date_and_currency_are_required_and_the_timezone_is_missed() -> None:
    problems = problems_of(f"policy sample version 1{STAGE}")
    assert {(problem.code, problem.span.text, problem.hint) for problem in problems} == {
        ("D101", "sample", "add 'currency EUR' under it"),
        ("D101", "sample", "add 'effective 2026-01-01' under it"),
        ("W101", "sample", "add 'timezone Europe/Berlin' under it"),
    }


@pytest.mark.parametrize(
    "settings",
    [
        ("calendar DE",),
        ("calendar DE-BY",),
        ("calendar TARGET",),
        ("calendar GB-SCT",),
        ("grace 0 days",),
        ("grace 2 business days", "run on business days", "round half even"),
        ("dun each invoice", "letters per customer"),
        ("late runs go one stage at a time", "running cases move to this version"),
    ],
)
def test_settings_that_make_sense_are_accepted(settings: tuple[str, ...]) -> None:
    assert found(header(*settings)) == []


@pytest.mark.parametrize(
    ("setting", "code", "words"),
    [
        ("currency CHF", "D102", "currency CHF"),
        ("effective 2026-02-01", "D102", "effective 2026-02-01"),
        ("timezone UTC", "D102", "timezone UTC"),
        ("calendar Bavaria", "D214", "Bavaria"),
        ("calendar UK", "D214", "UK"),
        ("calendar DEBY", "D214", "DEBY"),
        ("grace 9999 days", "D113", "9999 days"),
    ],
)
def test_a_setting_that_makes_none_is_reported(setting: str, code: str, words: str) -> None:
    assert found(header(setting)) == [(code, words)]


@pytest.mark.parametrize("zone", ["Europe/Berln", "Berlin", "CESTX"])
def test_a_timezone_has_a_name_of_the_iana_database(zone: str) -> None:
    text = header().replace("Europe/Berlin", zone)
    (problem,) = problems_of(text)
    assert (problem.code, problem.span.text) == ("D213", zone)
    assert problem.hint == ("" if zone == "CESTX" else "did you mean 'Europe/Berlin'?")


def test_a_currency_that_is_none_is_one_mistake_wherever_amounts_use_it() -> None:
    text = header().replace("EUR", "EUX") + "fees at most 3.00 EUX\n"
    assert found(text) == [("D212", "EUX"), ("D212", "EUX")]
    assert found(header().replace("EUR", "EUX") + "fees at most 3.00 EUR\n") == [("D212", "EUX")]


def test_a_version_counts_from_one() -> None:
    assert found(header(version="0")) == [("D110", "0")]


def test_a_policy_without_stages_is_warned_about() -> None:
    assert found(header().replace(STAGE, "")) == [("W102", "sample")]


# ------------------------------------------------------------------------ names


@pytest.mark.parametrize(
    "declaration",
    [
        'fact customer.risk : number\nexclude "a" when customer.risk > 1\n',
        'segment risk when open amount > 1 EUR\nexclude "a" when risk\n',
        "stage risk\n  by email\n",
    ],
)
def test_every_name_is_declared_once(declaration: str) -> None:
    assert [code for code, _ in found(declaration + declaration)] == ["D103"]


def test_a_built_in_fact_is_not_declared_again() -> None:
    assert found("fact customer.tags : text\n") == [("D105", "customer.tags")]


@pytest.mark.parametrize(
    ("type_", "default"),
    [
        ("money", "5 EUR"),
        ("number", "2.5"),
        ("percent", "5%"),
        ("text", '"x"'),
        ("date", "2026-01-01"),
        ("yes/no", "no"),
        ("one of (low, high)", "low"),
    ],
)
def test_a_default_is_of_the_type_of_its_fact(type_: str, default: str) -> None:
    used = 'exclude "a" when customer.x is customer.x\n'
    assert found(f"fact customer.x : {type_} default {default}\n{used}") == []
    wrong = '"y"' if type_ != "text" else "5"
    assert found(f"fact customer.x : {type_} default {wrong}\n{used}") == [("D215", wrong)]


def test_the_default_of_a_choice_is_one_of_its_choices() -> None:
    text = 'fact customer.x : one of (low, high) default {}\nexclude "a" when customer.x is low\n'
    assert found(text.format("hihg")) == [("D204", "hihg")]
    fact = checked(text.format("high")).facts["customer.x"]
    assert fact.default == Choice("high", span=fact.span)


# ----------------------------------------------------------------------- stages


@pytest.mark.parametrize(
    "clauses",
    [
        "after 1 day overdue\n  by email",
        "from 3 days before due\n  by email",
        "after 0 days\n  by email else post and sms",
        "after 7 days and 14 business days overdue\n  by post",
        "after 0 days overdue at the end of that month\n  by post",
        'after 2 weeks since invoice date\n  task "Call" by phone',
        'after 1 month\n  hand over to "Lawyer"\n  suggest only',
        "by email\n  pay within 0 days\n  needs approval by manager",
        'task "Agree a date"\n  pay within 5 days',
        "by email\n  at least 0 days between notices",
        'by email\n  fee 5% of open amount + 2 EUR at most 20 EUR once\n  template "x"',
    ],
)
def test_a_stage_that_makes_sense_is_accepted(clauses: str) -> None:
    assert found(f"stage one\n  {clauses}\n") == []


@pytest.mark.parametrize(
    ("clauses", "code", "words"),
    [
        ("after 3 days", "D109", "one"),
        ("fee 5 EUR", "D109", "one"),
        ("after 0 days overdue\n  by email", "D113", "0 days"),
        ("from 0 days before due\n  by email", "D113", "0 days"),
        ("after 4000 days\n  by email", "D113", "4000 days"),
        ("after 3 days since one\n  by email", "D108", "one"),
        ("after 3 days since last_one\n  by email", "D108", "last_one"),
        ("after 3 days since first\n  by email", "D106", "first"),
        ("by emial", "D211", "emial"),
        ("by email else letter", "D211", "letter"),
        ('task "Call" by hpone', "D211", "hpone"),
        ("by email and email", "D115", "email"),
        ("by email\n  by post", "D104", "by post"),
        ("by email\n  draft only\n  suggest only", "D104", "suggest only"),
        ("by email\n  fee 5 EUR\n  no fee", "D104", "no fee"),
        ('task "a"\n  template "a"', "W103", 'template "a"'),
        ('task "a"\n  at least 3 days between notices', "W103", None),
    ],
)
def test_a_stage_that_makes_none_is_reported(clauses: str, code: str, words: str | None) -> None:
    text = f"stage one\n  {clauses}\n\nstage last_one\n  by post\n"
    assert found(text) == [(code, words or clauses.rsplit("\n  ", maxsplit=1)[-1])]


# ------------------------------------------------------------------- exceptions

LADDER = "stage reminder\n  by email\n\nstage final\n  after 7 days\n  by post\n\n"


@pytest.mark.parametrize(
    "lines",
    [
        "skip reminder, final",
        "no fees",
        "wait 3 days longer",
        "wait 1 week shorter\n  grace 5 days\n  fees at most 3 EUR",
        'exclude "a" when invoice.disputed\n  exclude "b" when promise is none',
        "at least 3 days between notices",
        "stage final\n    by email\n    no fee\n  stage reminder\n    after 5 days overdue",
        "stage final\n    after 3 days since reminder",
    ],
)
def test_an_exception_that_makes_sense_is_accepted(lines: str) -> None:
    assert found(f"{LADDER}for customer.kind is business\n  {lines}\n") == []


@pytest.mark.parametrize(
    ("lines", "code", "words"),
    [
        ("skip remider", "D106", "remider"),
        ("skip final, final", "D115", "final"),
        ("skip final\n  stage final\n    by email", "D401", "final"),
        ("stage finale\n    by email", "D106", "finale"),
        ('stage final "Last"\n    by email', "D107", '"Last"'),
        ("stage final\n    by email\n  stage final\n    no fee", "D103", "final"),
        ("stage final", "D114", "final"),
        ("stage final\n    by email\n    by post", "D104", "by post"),
        ("stage reminder\n    after 3 days since final", "D108", "final"),
        ("stage final\n    by fax", "D211", "fax"),
        ("stage final\n    fee 3 CHF", "D302", "3 CHF"),
        ("stage final\n    when foo", "D202", "foo"),
        ('exclude "a" when foo', "D202", "foo"),
        ("no fees\n  no fees", "D102", "no fees"),
        ("wait 3 days longer\n  wait 3 days shorter", "D102", "wait 3 days shorter"),
        ("wait 0 days longer", "D113", "0 days"),
        ("fees at most 3 CHF", "D302", "3 CHF"),
    ],
)
def test_an_exception_that_makes_none_is_reported(lines: str, code: str, words: str) -> None:
    assert found(f"{LADDER}for customer.kind is business\n  {lines}\n") == [(code, words)]


@pytest.mark.parametrize(
    ("dates", "problem"),
    [
        ("from 2026-03-01 until 2026-03-01", []),
        ("until 2026-01-01", []),
        ("from 2026-03-01 until 2026-02-28", [("D111", "2026-02-28")]),
        ("until 2025-12-31", [("W403", "2025-12-31")]),
    ],
)
def test_an_exception_ends_after_it_begins_and_while_the_policy_is_in_force(
    dates: str, problem: list[tuple[str, str]]
) -> None:
    assert found(f"{LADDER}for customer.kind is business {dates}\n  no fees\n") == problem


@pytest.mark.parametrize(
    ("declaration", "warning"),
    [
        ("segment big when open amount > 5 EUR\n", ("W401", "big")),
        ("fact customer.risk : number\n", ("W402", "customer.risk")),
    ],
)
def test_what_is_declared_and_never_used_is_warned_about(
    declaration: str, warning: tuple[str, str]
) -> None:
    assert found(declaration) == [warning]


@pytest.mark.parametrize("end", ["  )", "  )  # for all of them", "  ) until 2026-12-31"])
def test_a_parenthesis_that_closes_on_a_line_of_its_own_is_no_lost_line(end: str) -> None:
    who = "    customer.kind is business\n    and customer.country is DE"
    text = f"{header()}\nfor (\n{who}\n{end}\n  no fees\n  stage reminder\n    draft only\n"
    (block,) = (item for item in checked(text).policy.items if isinstance(item, ForBlock))
    assert len(block.items) == 2
