"""What checks find of violated rules, alone and two at once."""

from __future__ import annotations

import functools

from support.lab import load_lab
from support.violations import BOTH, VIOLATIONS, make_request

from hmcsh.migration.checks import CHECKS, Severity
from hmcsh.migration.request import Request
from hmcsh.migration.validation import make_plan

# A partition that is not off is not migrated inactively; slots of one that runs are errors.
NOT_CASES = {("state", "inactive"), ("desired slot, off", "active")}
CASES = [(name, kind) for name in VIOLATIONS for kind in BOTH if (name, kind) not in NOT_CASES]


def found(request: Request) -> dict[Severity, dict[str, set[str]]]:
    """Names of the checks that find something, by severity, with the keys of what they find."""
    plan = make_plan(request)
    result: dict[Severity, dict[str, set[str]]] = {severity: {} for severity in Severity}
    for check in CHECKS:
        severity = check.severity(request)
        keys = {finding.message.key for finding in check.find(plan)}
        assert keys <= set(check.messages), f"{check.name} says more than it declares"
        if severity is not None and keys:
            result[severity][check.name] = keys
    return result


@functools.cache
def errors(kind: str, *names: str) -> frozenset[tuple[str, str]]:
    """The errors of a request in which some rules are violated: checks with their messages."""
    request = make_request(load_lab("redbook"), kind, *(VIOLATIONS[name].spoil for name in names))
    checks = found(request)[Severity.ERROR]
    return frozenset((check, key) for check, keys in checks.items() for key in keys)


def check_both(one: str, two: str, kind: str) -> None:
    """Check that of two violated rules is found what is found of each; nothing if they meet."""
    if one == two or (two, kind) in NOT_CASES or not independent(one, two):
        return
    expected = errors(kind, one) | errors(kind, two)
    # In the order of the table: some take the place of what others then change.
    together = errors(kind, *sorted((one, two), key=list(VIOLATIONS).index))
    assert together == expected, f"{one} and {two}, {kind}"


# Violations that meet in what they spoil, so that one hides another: such
# pairs are left out.
_DISK = {
    "logical volume",
    "storage pool",
    "internal disk",
    "identifiers",
    "reservation here",
    "reservation there",
    "no server adapter",
    "LUN not visible",
    "path lost",
    "servers joined",
    "server's slots",
}
_SERVER_ADAPTER = {
    "no server adapter",
    "server adapter of another",
    "server adapter of another slot",
    "any client",
    "required server adapter",
}
_MOVER = {
    "no mover",
    "no second movers",
    "named no mover",
    "no VASI",
    "named without VASI",
    "RMC to a mover",
    "movers apart",
}
_STATE = {
    "state",
    "migrating",
    "to be recovered",
    "RMC to the partition",
    "application",
    "operating system",
}
_GROUPS = (
    _DISK,
    _SERVER_ADAPTER,
    _MOVER,
    _STATE,
    {"VLAN not bridged", "VLAN not by that server", "VLAN to another network"},
    {"required slot", "desired slot", "desired slot, off"},
    {"destination not capable", "migrations"},
    {"firmware", "firmware levels apart"},
    {"no second movers", "movers not wanted"},
    # the server that is asked for is none of the other system
    {"server slot in use", "other console"},
    {"dedicated processors", "pool"},
    {"type", "operating system"},
    {"RMC to a server", "no server adapter"},
    # the second path needs a slot, and makes the server of the mover one of the partition's
    {"partition's slots", "path lost", "servers joined"},
    {"RMC to a mover", "path lost", "servers joined"},
)


def independent(one: str, two: str) -> bool:
    """Whether two violations have nothing to do with each other."""
    return not any(one in group and two in group for group in _GROUPS)
