"""What every screen of the admin has around it."""

from __future__ import annotations
