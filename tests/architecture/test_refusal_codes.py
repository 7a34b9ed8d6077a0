"""Each reason for which a service refuses something has one code, which means nothing else."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_no_code_of_a_refusal_is_given_twice() -> None:
    named = re.compile(r'^[A-Z_]+ = "(S\d{3})"$', re.MULTILINE)
    files = (ROOT / "engine").glob("**/*.py")
    codes = Counter(code for file in files for code in named.findall(file.read_text("utf-8")))
    assert len(codes) > 40
    assert [code for code, times in codes.items() if times > 1] == []
