"""The tables, one file a concern. What changes here needs a migration; a test compares the two."""

from __future__ import annotations

from engine.store.schema import accounts, answers, audit, jobs, ledger, policies, runs, webhooks
from engine.store.schema.base import METADATA

REVISION = "0004"
"""The newest migration: what a store must be at to be used by this program."""

__all__ = [
    "METADATA",
    "REVISION",
    "accounts",
    "answers",
    "audit",
    "jobs",
    "ledger",
    "policies",
    "runs",
    "webhooks",
]
