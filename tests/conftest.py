"""What every test shares: how Hypothesis searches.

Examples are random on every run, since a build that only ever repeats itself finds nothing new; a
failure prints the blob that repeats it, and pytest-randomly prints the seed of the run.
No health check is suppressed: a strategy that throws most of its examples away is to be rewritten.
"""

from __future__ import annotations

from hypothesis import settings

settings.register_profile(
    "default",
    derandomize=False,
    deadline=None,  # the first example pays for imports; pytest-timeout stops what hangs
    print_blob=True,
)
settings.load_profile("default")
