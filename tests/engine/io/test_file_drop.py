"""The file drop: each message becomes one file, once, whatever happens to the workers."""

from __future__ import annotations

import datetime
import json
import re
import resource
import shutil
import subprocess
import sys
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.io.channels import Message
from engine.io.file_drop import FileDrop, file_name
from tests.engine.io.stopping import LETTER, stopped_before, take_away

if TYPE_CHECKING:
    from engine.io.channels import Channel

ROOT = Path(__file__).parents[3]
DAY = datetime.date(2026, 3, 16)


def staged(folder: Path) -> list[Path]:
    return list(folder.glob(".handed/staging/*"))


def texts(folder: Path) -> list[Path]:
    """Texts of letters that lie anywhere but where a print shop looks."""
    return list(folder.glob(".handed/**/message.part"))


# ------------------------------------------------------------------------ what is delivered


def test_a_message_becomes_a_readable_file_in_the_folder_of_its_channel(tmp_path: Path) -> None:
    payload = {"to": "Jürgen Öz 💶", "amount": {"amount": "5.00", "currency": "EUR"}, "lines": [1]}
    channel: Channel = FileDrop(tmp_path / "not" / "there yet")
    receipt = channel.deliver(Message("2026-03-16/C-17/EUR/email", "email", DAY, payload))
    path = Path(receipt)
    assert path.parent == tmp_path / "not" / "there yet" / "email"
    assert re.fullmatch(r"2026-03-16-C-17-EUR-email-[0-9a-f]{32}\.json", path.name)
    assert path.read_bytes().decode() == (
        "{\n"
        '  "amount": {\n'
        '    "amount": "5.00",\n'
        '    "currency": "EUR"\n'
        "  },\n"
        '  "channel": "email",\n'
        '  "key": "2026-03-16/C-17/EUR/email",\n'
        '  "lines": [\n'
        "    1\n"
        "  ],\n"
        '  "to": "Jürgen Öz 💶"\n'
        "}\n"
    )


def test_a_delivered_message_is_not_delivered_again_however_long_it_is_gone(tmp_path: Path) -> None:
    receipt = FileDrop(tmp_path).deliver(LETTER)
    assert len(take_away(tmp_path)) == 1
    for _ in range(3):
        assert FileDrop(tmp_path).deliver(LETTER) == receipt
        assert take_away(tmp_path) == []
    assert staged(tmp_path) == texts(tmp_path) == []


def test_whether_a_message_was_handed_over_is_known_after_its_file_is_gone(tmp_path: Path) -> None:
    drop = FileDrop(tmp_path)
    assert not drop.was_handed_over(LETTER)
    drop.deliver(LETTER)
    take_away(tmp_path)
    assert FileDrop(tmp_path).was_handed_over(LETTER)
    assert not drop.was_handed_over(replace(LETTER, key="2026-03-16/C-17/CHF/post"))


def test_a_print_shop_may_take_the_whole_folder_of_a_channel_away(tmp_path: Path) -> None:
    drop = FileDrop(tmp_path)
    drop.deliver(LETTER)
    shutil.rmtree(tmp_path / "post")
    drop.deliver(LETTER)
    assert take_away(tmp_path) == []
    shutil.rmtree(tmp_path / "post")
    drop.deliver(replace(LETTER, key="another"))
    assert len(take_away(tmp_path)) == 1


def test_a_letter_is_not_lost_when_the_folder_is_taken_away_under_the_worker(
    tmp_path: Path,
) -> None:
    """At each instant; the worker may fail then, and repeats it."""
    failed = 0
    for number in count(1):
        folder = tmp_path / str(number)
        taken: list[str] = []

        def clear(folder: Path = folder, taken: list[str] = taken) -> None:
            taken += take_away(folder)
            shutil.rmtree(folder / "post", ignore_errors=True)

        with stopped_before(number, clear) as calls:
            try:
                FileDrop(folder).deliver(LETTER)
            except OSError:
                failed += 1
                FileDrop(folder).deliver(LETTER)
        taken += take_away(folder)
        assert len(taken) == 1, number
        if calls[0] < number:
            break
    assert failed > 2


def test_the_name_of_a_channel_leads_nowhere_else(tmp_path: Path) -> None:
    for name in ("..", "a/b", ".handed", "", "Post", "C:"):
        with pytest.raises(ValueError, match="is not the name of a channel"):
            FileDrop(tmp_path).deliver(replace(LETTER, channel=name))
    assert list(tmp_path.iterdir()) == []


