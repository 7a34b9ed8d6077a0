"""What there is of policies, and how it is told."""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path

from engine.services.policy_lists import Listed
from engine.store.policies import StoredVersion
from tui.areas.policies.files import Recovery, read_file, save_file
from tui.areas.policies.model import (
    SIGNS,
    Entry,
    FileFound,
    as_draft,
    base_of,
    begun_from,
    desk,
    first_day,
    header_of,
    label_of,
    next_number,
)
from tui.areas.policies.opened import Opened, title

ON = datetime.date(2026, 3, 31)
AT = datetime.datetime(2026, 3, 1, 9, 0, tzinfo=datetime.UTC)


def text(number: int, more: str = "") -> str:
    return f"policy standard version {number}\n  effective 2026-01-01\n{more}"


def stored(
    number: int,
    effective: datetime.date,
    *,
    approved: bool = True,
    until: datetime.date | None = None,
) -> Listed:
    version = StoredVersion(
        row=number,
        policy="standard",
        version=number,
        title="",
        effective=effective,
        text=text(number),
        sha256="",
        author="anna",
        published_at=AT,
        approver="berta" if approved else None,
        approved_at=AT if approved else None,
    )
    return Listed(version, until)


JANUARY, MAY = datetime.date(2026, 1, 1), datetime.date(2026, 5, 1)
STORED = [
    stored(1, datetime.date(2025, 1, 1), until=datetime.date(2025, 12, 31)),
    stored(2, JANUARY, until=datetime.date(2026, 4, 30)),
    stored(3, MAY),
    stored(4, datetime.date(2026, 6, 1), approved=False),
]
FILES = [
    FileFound(Path("p/standard/2.dun"), text(2), 0),
    FileFound(Path("p/standard/3.dun"), text(3, "  # changed"), 0),
    FileFound(Path("p/standard/5.dun"), text(5), 0),
    FileFound(Path("p/standard/6.dun"), text(6), 2),
    FileFound(Path("p/segments.dun"), "segment a when customer.excluded\n", 0),
    FileFound(Path("p/broken.dun"), "\ufffd", 1, is_readable=False),
]


def test_files_and_the_store_make_one_list_of_versions() -> None:
    own, other = desk(FILES, STORED, ON)
    assert own.policy == "standard"
    assert [(each.number, each.state) for each in own.entries] == [
        (6, "errors"),
        (5, "draft"),
        (4, "waiting"),
        (3, "ahead"),
        (2, "in force"),
        (1, "ended"),
    ]
    assert [each.differs for each in own.entries] == [False, False, False, True, False, False]
    assert [(each.name, each.state) for each in other.entries] == [
        ("broken.dun", "unreadable"),
        ("segments.dun", "shared"),
    ]


def test_every_state_has_a_shape_of_its_own() -> None:
    assert len(set(SIGNS.values())) == len(SIGNS)


def test_a_line_says_how_many_cases_a_version_decides() -> None:
    own, _ = desk(FILES, STORED, ON)
    in_force = own.entries[4]
    assert label_of(in_force, 1204, 40) == "★ 2  1,204 open cases"
    assert label_of(in_force, 1, 40) == "★ 2  1 open case"
    assert label_of(own.entries[0], None, 40) == "✖ 6  2 errors"
    assert label_of(own.entries[3], None, 40) == "✔ 3  from 2026-05-01, file differs"
    assert label_of(own.entries[3], None, 14) == "✔ 3  from 202…"


def test_a_draft_is_compared_with_what_is_in_force() -> None:
    groups = desk(FILES, STORED, ON)
    draft = groups[0].entries[1]
    base = base_of(groups, draft)
    assert base is not None
    assert base.number == 2
    only = desk([FILES[2]], [], ON)
    assert base_of(only, only[0].entries[0]) is None


def test_a_new_draft_has_the_next_number_and_a_later_day() -> None:
    groups = desk(FILES, STORED, ON)
    assert next_number(groups, "standard") == 7
    assert next_number(groups, "new") == 1
    day = first_day(groups, "standard", datetime.date(2026, 4, 1))
    assert day == datetime.date(2026, 6, 2)
    assert as_draft(text(3), 7, day).splitlines() == [
        "policy standard version 7",
        "  effective 2026-06-02",
    ]


def test_a_draft_that_is_there_is_offered_before_another_is_begun() -> None:
    groups = desk(FILES, STORED, ON)
    entries = {each.number: each for each in groups[0].entries}
    assert [each.number for each in begun_from(groups, entries[1])] == [6, 5, 2]
    assert [each.number for each in begun_from(groups, entries[2])] == [6, 5]
    assert begun_from(groups, entries[5]) == ()


def test_a_header_is_found_whatever_is_wrong_below_it() -> None:
    assert header_of("# x\npolicy a-b version 12 broken\n???") == ("a-b", 12)
    assert header_of("segment a when x") is None
    assert header_of("policy a version 99999999999999") is None


def test_the_title_says_whether_a_text_can_be_changed_and_is_saved() -> None:
    draft = Opened(Entry("standard", 5, "draft", Path("5.dun")), "a")
    assert "unsaved" not in str(title(draft, "a"))
    assert "● unsaved" in str(title(draft, "b"))
    published = Opened(replace(draft.entry, stored=STORED[1], state="in force"), "a")
    assert "read only" in str(title(published, "a"))
    assert "never changes" in published.why_read_only


def test_a_file_is_saved_as_it_was_written_and_its_bytes_are_looked_at(tmp_path: Path) -> None:
    file = tmp_path / "new" / "1.dun"
    save_file(file, "größe 漢字 🙂\n")
    found = read_file(file)
    assert found is not None
    assert (found.text, found.is_readable) == ("größe 漢字 🙂\n", True)
    assert [each.name for each in file.parent.iterdir()] == ["1.dun"]
    file.write_bytes(b"policy caf\xe9 version 1\n")
    found = read_file(file)
    assert found is not None
    assert (found.text, found.is_readable) == ("policy caf\ufffd version 1\n", False)
    assert read_file(tmp_path / "none.dun") is None


def test_a_copy_of_changes_is_kept_until_they_are_saved(tmp_path: Path) -> None:
    recovery = Recovery(tmp_path / "recovery")
    file = tmp_path / "1.dun"
    assert recovery.find(file) is None
    recovery.keep(file, "half a sent", AT)
    found = recovery.find(file)
    assert found is not None
    assert (found.text, found.at) == ("half a sent", AT)
    next((tmp_path / "recovery").glob("*.json")).write_text("{broken", "utf-8")
    assert recovery.find(file) is None
    recovery.forget(file)
    assert list((tmp_path / "recovery").iterdir()) == []
    Recovery(None).keep(file, "x", AT)
