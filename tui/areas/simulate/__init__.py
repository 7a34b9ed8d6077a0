"""Time travel: dunning played over a range of days."""

from __future__ import annotations