# --------------------------------------------------------------------------------- names


@given(st.lists(st.text(st.characters(exclude_categories=["C"]), min_size=1), unique=True))
def test_names_differ_on_every_file_system_and_are_valid_and_short(keys: list[str]) -> None:
    names = [file_name(key) for key in keys]
    assert len({name.casefold() for name in names}) == len(keys)
    assert all(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]{0,95}", name) for name in names)


def test_keys_that_look_alike_have_names_that_differ() -> None:
    long = "C-" + "9" * 400
    keys = ("a/b", "A/B", "a-b", "a b", "ä/b", "a\u0308/b", "💶", "🙂", "CON", "con", "..", ".")
    names = {file_name(key).casefold() for key in (*keys, long, long + "9", "", "NUL.txt")}
    assert len(names) == len(keys) + 4


# --------------------------------------------------------------------------- killed, paused


def test_a_letter_comes_once_wherever_its_workers_are_killed(tmp_path: Path) -> None:
    """By SIGKILL before each call to the system, and the next worker again, and so on."""
    program = (sys.executable, "-m", "tests.engine.io.stopping", str(tmp_path))
    ended = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    result = json.loads(ended.stdout)
    assert result["kills"] >= 100
    assert len(result["finished"]) >= 8
    assert set(result["finished"]) == {1}
    assert result["left behind"] == []


def test_a_worker_that_sleeps_while_another_delivers_does_not_deliver_again(tmp_path: Path) -> None:
    """It falls asleep before each call to the system, and wakes when all is done and gone."""
    for number in count(1):
        folder = tmp_path / str(number)
        taken: list[str] = []

        def another(folder: Path = folder, taken: list[str] = taken) -> None:
            FileDrop(folder).deliver(LETTER)
            taken += take_away(folder)

        with stopped_before(number, another) as calls:
            FileDrop(folder).deliver(LETTER)
        taken += take_away(folder)
        assert len(taken) == 1, number
        assert staged(folder) == texts(folder) == [], number
        if calls[0] < number:
            break
    assert number > 20


def test_a_message_is_handed_over_for_sure_only_when_it_says_so(tmp_path: Path) -> None:
    """Never "no" when there is a file, at any instant of a delivery."""
    for number in count(1):
        folder = tmp_path / str(number)
        seen: list[tuple[bool, bool]] = []

        def ask(folder: Path = folder, seen: list[tuple[bool, bool]] = seen) -> None:
            there = any(folder.glob("post/*.json"))
            seen.append((there, FileDrop(folder).was_handed_over(LETTER)))

        with stopped_before(number, ask) as calls:
            FileDrop(folder).deliver(LETTER)
        assert (True, False) not in seen
        assert FileDrop(folder).was_handed_over(LETTER)
        if calls[0] < number:
            break


