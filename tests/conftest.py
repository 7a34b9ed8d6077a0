"""What every test shares: how Hypothesis searches.

Examples are random on every run, since a build that only ever repeats itself finds nothing new; a
failure prints the blob that repeats it, and pytest-randomly prints the seed of the run.
No health check is suppressed: a strategy that throws most of its examples away is to be rewritten.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import settings

if TYPE_CHECKING:
    import pytest

settings.register_profile(
    "default",
    derandomize=False,
    deadline=None,  # the first example pays for imports; pytest-timeout stops what hangs
    print_blob=True,
)
settings.load_profile("default")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-docs",
        action="store_true",
        help="write what the commands in README.md and docs/ print into these documents",
    )
