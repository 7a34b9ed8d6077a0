"""How `dun` ends, whatever happens: a clean sentence, the right exit code, nothing half written."""

from __future__ import annotations

import os
import pty
import re
import shlex
import signal
import subprocess
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import pytest
from freezegun import freeze_time
from typer.main import get_command

from engine.cli.commands import OWN
from tests.engine.cli.command import PROGRAM, ROOT, dun, environment, process, started

LONG = ("simulate", "--from", "2026-01-01", "--to", "2027-12-31", "--no-more-payments")


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo that takes seconds to simulate."""
    folder = tmp_path_factory.mktemp("large")
    assert process("demo", str(folder / "demo")).code == 0
    return folder / "demo"


# ------------------------------------------------------------------------- help


def every_command() -> list[tuple[str, ...]]:
    """The words of every command; those of a group after the group."""
    found: list[tuple[str, ...]] = []
    for name in OWN:
        command = import_module(f"engine.cli.{name}_command").app
        found += [
            (name,),
            *((name, each) for each in getattr(get_command(command), "commands", ())),
        ]
    return found


def examples_of(help_text: str) -> list[str]:
    """The commands below `Example:`."""
    return re.findall(r"^    (dun .*)$", help_text.rsplit("Example:")[1], re.MULTILINE)


@pytest.mark.parametrize("words", every_command(), ids=" ".join)
def test_every_command_has_help_with_a_real_example(words: tuple[str, ...]) -> None:
    ended = dun(*words, "--help")
    assert ended.code == 0
    examples = examples_of(ended.out)
    assert examples
    assert all(f"{example} ".startswith(f"dun {' '.join(words)} ") for example in examples)
    assert max(map(len, ended.out.splitlines())) <= 80
    assert "\b" not in ended.out


@pytest.mark.parametrize("words", [(), ("decide",)])
def test_help_can_be_asked_for_by_one_letter(words: tuple[str, ...]) -> None:
    assert dun(*words, "-h") == dun(*words, "--help")


PASSWORD = "correct horse battery"  # noqa: S105 - of nobody
BY_ANOTHER = "dun approve "
"""What nobody does for their own."""
AFTER_TROUBLE = "dun run abandon "
"""What there is no reason for as long as all is well."""
NOT_THERE = {
    "dun webhook test 1": "it did not get through",
    "dun webhook deliveries 1 17": "delivery 17",
}
"""What asks for something that the demo does not have: a receiver that answers, a delivery."""
ON_THAT_DAY = "2026-01-07T09:30:00Z"
"""A run is performed on its day, or what was paid since is not performed."""


@pytest.mark.usefixtures("quick_passwords")
def test_the_examples_of_the_help_work_in_the_folder_of_the_demo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "policies").symlink_to(ROOT / "policies")
    assert dun("demo").code == 0
    examples: dict[str, bool] = {}
    for words in every_command():
        text = dun(*words, "--help").out
        for example in examples_of(text):
            examples[example] = "--password-stdin" in text
    for example, asks in examples.items():
        more = ("--password-stdin",) if asks else ()
        with monkeypatch.context() as patch, freeze_time(ON_THAT_DAY):
            if example.startswith(BY_ANOTHER):
                another = ("user", "add", "dora", "--role", "approver", "--password-stdin")
                assert dun(*another, stdin=PASSWORD).code == 0
                patch.setenv("XDG_CONFIG_HOME", str(tmp_path / "dora"))
                assert dun("login", "dora", "--password-stdin", stdin=PASSWORD).code == 0
            ended = dun(*shlex.split(example)[1:], *more, stdin=PASSWORD)
        if example.startswith(AFTER_TROUBLE):
            assert (ended.code, "unfinished" in ended.err) == (1, True)
            continue
        if example in NOT_THERE:
            told = ended.out + ended.err
            assert (ended.code, NOT_THERE[example] in told) == (1, True), told
            continue
        assert (example, ended.code, ended.err if ended.code else "") == (example, 0, "")


def test_help_names_every_command() -> None:
    ended = dun("--help")
    assert ended.code == 0
    assert [name for name in OWN if f"  {name} " not in ended.out] == []


def test_without_a_command_the_help_is_shown_as_wrong_usage() -> None:
    ended = dun()
    assert ended.code == 2
    assert "Commands:" in ended.out


def test_a_mistyped_command_is_told_what_was_meant() -> None:
    ended = dun("simulat")
    assert ended.code == 2
    assert "Did you mean 'simulate'?" in ended.err


def test_the_version_is_printed() -> None:
    assert re.fullmatch(r"dun \d+\.\d+\.\d+\n|dun\n", dun("--version").out)


@pytest.mark.parametrize(
    ("words", "unwanted"),
    [
        (("--help",), {"rich", "lark", "pydantic", "polars", "holidays", "dunlang"}),
        (("check", "one.dun"), {"rich", "pydantic", "polars", "holidays"}),
        (("fmt", "--check", "one.dun"), {"rich", "pydantic", "polars", "holidays"}),
        (("explain", "D204", "--format", "json"), {"rich", "pydantic", "polars", "holidays"}),
    ],
)
def test_a_command_loads_nothing_that_it_does_not_need(
    words: tuple[str, ...], unwanted: set[str], tmp_path: Path
) -> None:
    text = "policy one version 1\n  effective 2026-01-01\n  currency EUR\n  timezone UTC\n"
    (tmp_path / "one.dun").write_text(f"{text}\nstage a\n  by email\n", encoding="utf-8")
    program = (
        "import sys\nfrom engine.cli.main import run\n"
        f"run({list(words)!r})\n"
        "print(*{name.partition('.')[0] for name in sys.modules}, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        check=True,
        capture_output=True,
        cwd=tmp_path,
        env=environment(),
    )
    assert set(done.stderr.decode().splitlines()[-1].split()) & unwanted == set()


def test_another_package_can_add_a_command(tmp_path: Path) -> None:
    (tmp_path / "greeting.py").write_text(
        "import typer\napp = typer.Typer()\n@app.command()\n"
        "def greet(name: str = 'you') -> int:\n    print('hello', name)\n    return 1\n",
        encoding="utf-8",
    )
    info = tmp_path / "greeting-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Name: greeting\nVersion: 1\n", encoding="utf-8")
    entry = "[dunlang.commands]\ngreet = greeting:app\ncheck = greeting:app\n"
    (info / "entry_points.txt").write_text(entry, encoding="utf-8")
    path = f"{ROOT}{os.pathsep}{tmp_path}"
    assert re.search(r"^  greet$", process("--help", PYTHONPATH=path).out, re.MULTILINE)
    ended = process("greet", "--name", "Ada", PYTHONPATH=path)
    assert (ended.code, ended.out) == (1, "hello Ada\n")
    own = process("check", "--help", PYTHONPATH=path)
    assert "Find everything that is wrong" in own.out


# ---------------------------------------------------------------- interruptions


@pytest.mark.parametrize(
    ("stop", "code", "said"),
    [
        (signal.SIGINT, 130, b"dun: interrupted\r\n"),
        (signal.SIGTERM, 143, b""),
        (signal.SIGHUP, 129, b""),
    ],
)
def test_what_is_stopped_leaves_nothing_half_written(
    stop: signal.Signals, code: int, said: bytes, large: Path, tmp_path: Path
) -> None:
    file = tmp_path / "events.csv"
    file.write_text("before\n", encoding="utf-8")
    watcher, terminal = pty.openpty()
    words = (*LONG, "--ledger", str(large / "ledger"), "-o", str(file))
    running = started(*words, stderr=terminal, env=environment(TERM="xterm"))
    os.close(terminal)
    with open(watcher, "rb", buffering=0) as screen:  # noqa: PTH123 - a descriptor, not a path
        shown = b""
        while b"playing the runs" not in shown:  # the work has begun
            shown += screen.read(1024)
        running.send_signal(stop)
        with suppress(OSError):  # how a pseudo-terminal says that the other side has closed it
            while more := screen.read(1024):
                shown += more
    assert running.stdout is not None
    with running.stdout:
        assert running.stdout.read() == b""
    assert running.wait(timeout=60) == code
    assert shown.endswith(said)
    assert b"Traceback" not in shown
    assert file.read_text(encoding="utf-8") == "before\n"
    assert os.listdir(tmp_path) == ["events.csv"]  # noqa: PTH208 - names are what counts


def test_a_reader_that_has_seen_enough_is_no_error(large: Path) -> None:
    words = ("decide", "--ledger", str(large / "ledger"), "--on", "2026-03-31", "--format", "json")
    running = started(*words)
    assert running.stdout is not None
    assert running.stderr is not None
    assert running.stdout.readline().startswith(b'{"case"')
    running.stdout.close()
    assert running.stderr.read() == b""
    assert running.wait(timeout=60) == 0
    running.stderr.close()


def test_a_full_disk_is_told() -> None:
    with Path("/dev/full").open("wb") as full:
        running = started("explain", "D204", stdout=full)
        _, err = running.communicate(timeout=60)
    assert (running.returncode, err) == (3, b"dun: no space left on device\n")


def test_where_nothing_can_be_told_the_exit_code_still_tells() -> None:
    with Path("/dev/full").open("wb") as full:
        running = started("check", "nowhere", stderr=full)
        running.communicate(timeout=60)
    assert running.returncode == 3


def test_a_closed_standard_output_is_no_error() -> None:
    command = f"{sys.executable} -c '{PROGRAM}' explain D204 >&-"
    done = subprocess.run(
        ["sh", "-c", command], check=False, capture_output=True, env=environment()
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_an_error_of_ours_is_one_sentence_and_never_a_traceback(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("engine.services.codes.page_of", fail)
    ended = dun("explain", "D204")
    assert (ended.code, ended.out) == (3, "")
    assert ended.err.count("\n") == 1
    assert "ZeroDivisionError" in ended.err
    monkeypatch.setenv("DUN_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        dun("explain", "D204")


# ----------------------------------------------------------------------- colour


def colored(*words: str, **more: str) -> bool:
    """Whether the result of `dun explain D204` comes in colour."""
    return "\x1b[" in process("explain", "D204", *words, stdin=b"", **more).out


def test_what_is_no_terminal_gets_no_colour_unless_asked_for() -> None:
    assert not colored()
    assert colored("--color", "always")
    assert colored("--color", "always", NO_COLOR="1")
    assert not colored("--color", "never")


def at_a_terminal(*words: str, **more: str) -> str:
    """What a command shows at a terminal."""
    ours, theirs = pty.openpty()
    running = started(*words, stdout=theirs, stderr=theirs, env=environment(TERM="xterm", **more))
    os.close(theirs)
    shown = b""
    while True:
        try:
            part = os.read(ours, 65_536)
        except OSError:  # Linux says so when the other side has closed
            break
        if not part:
            break
        shown += part
    os.close(ours)
    running.wait(timeout=60)
    return shown.decode()


def test_a_terminal_gets_colour_unless_no_color_is_set() -> None:
    assert "\x1b[1m" in at_a_terminal("explain", "D204")
    assert "\x1b[" not in at_a_terminal("explain", "D204", NO_COLOR="1")
    assert "\x1b[" not in at_a_terminal("explain", "D204", "--color", "never")


def test_progress_is_shown_only_to_somebody_who_watches(large: Path) -> None:
    span = ("--from", "2026-01-01", "--to", "2026-01-31")
    words = ("simulate", "--ledger", str(large / "ledger"), *span)
    assert "playing the runs" in at_a_terminal(*words)
    assert process(*words).err == ""
    once = ("decide", "--ledger", str(large / "ledger"), "--on", "2026-01-31")
    assert "deciding" in at_a_terminal(*once)
    assert process(*once).err == ""


CASE = ("--on", "2026-03-16", "--case", "R-1001")


def test_colours_change_nothing_but_colours(company: Path) -> None:
    words = (
        "decide",
        "--ledger",
        str(company / "ledger"),
        "--on",
        "2026-03-16",
        "--case",
        "R-1001",
    )
    plain = process(*words, "--explain", "--color", "never", COLUMNS="80").out
    tinted = process(*words, "--explain", "--color", "always", COLUMNS="80").out
    assert "\x1b[" in tinted
    assert re.sub(r"\x1b\[[\d;]*m", "", tinted) == plain


def test_a_name_cannot_write_to_the_terminal(company: Path) -> None:
    ledger = company / "ledger" / "customers.csv"
    text = ledger.read_text(encoding="utf-8")
    ledger.write_text(text.replace("Anna Berg", "Anna \x1b[2J[bold]Berg[/]"), encoding="utf-8")
    ended = dun("decide", "--ledger", "ledger", *CASE)
    assert "\x1b" not in ended.out
    assert "[bold]Berg[/]" in ended.out


def test_a_terminal_without_unicode_shows_escapes(company: Path) -> None:
    ledger = company / "ledger" / "customers.csv"
    text = ledger.read_text(encoding="utf-8")
    ledger.write_text(text.replace("Anna", "Änna"), encoding="utf-8")
    words = (
        "decide",
        "--ledger",
        str(company / "ledger"),
        "--on",
        "2026-03-16",
        "--case",
        "R-1001",
    )
    ended = process(*words, PYTHONIOENCODING="ascii")
    assert ended.code == 0
    assert "\\xc4nna" in ended.out
