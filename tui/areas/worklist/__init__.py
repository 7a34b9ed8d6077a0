"""The worklist: what a run proposes, what waits for people, and what they have to do."""

from __future__ import annotations
