"""Checks of what the options of later levels demand: redundant movers, slots and IDs by number."""

from __future__ import annotations

import collections

from hmcsh.language.messages import HmcError
from hmcsh.migration.plan import Findings, Plan
from hmcsh.model.adapters import FIRST_FREE_SLOT


def redundant_paging(plan: Plan) -> Findings:
    """Two paging Virtual I/O Servers can be had: never, as no partition here shares memory."""
    if plan.request.options.get("redundantvios") == 1:
        yield HmcError("lpm_no_redundant_paging", name=plan.partition.name)


def redundant_movers(plan: Plan) -> Findings:
    """A second pair of movers can be had, if the caller demands or has named one."""
    request = plan.request
    demanded = request.options.get("redundantmsps")
    if demanded == 0 and request.redundant_pairs:
        yield HmcError("lpm_redundant_unwanted")
        return
    # Without any pair there is something else to be said.
    required = demanded == 1 or bool(request.redundant_pairs)
    if required and plan.pair is not None and plan.second is None:
        yield HmcError("lpm_no_redundant_msps", source=plan.source.name, dest=plan.destination.name)


def wanted_slots(plan: Plan) -> Findings:
    """The slots of servers that the caller has named are free, and named once."""
    servers = {**plan.request.scsi, **plan.request.channels}
    places = [(servers[key], slot) for key, slot in plan.request.server_slots.items()]
    for (server, slot), count in collections.Counter(places).items():
        in_range = FIRST_FREE_SLOT <= slot < server.max_virtual_slots
        if count > 1 or slot in server.adapters or not in_range:
            yield HmcError("lpm_server_slot", vios=server.name, slot=slot)
