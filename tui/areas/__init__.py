"""The areas of the admin, a folder each."""

from __future__ import annotations
