"""What policies extend, include and look up is found around them."""

from __future__ import annotations

from pathlib import Path

import pytest

from dunlang.source import Source
from engine.services.policies import Policies, load_policies, read_policies
from engine.services.shipped import shipped_policies

BASE = """\
policy base version 1
  effective 2026-01-01
  applies when customer.country is AT
  currency EUR
  timezone Europe/Vienna

stage reminder
  by email
"""
OWN = """\
policy own version 1
  extends base version 1
  effective 2026-01-01
  applies when customer.country is DE

stage last
  after 7 days
  by post
"""
SEGMENTS = 'segment rich when customer.tags has "rich"\n'
INCLUDING = BASE + '\ninclude "segments.dun"\n\nexclude "rich" when rich\n'
CHARGING = BASE + '\nrate base from "house"\n\ninterest base + 9 pp\n\nclaim interest when paid\n'
TABLE = "from,percent\n2020-01-01,1.00\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder with a folder of policies."""
    monkeypatch.chdir(tmp_path)
    Path("policies").mkdir()
    return tmp_path


def write(files: dict[str, str]) -> None:
    for name, text in files.items():
        file = Path(name)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def problems(found: Policies) -> list[tuple[str, str]]:
    return [(each.code, Path(each.span.source.name).as_posix()) for each in found.problems]


# ------------------------------------------------------------------------------------- extends


def test_a_policy_to_extend_is_found_beside_the_policys_folder(folder: Path) -> None:
    write({"policies/base/1.dun": BASE, "policies/own/1.dun": OWN})
    for path in (Path("policies"), Path("policies/own/1.dun"), folder / "policies/own"):
        found = read_policies([path])
        assert found.problems == ()
        plan = next(plan for plan in found.plans if plan.id == "own")
        assert [stage.id for stage in plan.base.stages] == ["reminder", "last"]