def test_two_workers_that_deliver_the_same_letters_at_once_deliver_each_once(
    tmp_path: Path,
) -> None:
    code = (
        "import sys, pathlib, dataclasses as d\n"
        "from engine.io.file_drop import FileDrop\n"
        "from tests.engine.io.stopping import LETTER\n"
        "drop = FileDrop(pathlib.Path(sys.argv[1]))\n"
        "print(flush=True), sys.stdin.readline()\n"
        "for n in range(40): drop.deliver(d.replace(LETTER, key=f'letter {n}'))\n"
    )
    workers = [
        subprocess.Popen(
            (sys.executable, "-c", code, str(tmp_path)),
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    taken: Counter[str] = Counter()
    for each in workers:
        assert each.stdout is not None
        each.stdout.readline()
    for each in workers:
        assert each.stdin is not None
        each.stdin.write("\n")
        each.stdin.flush()
    while any(each.poll() is None for each in workers):
        taken.update(take_away(tmp_path))
    taken.update(take_away(tmp_path))
    for each in workers:
        each.communicate()
    assert [each.returncode for each in workers] == [0, 0]
    assert taken == Counter(f"{file_name(f'letter {n}')}.json" for n in range(40))
    assert staged(tmp_path) == texts(tmp_path) == []


# ------------------------------------------------------------------------------- withheld


def test_a_message_that_is_withheld_is_never_handed_over(tmp_path: Path) -> None:
    FileDrop(tmp_path).prepare(is_known=False)
    assert FileDrop(tmp_path).withhold(LETTER)
    assert FileDrop(tmp_path).withhold(LETTER)
    assert not FileDrop(tmp_path).was_handed_over(LETTER)
    with pytest.raises(OSError, match="taken back") as refused:
        FileDrop(tmp_path).deliver(LETTER)
    assert str(tmp_path) in str(refused.value)
    assert take_away(tmp_path) == []
    assert staged(tmp_path) == texts(tmp_path) == []


def test_a_message_that_was_handed_over_cannot_be_withheld(tmp_path: Path) -> None:
    FileDrop(tmp_path).deliver(LETTER)
    take_away(tmp_path)
    assert not FileDrop(tmp_path).withhold(LETTER)
    assert FileDrop(tmp_path).was_handed_over(LETTER)


def test_a_letter_is_either_withheld_or_delivered_wherever_its_worker_sleeps(
    tmp_path: Path,
) -> None:
    outcomes = set()
    for number in count(1):
        folder = tmp_path / str(number)
        withheld: list[bool] = []

        FileDrop(folder).prepare(is_known=False)

        def withhold(folder: Path = folder, withheld: list[bool] = withheld) -> None:
            withheld.append(FileDrop(folder).withhold(LETTER))

        with stopped_before(number, withhold) as calls, suppress(OSError):
            FileDrop(folder).deliver(LETTER)
        if calls[0] < number:
            break
        outcomes.add((withheld[0], len(take_away(folder))))
    assert outcomes == {(True, 0), (False, 1)}


# ------------------------------------------------------------------------------- bad days


def test_a_full_disk_leaves_nothing_and_the_letter_can_be_repeated(tmp_path: Path) -> None:
    long = replace(LETTER, payload={"text": "x" * 100_000})
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, hard))
    try:
        with pytest.raises(OSError, match="too large") as full:
            FileDrop(tmp_path).deliver(long)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert full.value.filename.startswith(str(tmp_path))
    assert take_away(tmp_path) == []
    assert staged(tmp_path) == texts(tmp_path) == []
    assert not FileDrop(tmp_path).was_handed_over(long)
    FileDrop(tmp_path).deliver(long)
    assert len(take_away(tmp_path)) == 1


@pytest.mark.parametrize("blocked", ["", "post", ".handed", ".handed/staging"])
def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path, blocked: str) -> None:
    folder = tmp_path / "letters"
    (folder / blocked).parent.mkdir(parents=True, exist_ok=True)
    (folder / blocked).write_text("a file, no folder")
    with pytest.raises(OSError, match="exists") as refused:
        FileDrop(folder).deliver(LETTER)
    assert refused.value.filename == str(folder / blocked)
    (folder / blocked).unlink()
    FileDrop(folder).deliver(LETTER)
    assert len(take_away(folder)) == 1


@pytest.mark.parametrize("missing", ["letters", "letters/.handed"])
def test_a_folder_that_does_not_know_what_was_handed_over_is_not_used(
    tmp_path: Path, missing: str
) -> None:
    """A share that is not mounted looks like an empty folder."""
    folder = tmp_path / "letters"
    FileDrop(folder).prepare(is_known=False)
    used = FileDrop(folder)
    used.prepare(is_known=True)
    used.deliver(LETTER)
    (tmp_path / missing).rename(tmp_path / "away")
    another = replace(LETTER, key="another")
    for refusing in (
        lambda: FileDrop(folder).prepare(is_known=True),
        lambda: FileDrop(folder).withhold(LETTER),
        lambda: used.prepare(is_known=True),
        lambda: used.withhold(LETTER),
        lambda: used.deliver(LETTER),
        lambda: used.deliver(another),
    ):
        with pytest.raises(FileNotFoundError) as refused:
            refusing()
        assert refused.value.filename == str(folder / ".handed")
    assert not (tmp_path / missing).exists()
    (tmp_path / "away").rename(tmp_path / missing)
    used.deliver(LETTER)
    used.deliver(another)
    assert len(take_away(folder)) == 2


def test_a_folder_that_cannot_be_asked_may_have_handed_it_over(tmp_path: Path) -> None:
    too_long = tmp_path / ("x" * 300)
    assert FileDrop(too_long).was_handed_over(LETTER)
    with pytest.raises(OSError, match="too long"):
        FileDrop(too_long).deliver(LETTER)
