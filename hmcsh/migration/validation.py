"""Validation: every check on a request, all findings listed."""

from __future__ import annotations

import dataclasses

from hmcsh.language.messages import render
from hmcsh.migration import channels, mapping, movers, nics
from hmcsh.migration.checks import CHECKS
from hmcsh.migration.plan import Plan, Severity
from hmcsh.migration.request import Request


@dataclasses.dataclass(frozen=True, slots=True)
class Validation:
    """What a validation found, and the plan that a migration would follow."""

    plan: Plan
    errors: tuple[str, ...]
    warnings: tuple[str, ...]

    @property
    def lines(self) -> list[str]:
        """The listing: errors under a heading, then warnings (layout recalled, V8)."""
        listing: list[str] = []
        for heading, texts in (
            ("lpm_errors_heading", self.errors),
            ("lpm_warnings_heading", self.warnings),
        ):
            if texts:
                listing += [render(heading), *texts]
        return listing


def make_plan(request: Request) -> Plan:
    """Choose movers and mappings for a request, as far as they can be found."""
    partition, destination = request.partition, request.destination
    pair, second = movers.choose(
        movers.pairs(request.source, destination),
        request.source_mover,
        request.destination_mover,
        request.redundant_pairs,
        redundant=request.wants_redundant_movers,
    )
    scsi = mapping.scsi_mapping(
        partition, destination, request.scsi, paths_may_meet=request.options.get("mpio") == 2
    )
    vlans, missing = mapping.vlan_mapping(partition, destination, request.vlans, request.networks)
    carried = channels.fc_mapping(partition, destination, request.channels, request.ports)
    backing = nics.nic_mapping(partition, destination, request.nics)
    return Plan(request, pair, second, scsi, carried, vlans, missing, backing)


def validate(request: Request) -> Validation:
    """Run every check (SG24-7460 2.4.2, 2.5.3). Changes nothing."""
    plan = make_plan(request)
    found: dict[Severity, dict[str, None]] = {severity: {} for severity in Severity}
    for check in CHECKS:
        severity = check.severity(request)
        if severity is not None:
            for finding in check.find(plan):
                found[severity][finding.text] = None
    return Validation(plan, tuple(found[Severity.ERROR]), tuple(found[Severity.WARNING]))
