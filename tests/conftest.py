"""What every test shares: how Hypothesis searches.

A change is judged by the same examples on every machine, so that what is red is red because of the
change. `--search` (`make search`) looks at examples that nobody has seen before; what it finds
becomes a test with a name.
No health check is suppressed: a strategy that throws most of its examples away is to be rewritten.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

for name, is_repeatable in (("repeatable", True), ("search", False)):
    settings.register_profile(
        name,
        max_examples=30 if is_repeatable else 100,  # the same ones each time
        derandomize=is_repeatable,
        deadline=None,  # the first example pays for imports; pytest-timeout stops what hangs
        print_blob=True,
    )
settings.load_profile("repeatable")

pytest_plugins = ["tests.databases"]


def pytest_xdist_auto_num_workers() -> int:
    """Twice as many as there are cores: half of the time a test waits for a disk or a process."""
    return 2 * (os.cpu_count() or 1)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--search",
        action="store_true",
        help="look at other random examples than on every other run",
    )
    parser.addoption(
        "--update-docs",
        action="store_true",
        help="write what the commands in README.md and docs/ print into these documents",
    )
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="rewrite the stale sections of the stories in tests/golden; review them as a diff",
    )


_MEMORY, _PLENTY = Path("/dev/shm"), 4 << 30  # noqa: S108 - where Linux keeps files in memory


def pytest_configure(config: pytest.Config) -> None:
    # A store waits for its disk after every change, and no test cuts the power. Files in memory
    # halve what the whole suite takes on a slow disk; what is tested is the same.
    if "TMPDIR" not in os.environ and _has_room(_MEMORY):
        tempfile.tempdir = os.environ["TMPDIR"] = str(_MEMORY)
    # Under nohup it is ignored, also by the programs that tests start to see how they end by it.
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
    if config.getoption("--search"):
        settings.load_profile("search")


def _has_room(folder: Path) -> bool:
    can_write = folder.is_dir() and os.access(folder, os.W_OK)
    return can_write and shutil.disk_usage(folder).free > _PLENTY


@pytest.fixture
def beginning(request: pytest.FixtureRequest) -> int:
    """Where random examples begin, for tests that make their own: at 0, or where nobody looked."""
    # pytest-randomly repeats it, given the seed that it prints.
    return random.getrandbits(40) if request.config.getoption("--search") else 0


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden stories are to be rewritten instead of compared."""
    return bool(request.config.getoption("--update-golden"))
