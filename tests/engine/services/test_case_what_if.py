"""A case decided again as if something else had happened to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.services.actors import Actor
from engine.services.case_looks import CaseLook, look_at_case
from engine.services.case_what_if import suppose
from engine.services.stored_company import in_force_now
from tests.engine.services.publications import NOW, new, refused
from tests.engine.services.running import DAY, company

if TYPE_CHECKING:
    from pathlib import Path

    from engine.store.database import Database

VERA = Actor("vera", "viewer")
EVENT = {"date": str(DAY), "invoice": "R-1"}


def looked(database: Database) -> CaseLook:
    """R-1 as it is."""
    answer = new(look_at_case(database, VERA, new(in_force_now(database)), "R-1", DAY, NOW))
    assert isinstance(answer, CaseLook), answer
    return answer


def test_what_is_supposed_is_decided_with_and_nothing_is_written(
    database: Database, tmp_path: Path
) -> None:
    company(database, tmp_path)
    look = looked(database)
    assert look.story.decision.outcome == "act"

    def outcome(**event: str) -> str:
        other = new(suppose(database, VERA, look, [EVENT | event]))
        assert other.told == look.told
        return other.story.decision.outcome

    assert outcome(kind="payment", amount="250.00", currency="EUR") == "settled"
    assert outcome(kind="payment", amount="1.00", currency="EUR") == "act"
    assert outcome(kind="due_changed", value="2027-01-01") == "not_due"
    assert looked(database) == look


def test_what_cannot_happen_is_refused(database: Database, tmp_path: Path) -> None:
    company(database, tmp_path)
    event = EVENT | {"kind": "payment", "amount": "much", "currency": "EUR"}
    answer = refused(suppose(database, VERA, looked(database), [event]))
    assert str(answer).startswith("this cannot be supposed: ")
    assert "1234.50" in str(answer)
