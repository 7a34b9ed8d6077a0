"""Measurements, never gates: `make bench` prints them."""

from __future__ import annotations
