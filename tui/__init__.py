"""The terminal face: screens over `engine.services`."""

from __future__ import annotations
