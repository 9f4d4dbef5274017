"""Options of migrlpar by which a caller insists on something, or does without it.

Their names and values: synopses of migrlpar, V7R7 to V9. What the values mean: 1 insists and 2
tolerates (pypowervm passes 2 for its overrides), 0 forbids (IBM's page on redundant movers).
"""

from __future__ import annotations

from hmcsh.commands.hmc.common.core import Call

from hmcsh.language.declarations import Option
from hmcsh.language.levels import Span
from hmcsh.language.messages import Trust
from hmcsh.migration import spans

_PAGE = "manual page of migrlpar, V7R7 to V9 (synopsis)"
_INSIST = ("it must be kept", "it need not be kept")
_REDUNDANT = ("none", "it must be had", "if it can be had")


def _option(
    name: str, text: str, span: Span, values: tuple[str, ...] = (), helps: tuple[str, ...] = ()
) -> Option:
    return Option(
        f"--{name}",
        name,
        "required" if values else "none",
        help=text,
        choices=values,
        choice_help=helps,
        span=span,
        trust=Trust.DOCUMENT,
        source=_PAGE,
    )


def _insists(name: str, text: str, span: Span) -> Option:
    return _option(name, text, span, ("1", "2"), _INSIST)


def _redundancy(name: str, text: str, span: Span) -> Option:
    return _option(name, text, span, ("0", "1", "2"), _REDUNDANT)


OPTIONS = (
    _redundancy("redundantvios", "two paging Virtual I/O Servers of shared memory:", spans.LISTS),
    _insists("mpio", "the paths of multipath I/O:", spans.LISTS),
    _insists("vlanbridge", "the bridges of virtual LANs:", spans.LISTS),
    _insists("vsi", "the configuration of virtual station interfaces:", spans.LISTS),
    _insists("uuid", "the partition's unique identifier:", spans.LISTS),
    _insists("protectstorage", "the protection of virtual storage:", spans.LISTS),
    _option(
        "npivval",
        "how far virtual Fibre Channel is validated:",
        spans.REDUNDANT,
        ("port", "portdisk"),
        ("ports", "ports and the disks behind them"),
    ),
    _insists("requirerr", "that the partition can be restarted remotely:", spans.REDUNDANT),
    _insists(
        "redundantvnicbkdev", "the number of backing devices of virtual NICs:", spans.REDUNDANT
    ),
    _redundancy("redundantmsps", "a second pair of mover service partitions:", spans.REDUNDANT),
    _insists("vniccfg", "the configuration of virtual NICs:", spans.ADAPTERS),
    _insists("migsriov", "migratable SR-IOV logical ports:", spans.ADAPTERS),
    _option("affinity", "requires that the affinity gets no worse", spans.ADAPTERS),
    _option("usecurrdata", "uses the data that the console has now", spans.REDUNDANT),
    _option(
        "steps",
        "tells of the steps of the migration:",
        spans.ADAPTERS,
        ("0", "1", "2"),
        ("no", "yes", "yes, in more detail"),
    ),
    _option("nodetails", "leaves out the details of messages", spans.LISTS),
)

NOTES = (
    "`--mpio`, `--vlanbridge`: with 1 what is only warned of becomes an error, with 2 errors "
    "become warnings.",
    "`--redundantmsps`: a second pair of movers stands by and takes over if the first is lost "
    "while memory is copied.",
    "`--redundantvios 1` is refused: no partition shares memory.",
    "`--vsi`, `--uuid`, `--protectstorage` and `--requirerr` find nothing to insist on or to "
    "tolerate: partitions have no virtual station interfaces, identifiers are unique, storage is "
    "protected, and every system can restart partitions.",
    "`--npivval`: whoever reaches a fabric reaches the disks on it, so that both values check the "
    "same.",
    "`--usecurrdata` and `--nodetails` change nothing: data is always current, and messages have "
    "no details.",
)


_NUMBERED = tuple(o.dest for o in OPTIONS if o.choices and o.choices[-1].isdigit())


def insisted(call: Call) -> dict[str, int]:
    """What the caller insists on (1), tolerates (2) or forbids (0), by the option's name."""
    given = {name: call.text(name) for name in _NUMBERED}
    return {name: int(value) for name, value in given.items() if value is not None}
