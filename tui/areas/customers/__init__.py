"""Customers and invoices: what is owed, where it stands, and why."""

from __future__ import annotations
