"""Performing a run: the facts are looked at again, and what changed is not done and says why."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from engine.io.file_drop import FileDrop
from engine.services.delivering import Sending
from engine.services.executing import execute
from engine.services.proposing import propose
from tests.engine.services.importing import taken
from tests.engine.services.people import trail
from tests.engine.services.publications import ANNA, NOW, new, put_in_force, refused, text
from tests.engine.services.running import (
    CARLA,
    CUSTOMERS,
    DAY,
    HEAD,
    INVOICES,
    LADDER,
    actions,
    company,
    drop,
    happens,
    letters,
    performed,
    proposed,
    said,
    states,
)

if TYPE_CHECKING:
    from engine.io.channels import Message
    from engine.services.actors import Refused
    from engine.services.executing import Execution
    from engine.store.database import Database

ONE = datetime.timedelta(days=1)
RULES = f"""\

exclude "taken out" when invoice.excluded
hold "disputed" while invoice.disputed
hold "promise to pay" while promise is pending
{LADDER}"""


def not_performed(database: Database, folder: Path, day: datetime.date = DAY) -> Refused:
    """Why a run is not performed."""
    sending = Sending(str(folder / "letters"), drop)
    return refused(execute(database, ANNA, day, lambda: NOW, sending))


@pytest.mark.parametrize(
    ("event", "why"),
    [
        ("2026-03-16,payment,R-3,80.00,EUR,,", "settled"),
        ("2026-03-16,credit,R-3,80.00,EUR,,", "settled"),
        ("2026-03-16,dispute,R-3,,,,", "held: disputed"),
        ("2026-03-16,exclude,R-3,,,,", "excluded: taken out"),
        ("2026-03-16,promise,R-3,80.00,EUR,2026-03-20,", "held: promise to pay"),
        ("2026-03-16,due_changed,R-3,,,,2026-03-15", "nothing is due before 2026-03-18 (reminder)"),
        (
            "2026-03-16,due_changed,R-3,,,,2026-03-10",
            "the due day was 2026-03-08 and is 2026-03-13",
        ),
        (
            "2026-03-10,payment,R-3,30.00,EUR,,",
            "the open amount was 80.00 EUR and is 50.00 EUR",
        ),
    ],
)
def test_what_changed_since_the_proposal_is_not_done_and_says_why(
    database: Database, tmp_path: Path, event: str, why: str
) -> None:
    company(database, tmp_path, RULES)
    proposed(database)
    file = tmp_path / "events.csv"
    file.write_text(f"date,kind,invoice,amount,currency,until,value\n{event}\n", encoding="utf-8")
    assert taken(database, "events", file).is_taken
    result = performed(database, tmp_path)
    assert result.withdrawn == (("R-3", why),)
    assert "R-3" not in result.performed
    assert actions(database)["R-3"].reason == why
    assert ("anna", "action withdrawn", "case R-3") in trail(database)
    assert not [each for each in letters(tmp_path) if "/C-2/" in each]


def test_what_says_something_else_now_goes_out_after_another_proposal(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path)
    proposed(database)
    happens(database, tmp_path, "2026-03-16,payment,R-3,30.00,EUR")
    assert performed(database, tmp_path).withdrawn
    assert proposed(database).changed == 1
    assert performed(database, tmp_path).performed == ("R-3",)


def test_a_version_that_takes_effect_in_between_changes_what_is_due(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path)
    proposed(database)
    put_in_force(database, text(2, "2026-03-01", LADDER, HEAD))
    result = performed(database, tmp_path)
    assert result.performed == ()
    assert dict(result.withdrawn)["R-3"] == "the version was 1 and is 2"
    proposed(database)
    assert sorted(performed(database, tmp_path).performed) == ["R-1", "R-2", "R-3"]
    assert {each.version for each in actions(database).values()} == {2}


def test_a_version_of_tomorrow_decides_tomorrow(database: Database, tmp_path: Path) -> None:
    company(database, tmp_path)
    put_in_force(database, text(2, "2026-03-17", LADDER, HEAD))
    proposed(database)
    proposed(database, DAY + ONE)
    assert actions(database)["R-1"].version == 1
    assert actions(database, DAY + ONE)["R-1"].version == 2


def test_who_gets_an_address_is_written_to_after_another_proposal(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path)
    proposed(database)
    action = actions(database)["R-4"]
    assert (action.state, action.reason) == ("blocked", "unreachable; no e-mail address")
    (tmp_path / "customers.csv").write_text(CUSTOMERS.replace("KG,DE,", "KG,DE,c@example.com"))
    assert taken(database, "customers", tmp_path / "customers.csv").is_taken
    assert "R-4" not in performed(database, tmp_path).performed
    assert proposed(database).changed == 1
    assert performed(database, tmp_path).performed == ("R-4",)


def test_what_is_held_without_an_address_is_blocked_when_it_is_let_go(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path)
    proposed(database)
    said(database, "hold", "R-4")
    assert states(database)["R-4"] == "held"
    said(database, "release", "R-4")
    assert states(database)["R-4"] == "blocked"


def test_an_address_that_is_lost_in_between_stops_the_letter(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path)
    proposed(database)
    (tmp_path / "customers.csv").write_text(CUSTOMERS.replace("b@example.com", ""))
    assert taken(database, "customers", tmp_path / "customers.csv").is_taken
    assert performed(database, tmp_path).withdrawn == (("R-3", "unreachable; no e-mail address"),)
    proposed(database)
    assert states(database)["R-3"] == "blocked"


# ---------------------------------------------------------------------------------------- days


def test_a_day_that_has_not_come_is_proposed_and_not_performed(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path)
    proposed(database, DAY + ONE)
    message = not_performed(database, tmp_path, DAY + ONE).message
    assert message == "2026-03-17 has not come yet, so nothing can be sent for that day"
    assert states(database, DAY + ONE)["R-1"] == "proposed"


def test_letters_wait_until_the_day_has_come_where_their_policy_holds(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path, head='  applies when customer.name is "Beta AG"\n')
    far = text(ladder=LADDER, more='  applies when customer.name is "Alpha GmbH"\n')
    far = far.replace("policy house", "policy far").replace("Europe/Berlin", "Asia/Tokyo")
    put_in_force(database, far)
    proposed(database, DAY + ONE)
    night = NOW.replace(hour=18)  # of the next day in Tokyo
    result = performed(database, tmp_path, DAY + ONE, night)
    assert (sorted(result.performed), result.withdrawn) == (["R-1", "R-2"], ())
    assert states(database, DAY + ONE)["R-3"] == "proposed"
    assert performed(database, tmp_path, DAY + ONE, NOW.replace(hour=23)).performed == ("R-3",)


def test_a_day_that_nobody_proposed_is_not_performed(database: Database, tmp_path: Path) -> None:
    company(database, tmp_path)
    assert not_performed(database, tmp_path).message == "no run was proposed for 2026-03-16"


def test_no_run_follows_for_a_day_before_one_that_was_performed(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path)
    proposed(database, DAY - ONE)
    proposed(database)
    performed(database, tmp_path)
    why = "the run of 2026-03-16 was executed already, so there is none for 2026-03-15 any more"
    assert not_performed(database, tmp_path, DAY - ONE).message == why
    assert refused(propose(database, ANNA, DAY - ONE, NOW)).message == why
    assert ("anna", "run executed", "run 2026-03-16") in trail(database)


def test_only_who_may_run_proposes_and_performs(database: Database, tmp_path: Path) -> None:
    company(database, tmp_path)
    assert refused(propose(database, CARLA, DAY, NOW)).code == "S201"
    proposed(database)
    sending = Sending(str(tmp_path / "letters"), drop)
    assert refused(execute(database, CARLA, DAY, lambda: NOW, sending)).code == "S201"


def test_nothing_is_run_without_a_policy(database: Database) -> None:
    message = refused(propose(database, ANNA, DAY, NOW)).message
    assert message == "no policy is published and approved, so there is nothing to run"


def test_a_run_of_yesterday_looks_at_what_happened_today(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path, RULES)
    proposed(database)
    happens(
        database,
        tmp_path,
        "2026-03-17,payment,R-1,250.00,EUR",
        "2026-03-17,payment,R-2,40.00,EUR",
        "2026-03-17,dispute,R-3,,",
        at=NOW + ONE,
    )
    result = performed(database, tmp_path, at=NOW + ONE)
    assert result.performed == ()
    assert dict(result.withdrawn) == {
        "R-1": "settled since",
        "R-2": "the open amount was 100.00 EUR and is 60.00 EUR on 2026-03-17",
        "R-3": "held: disputed since",
    }


def test_a_run_of_yesterday_goes_out_where_nothing_changed(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path)
    proposed(database)
    happens(database, tmp_path, "2026-03-17,payment,R-1,250.00,EUR", at=NOW + ONE)
    result = performed(database, tmp_path, at=NOW + ONE)
    assert sorted(result.performed) == ["R-2", "R-3"]
    (letter,) = [each for key, each in letters(tmp_path).items() if "/C-1/" in key]
    assert letter["total"] == {"amount": "100.00", "currency": "EUR"}


def test_a_fee_per_letter_is_not_lost_when_a_run_goes_out_late(
    database: Database, tmp_path: Path
) -> None:
    per_letter = "\nstage reminder\n  after 3 days overdue\n  by email\n  fee 2.00 EUR per letter\n"
    company(database, tmp_path, per_letter)
    proposed(database)
    happens(database, tmp_path, "2026-03-17,payment,R-1,250.00,EUR", at=NOW + ONE)
    result = performed(database, tmp_path, at=NOW + ONE)
    assert result.performed == ("R-3",)
    assert dict(result.withdrawn)["R-1"] == "settled since"
    assert dict(result.withdrawn)["R-2"] == "the fee was 0.00 EUR and is 2.00 EUR"
    proposed(database, DAY + ONE)
    again = performed(database, tmp_path, DAY + ONE, NOW + ONE)
    assert again.performed == ("R-2",)
    assert actions(database, DAY + ONE)["R-2"].decision["fee"]["amount"] == "2.00"


def test_nothing_else_is_begun_for_a_debtor_whose_letter_is_on_its_way(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path, head="  dun each account\n  letters per customer\n")
    proposed(database)
    meanwhile: list[Execution] = []

    class Watched(FileDrop):
        def deliver(self, message: Message) -> str:
            if not meanwhile:
                # An older invoice comes in, and with it the account has another first day.
                more = tmp_path / "more.csv"
                more.write_text(
                    f"{INVOICES.splitlines()[0]}\nR-9,C-1,2026-01-01,2026-02-20,9,EUR\n"
                )
                assert taken(database, "invoices", more).is_taken
                proposed(database)
                meanwhile.append(performed(database, tmp_path))
            return super().deliver(message)

    folder = str(tmp_path / "letters")
    sending = Sending(folder, lambda name: Watched(Path(name)), worker="elsewhere:1:a", at_a_time=1)
    new(execute(database, ANNA, DAY, lambda: NOW, sending))
    assert "C-1:EUR" not in meanwhile[0].performed
    assert [each for each in letters(tmp_path) if "/C-1/" in each] == ["2026-03-16/C-1/EUR/email"]
    proposed(database)
    assert performed(database, tmp_path).performed == ()
