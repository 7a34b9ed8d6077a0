"""Reports: ageing, exposure, fees and effectiveness, as charts and tables."""

from __future__ import annotations
