"""Batches in which something is wrong, missing, doubled or of another kind.

The quick way for many cases must say word for word what deciding them one by one says.
"""

from __future__ import annotations

import copy
import datetime
import json
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from engine.io.ledger_json import Objects
from engine.services.given_answers import Answered, answer_given
from engine.services.given_ledger import decide_given
from tests.engine.services.test_given_answers import HOUSE, ON, VIEWER, asked, much_alike, under

if TYPE_CHECKING:
    from pathlib import Path

FACTS = """\
fact customer.limit : money
fact customer.score : number
fact customer.rebate : percent
fact customer.since : date
fact customer.labels : set of text
fact customer.branch : text
fact customer.vip : yes/no
"""
ASKS = """\
exclude "by its facts" when (customer.limit > 100 EUR | 100 CHF or customer.score > 3
  or customer.since < 2026-01-05 or customer.labels has "a" or customer.branch is "z"
  or customer.vip or customer.rebate > 2%)
"""
GOOD: dict[str, list[Any]] = {
    "limit": ["90.00 EUR", "300 CHF", "5"],
    "score": ["1", "4.5", "01"],
    "rebate": ["1%", "3", "2.5%"],
    "since": ["2026-01-01", "2027-01-01"],
    "labels": ["a", "b;a", ["a", "b"]],
    "branch": ["z", "y"],
    "vip": ["yes", "no"],
}
BAD: list[Any] = [
    *(None, "", 0, 1, True, False, 1.5, [], ["a"], {}, {"a": 1}),
    *("\0", "a\0b", "x", "é", "-1", "1e3", "0", "00250.00", "250.000", "٢٥٠.00", "+5.00", "5."),
    *("9" * 18 + ".00", "2026-02-30", "2026-2-3", "DE", "Atlantis", 'q"\\', "%s", "%", "\n"),
]
MORE = ["new", "open_amount", "payer", "document", "recorded", "case"]
DAYS = (ON, datetime.date(2026, 3, 21), datetime.date(2026, 2, 2))


def mutated(objects: Objects, chance: Random) -> Objects:
    """With further facts, and with something wrong here and there."""
    lists: list[list[dict[str, Any]]]
    lists = [[dict(copy.deepcopy(row)) for row in rows] for rows in objects]
    for customer in lists[0]:
        given = [name for name in GOOD if chance.random() < 0.25]
        customer.update({name: chance.choice(GOOD[name]) for name in given})
    for _ in range(chance.choice((0, 0, 1, 1, 2, 4))):
        rows = chance.choice([each for each in lists if each])
        row = chance.choice(rows)
        how = chance.random()
        if how < 0.8:
            row[chance.choice([*row, *MORE, *MORE, *MORE])] = chance.choice(BAD)
        elif how < 0.9:
            row.pop(chance.choice(list(row)), None)
        else:
            rows.append(copy.deepcopy(row))
    return Objects(*lists)


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_wrong_with_a_batch_is_told_as_case_by_case(tmp_path: Path, seed: int) -> None:
    text = HOUSE.replace("fact invoice", FACTS + "fact invoice").replace(
        "exclude", ASKS + "exclude", 1
    )
    answering, chance = under(tmp_path, text), Random(seed)  # noqa: S311 - repeatable, not secret
    answered = 0
    for _ in range(250):
        whole = much_alike(9) if chance.random() < 0.6 else asked(chance.randrange(10**6), 8)
        objects, on = mutated(whole, chance), chance.choice(DAYS)
        found = answer_given(VIEWER, answering, objects, on)
        expected = decide_given(VIEWER, answering.now, objects, on)
        if isinstance(found, Answered):
            answered += 1
            assert [json.loads(each) for each in found.texts] == expected
        else:
            assert found == expected
    assert 25 < answered < 225
