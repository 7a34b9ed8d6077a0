"""Runs and the audit trail: what was done, by whom, and whether the record of it is whole."""

from __future__ import annotations