@pytest.mark.usefixtures("folder")
def test_a_policy_to_extend_is_found_from_inside_its_folder(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write({"policies/base/1.dun": BASE, "policies/own/1.dun": OWN})
    monkeypatch.chdir("policies/own")
    assert read_policies([Path("1.dun")]).problems == ()


@pytest.mark.usefixtures("folder")
def test_a_policy_to_extend_may_be_any_text_that_is_read_together_with_it() -> None:
    write({"policies/one.dun": BASE, "policies/two.dun": OWN})
    assert read_policies([Path("policies")]).problems == ()
    assert problems(read_policies([Path("policies/two.dun")])) == [("D150", "policies/two.dun")]


@pytest.mark.usefixtures("folder")
def test_standard_input_extends_what_lies_in_the_folder_of_policies() -> None:
    write({"policies/base/1.dun": BASE})
    assert load_policies([Source("<stdin>", OWN)]).problems == ()


@pytest.mark.usefixtures("folder")
def test_a_shipped_policy_can_be_extended_by_its_name_alone() -> None:
    own = OWN.replace("base version 1", "de_standard version 3")
    own = own.replace("is DE", "is LU").replace("stage last", "stage very_last")
    write({"policies/own/1.dun": own})
    found = read_policies([Path("policies")])
    assert [each for each in found.problems if each.severity == "error"] == []
    (plan,) = found.plans
    assert plan.base.stages[0].span.source.name.startswith(str(shipped_policies()))


@pytest.mark.usefixtures("folder")
def test_a_mistake_in_an_inherited_line_is_told_once_and_where_it_stands() -> None:
    wrong = BASE.replace("by email", "by pots")
    more = OWN.replace("policy own", "policy more").replace("is DE", "is CH")
    write({"policies/base/1.dun": wrong, "policies/own/1.dun": OWN, "policies/more/1.dun": more})
    found = read_policies([Path("policies")])
    assert problems(found) == [("D211", "policies/base/1.dun")]
    assert found.plans == ()
    alone = read_policies([Path("policies/own"), Path("policies/more")])
    assert problems(alone) == [("D211", "policies/base/1.dun")]
    assert len(alone.problems[0].notes) == len(found.problems[0].notes) + 1


@pytest.mark.usefixtures("folder")
def test_what_is_wrong_only_on_top_of_a_policy_does_not_make_that_policy_unusable() -> None:
    chf = OWN.replace("  applies", "  currency CHF\n  applies")
    charging = BASE.replace("by email", "by email\n  fee 5 EUR")
    write({"policies/base/1.dun": charging, "policies/own/1.dun": chf})
    found = read_policies([Path("policies")])
    assert {file for _, file in problems(found)} == {"policies/base/1.dun"}
    assert [plan.id for plan in found.plans] == ["base"]


@pytest.mark.usefixtures("folder")
def test_a_policy_to_extend_that_is_no_text_is_said_to_have_errors() -> None:
    write({"policies/own/1.dun": OWN})
    Path("policies/base").mkdir()
    Path("policies/base/1.dun").write_bytes(b"policy base \xff\xfe\n")
    assert problems(read_policies([Path("policies/own")])) == [("D152", "policies/own/1.dun")]


# ------------------------------------------------------------------------------------- include


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("place", ["policies/base/segments.dun", "policies/segments.dun"])
def test_a_file_to_include_is_found_beside_the_policy_and_in_the_folder_above(place: str) -> None:
    write({"policies/base/1.dun": INCLUDING, place: SEGMENTS})
    assert read_policies([Path("policies")]).problems == ()
    assert read_policies([Path("policies/base/1.dun")]).problems == ()


@pytest.mark.usefixtures("folder")
def test_the_file_beside_the_policy_goes_before_the_one_above() -> None:
    write(
        {
            "policies/base/1.dun": INCLUDING,
            "policies/base/segments.dun": SEGMENTS,
            "policies/segments.dun": "segment poor when customer.excluded\n",
        }
    )
    assert read_policies([Path("policies")]).problems == ()


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("name", ["../outside.dun", "/etc/hosts", "missing.dun", ""])
def test_a_file_elsewhere_is_not_included(name: str) -> None:
    write({"outside.dun": SEGMENTS, "policies/base/1.dun": INCLUDING})
    text = INCLUDING.replace("segments.dun", name)
    assert problems(load_policies([Source("policies/base/1.dun", text)])) == [
        ("D153", "policies/base/1.dun")
    ]


@pytest.mark.usefixtures("folder")
def test_a_shared_file_among_policies_is_checked_alone() -> None:
    write({"policies/base/1.dun": BASE, "policies/segments.dun": SEGMENTS + SEGMENTS})
    found = read_policies([Path("policies")])
    assert problems(found) == [("D103", "policies/segments.dun")]
    assert [source.name for source in found.sources] == [
        "policies/base/1.dun",
        "policies/segments.dun",
    ]
    assert [plan.id for plan in found.plans] == ["base"]


# -------------------------------------------------------------------------------- tables of rates


@pytest.mark.usefixtures("folder")
def test_a_folder_is_no_table_and_is_not_proposed_as_one() -> None:
    write({"policies/base/1.dun": CHARGING})
    Path("policies/rates/house.csv").mkdir(parents=True)
    (problem,) = read_policies([Path("policies")]).problems
    assert (problem.code, problem.hint) == ("D224", "")


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("place", ["policies/base/rates/house.csv", "policies/rates/house.csv"])
def test_a_table_of_rates_is_found_beside_the_policy_and_in_the_folder_above(place: str) -> None:
    write({"policies/base/1.dun": CHARGING, place: TABLE})
    found = read_policies([Path("policies")])
    assert found.problems == ()
    assert set(found.tables) == {"house"}
    (version,) = found.together().versions["base"]
    assert version.rate_table("house") is not None


@pytest.mark.usefixtures("folder")
def test_a_shipped_table_of_rates_is_found_from_everywhere() -> None:
    text = CHARGING.replace('"house"', '"de-basiszinssatz"')
    assert load_policies([Source("<stdin>", text)]).problems == ()


@pytest.mark.usefixtures("folder")
def test_a_policys_own_table_goes_before_that_of_the_text_it_extends() -> None:
    write(
        {
            "policies/rates/house.csv": TABLE,
            "elsewhere/own/1.dun": OWN,
            "elsewhere/base/1.dun": CHARGING,
            "elsewhere/rates/house.csv": TABLE.replace("1.00", "2.00"),
        }
    )
    found = read_policies([Path("elsewhere/own")])
    assert found.problems == ()
    (version,) = found.together().versions["own"]
    table = version.rate_table("house")
    assert table is not None
    assert [str(percent) for _, percent in table.rows] == ["2.00"]


@pytest.mark.usefixtures("folder")
def test_a_missing_table_of_rates_is_told_at_the_words_with_what_was_meant() -> None:
    write({"policies/base/1.dun": CHARGING, "policies/rates/hose.csv": TABLE})
    (problem,) = read_policies([Path("policies")]).problems
    assert (problem.code, problem.span.text, problem.hint) == (
        "D224",
        '"house"',
        "did you mean 'hose'?",
    )


@pytest.mark.usefixtures("folder")
def test_a_table_of_exchange_rates_that_is_missing_is_told_at_the_words() -> None:
    text = BASE.replace("by email", 'by email\n  fee 5 EUR converted by "daily"')
    text = text.replace("currency EUR", "currency EUR, CHF")
    assert problems(load_policies([Source("policies/base/1.dun", text)])) == [
        ("D224", "policies/base/1.dun")
    ]


@pytest.mark.usefixtures("folder")
def test_a_table_of_rates_that_is_wrong_is_told_in_its_own_file_and_the_policy_is_not_used() -> (
    None
):
    write({"policies/base/1.dun": CHARGING, "policies/rates/house.csv": TABLE + TABLE[13:]})
    found = read_policies([Path("policies")])
    assert problems(found) == [("R105", "policies/rates/house.csv")]
    assert not found.usable
    assert found.plans == ()


@pytest.mark.usefixtures("folder")
def test_one_name_is_one_table_in_all_policies_that_are_read_together() -> None:
    other = CHARGING.replace("policy base", "policy other").replace("is AT", "is DE")
    write(
        {
            "policies/base/1.dun": CHARGING,
            "policies/base/rates/house.csv": TABLE,
            "policies/other/1.dun": other,
            "policies/other/rates/house.csv": TABLE,
        }
    )
    assert read_policies([Path("policies")]).problems == ()
    write({"policies/other/rates/house.csv": TABLE.replace("1.00", "2.00")})
    assert problems(read_policies([Path("policies")])) == [("D225", "policies/other/1.dun")]
