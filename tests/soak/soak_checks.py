"""Every pair of violated rules, in both kinds of migration (`make soak`)."""

import pytest
from support.findings import CASES, check_both
from support.violations import VIOLATIONS


@pytest.mark.parametrize(("name", "kind"), CASES)
def test_two_violations_are_both_listed(name: str, kind: str) -> None:
    for other in VIOLATIONS:
        check_both(name, other, kind)
