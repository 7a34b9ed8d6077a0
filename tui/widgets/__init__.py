"""Widgets that several areas use."""

from __future__ import annotations
