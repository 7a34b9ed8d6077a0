"""What can be done with customers and invoices."""

from __future__ import annotations

KEYS = ()

SCREENS = {
    "customers": ("customers", "list"),
}
