"""What every test shares: how Hypothesis searches.

Examples are random on every run, since a build that only ever repeats itself finds nothing new; a
failure prints the blob that repeats it, and pytest-randomly prints the seed of the run.
No health check is suppressed: a strategy that throws most of its examples away is to be rewritten.
"""

from __future__ import annotations

import pytest
from hypothesis import settings

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
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="rewrite the stale sections of the stories in tests/golden; review them as a diff",
    )


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden stories are to be rewritten instead of compared."""
    return bool(request.config.getoption("--update-golden"))
