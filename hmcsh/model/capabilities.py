"""What a managed system can do: it follows from its processors, which its firmware tells.

The table holds two captures, of a POWER5 (V7R7.9) and of a POWER9 (V10R3); what lies between them
is inferred from when a function was announced.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Mapping
from typing import Protocol

from hmcsh.model.units import MINIMUM_PER_PROCESSOR

GENERATIONS = ("POWER5", "POWER6", "POWER7", "POWER8", "POWER9", "POWER10")


class Hardware(Protocol):
    """What tells the processors of a system: its firmware release and its type and model."""

    @property
    def firmware(self) -> str:
        """Name of the firmware release."""

    @property
    def type_model(self) -> str:
        """Machine type and model."""


_RELEASES = {"A": "POWER7", "S": "POWER8", "V": "POWER9", "M": "POWER10"}


def processor_generation(system: Hardware) -> str:
    """The processor generation of a system, from the name of its firmware release.

    SF240 is POWER5, EM320 POWER6, AL730 POWER7, SV810 POWER8, VH950 POWER9, MH1030 POWER10
    (names of IBM's firmware releases).
    """
    return GENERATIONS[_rank(system.firmware)]


@functools.cache
def _rank(release: str) -> int:
    generation = "POWER5" if release.startswith("SF") else _RELEASES.get(release[:1], "POWER6")
    return GENERATIONS.index(generation)


_RANKS = {generation: rank for rank, generation in enumerate(GENERATIONS)}


def at_least(system: Hardware, generation: str) -> bool:
    """Whether a system has processors of a generation or of a later one."""
    return _rank(system.firmware) >= _RANKS[generation]


@dataclasses.dataclass(frozen=True, slots=True)
class Generations:
    """From which generation to which one, both included, systems can do something."""

    first: str = GENERATIONS[0]
    last: str = GENERATIONS[-1]

    def hold(self, system: Hardware) -> bool:
        """Whether a system is one of them."""
        return _RANKS[self.first] <= _rank(system.firmware) <= _RANKS[self.last]


ALL = Generations()
NONE = None

# By the names that `lssyscfg -r sys` has for them, without `_capable`.
CAPABILITIES: Mapping[str, Generations | None] = {
    "active_lpar_share_idle_procs": Generations("POWER6"),
    "active_mem_expansion": Generations("POWER7"),
    "hardware_active_mem_expansion": Generations("POWER8"),
    "active_mem_mirroring_hypervisor": Generations("POWER7"),
    "active_mem_sharing": Generations("POWER6", "POWER9"),
    "addr_broadcast_perf_policy": NONE,
    "aix": ALL,
    "bsr": Generations("POWER6", "POWER8"),
    "capi": Generations("POWER8"),
    "cod_mem": Generations("POWER6"),
    "cod_proc": ALL,
    "dynamic_platform_optimization": Generations("POWER7"),
    "electronic_err_reporting": Generations("POWER7"),
    "firmware_power_saver": Generations("POWER7"),
    "hardware_power_saver": Generations("POWER7"),
    "hardware_discovery": Generations("POWER7"),
    "hca": Generations("POWER5", "POWER8"),
    "huge_page_mem": ALL,
    "lhea": Generations("POWER6", "POWER8"),
    "lpar_avail_priority": Generations("POWER6"),
    "lpar_proc_compat_mode": Generations("POWER6"),
    "lpar_remote_restart": Generations("POWER7", "POWER8"),
    "powervm_lpar_simplified_remote_restart": Generations("POWER8"),
    "dynamic_simplified_remote_restart_toggle": Generations("POWER8"),
    "powervm_lpar_remote_restart": Generations("POWER7", "POWER8"),
    "lpar_suspend": Generations("POWER7", "POWER8"),
    "micro_lpar": ALL,
    "os400": Generations("POWER6"),
    "5250_application": Generations("POWER7"),
    "os400_native_io": Generations("POWER7"),
    "redundant_err_path_reporting": ALL,
    "shared_eth_failover": ALL,
    "sni_msg_passing": NONE,
    "sp_failover": ALL,
    "vet_activation": ALL,
    "virtual_fc": Generations("POWER6"),
    "virtual_io_server": ALL,
    "virtual_switch": Generations("POWER6"),
    "vsn_phase2": Generations("POWER7"),
    "vsi_on_veth": Generations("POWER7"),
}


def capable(system: Hardware, name: str) -> bool:
    """Whether a system has the capability of a name. KeyError for an unknown one."""
    generations = CAPABILITIES[name]
    return generations is not None and generations.hold(system)


_MODES: Mapping[str, tuple[str, ...]] = {
    "POWER5": ("default",),
    "POWER6": ("default", "POWER6", "POWER6_enhanced"),
    "POWER7": ("default", "POWER6", "POWER6_enhanced", "POWER7"),
    "POWER8": ("default", "POWER6", "POWER6_enhanced", "POWER7", "POWER8"),
    "POWER9": ("default", "POWER7", "POWER8", "POWER9", "POWER9_base"),
    "POWER10": ("default", "POWER8", "POWER9", "POWER9_base", "POWER10"),
}
COMPATIBILITY_MODES = tuple(dict.fromkeys(mode for modes in _MODES.values() for mode in modes))


def compatibility_modes(system: Hardware) -> tuple[str, ...]:
    """The processor compatibility modes of a system (POWER9: capture, V10R3; others inferred)."""
    return _MODES[processor_generation(system)]


_SMALLER_UNITS = ("MMD", "MHD")  # models with POWER7+ processors


def minimum_units(system: Hardware) -> int:
    """Fewest processing units for a virtual processor, in hundredths.

    0.1, and 0.05 from POWER7+ on (IBM's announcement of POWER7+; the capture of a POWER9 shows
    partitions of 0.1 and of one processor, which both allow).
    """
    plus = at_least(system, "POWER8") or system.type_model.endswith(_SMALLER_UNITS)
    return MINIMUM_PER_PROCESSOR // 2 if plus else MINIMUM_PER_PROCESSOR


def page_table_ratio(system: Hardware) -> int:
    """The usual ratio of memory to its hardware page table (captures, POWER5 and POWER9)."""
    return 128 if at_least(system, "POWER8") else 64


PAGE_TABLE_RATIOS = (32, 64, 128, 256, 512)  # those that can be chosen (capture, V7R7.9)
