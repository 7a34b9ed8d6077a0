"""Policies: what there is, what it says, what a change of it would do."""

from __future__ import annotations
