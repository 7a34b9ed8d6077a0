"""`dun audit show --case`: what happened to an invoice, for somebody who was not there."""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING

import pytest

from engine.services.cancelling import cancel
from engine.services.reviewing import review
from engine.store.database import connect
from tests.engine.cli.accounts import fine
from tests.engine.cli.command import dun
from tests.engine.services.publications import ANNA, NOW, new
from tests.engine.services.running import DAY, company, happens, performed, proposed

if TYPE_CHECKING:
    from pathlib import Path

LATER = datetime.timedelta(days=14)

STORY = """\
R-1  Alpha GmbH (C-1)
2026-02-01 00:00   invoice R-1 over 250.00 EUR, due 2026-03-02
2026-03-16 00:00   payment of 50.00 EUR
2026-03-16 09:30   anna: reminder is proposed under house 1 by email, 250.00 EUR open
                   house/1.dun:1  policy house version 1 - in force since 2026-01-01
                   house/1.dun:1  policy house version 1 - the ladder opens on 2026-03-03
                   house/1.dun:8  after 3 days overdue - earliest 2026-03-05
                   house/1.dun:7  stage reminder - so this is executed today
                   house/1.dun:9  by email - goes by email
"""


@pytest.mark.usefixtures("quick_passwords")
def test_the_story_of_a_case_is_told_in_order_with_the_reasons(store: str, tmp_path: Path) -> None:
    database = connect(store)
    company(database, tmp_path)
    proposed(database)
    happens(database, tmp_path, "2026-03-16,payment,R-1,50.00,EUR")
    performed(database, tmp_path)
    proposed(database)
    new(review(database, ANNA, "hold", DAY, ["R-1"], NOW, "they called"))
    new(review(database, ANNA, "release", DAY, ["R-1"], NOW))
    performed(database, tmp_path)
    proposed(database, DAY + LATER)
    performed(database, tmp_path, DAY + LATER, NOW + LATER)
    new(cancel(database, ANNA, "R-1", "warning", "sent by mistake", NOW + LATER))
    database.close()
    told = fine(dun("audit", "show", "--case", "R-1")).out
    assert told.startswith(STORY)
    warning = "anna: warning is proposed under house 1"
    lines = [line[19:] for line in told.splitlines() if re.match(r"\d{4}-\d\d-\d\d ", line)]
    assert [line.partition(" (")[0] for line in lines[3:]] == [
        "anna: reminder was withdrawn: the open amount was 250.00 EUR and is 200.00 EUR",
        "anna: reminder is proposed under house 1 by email, 200.00 EUR open",
        "anna: reminder was held: they called",
        "anna: reminder was released",
        "anna: reminder was executed, with 2026-03-16/C-1/EUR/email#2",
        f"{warning} by email and post, 200.00 EUR open, fee 5.00 EUR, to be paid by 2026-04-09",
        "anna: warning was executed, with 2026-03-30/C-1/EUR/email and 2026-03-30/C-1/EUR/post",
        "anna: warning of 2026-03-30 was cancelled: sent by mistake",
    ]
    rows = fine(dun("audit", "show", "--case", "R-1", "--format", "json")).rows
    assert [row["on"] for row in rows][:3] == ["2026-02-01", "2026-03-16", "2026-03-16"]
    assert rows[2]["because"][2]["text"] == "after 3 days overdue"


@pytest.mark.usefixtures("quick_passwords")
def test_a_case_that_there_is_not_is_told_so(store: str, tmp_path: Path) -> None:
    database = connect(store)
    company(database, tmp_path)
    database.close()
    ended = dun("audit", "show", "--case", "R-99")
    assert (ended.code, ended.out) == (1, "")
    assert "there is no case 'R-99' in the store" in ended.err
    assert dun("audit", "show", "--case", "R-1", "--subject", "user anna").code == 2
