"""The HTTP face: requests in, `engine.services` called, answers out."""

from __future__ import annotations
