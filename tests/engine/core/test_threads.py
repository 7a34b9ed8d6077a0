"""Any number of threads may ask one set of policies, from the first question on."""

from __future__ import annotations

import gc
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from threading import Barrier
from typing import TYPE_CHECKING, TypeVar

import pytest

from engine.core.model import Customer
from tests.engine.ledgers import day, invoice, ledger
from tests.engine.playing import ask, plan, policies

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from engine.core.decision import Decision
    from engine.core.evaluator import Variant
    from engine.core.policies import PolicySet

T = TypeVar("T")
Answer = TypeVar("Answer")

LETTERS = "abcdef"
DAYS = ("2026-02-03", "2026-02-05", "2026-02-08")
STAGE = "stage one\n  after 3 days overdue\n  by email\n"


def policy() -> str:
    """Each of 64 combinations of facts has code of its own, with constants of its own."""
    facts = "".join(f"fact customer.{each} : yes/no\n" for each in LETTERS)
    blocks = "".join(
        f'for customer.{each}\n  hold "{each}" while days overdue in ({number}, {number + 30})\n'
        for number, each in enumerate(LETTERS, start=3)
    )
    return f"{facts}{STAGE}{blocks}"


@pytest.fixture
def restless() -> Iterator[None]:
    """Threads take turns as often as they can, also where the interpreter itself makes objects."""

    def turn(phase: str, info: object) -> None:
        del phase, info

    interval, thresholds = sys.getswitchinterval(), gc.get_threshold()
    sys.setswitchinterval(1e-6)
    gc.set_threshold(10)
    gc.callbacks.append(turn)
    yield
    gc.callbacks.remove(turn)
    gc.set_threshold(*thresholds)
    sys.setswitchinterval(interval)


def in_threads(ask_all: Callable[[T], Answer], asked: Sequence[T]) -> list[Answer]:
    """What each thread was answered; all of them begin at the same time."""
    ready = Barrier(len(asked))

    def begun(about: T) -> Answer:
        ready.wait()
        return ask_all(about)

    with ThreadPoolExecutor(len(asked)) as threads:
        return list(threads.map(begun, asked))


@pytest.mark.usefixtures("restless")
def test_threads_that_are_the_first_to_ask_get_the_answers_that_one_alone_gets() -> None:
    cases = []
    for held in product((False, True), repeat=len(LETTERS)):
        facts = dict(zip(LETTERS, held, strict=True))
        who = Customer("C-1", {"email": "ann@example.org", **facts})
        cases.append(ledger([invoice()], [], [who]))
    law = plan(policy())

    def answers(asked: tuple[PolicySet, bool]) -> list[Decision]:
        where, explain = asked
        return [ask(each, where, on, explain=explain) for each in cases for on in DAYS]

    where = policies(law)
    found = in_threads(answers, [(where, explain) for explain in (False, True, False, True)])
    plain, explained = (answers((policies(law), explain)) for explain in (False, True))
    assert len({each.reason for each in plain}) == 1 + len(DAYS)
    assert found == [plain, explained, plain, explained]


@pytest.mark.usefixtures("restless")
def test_what_is_compiled_is_the_same_object_for_all_threads() -> None:
    law = plan(policy())
    for _ in range(20):
        where = policies(law)

        def compiled(active: int, where: PolicySet = where) -> Variant:
            version = where.in_force(day("2026-02-03").toordinal())[0]
            return version.evaluator("EUR").variants[active]

        first, *others = in_threads(compiled, [5, 5, 5, 5])
        assert all(each is first for each in others)
