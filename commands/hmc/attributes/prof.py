"""The attributes of partition profiles, in the order of `lssyscfg -r prof`.

Order and names: captures of a POWER6 at V7R3.x (June 2008), of a POWER5 at V7R7.9, of a POWER7 at
V7R7 and of a POWER9 at V10R3; for Virtual I/O Servers at V7R3.2 one of V7R3.4 or later without
what came later.
"""

from __future__ import annotations

from hmcsh.commands.hmc.attributes.prof_fields import (
    BEFORE_V10,
    CAPTURE_P7,
    CAPTURE_V10,
    CHANNELS_MOVED,
    CONSOLE,
    EXPANSION,
    LHEA_CAPABILITY,
    LOGICAL_PORT,
    LPAR_ID,
    MAXIMUM,
    PHYSICAL_RATIOS,
    POWER6,
    POWER6_TO_8,
    POWER7,
    POWER8,
    POWER9,
    PROCESSING_UNITS,
    RATIOS,
    SINCE_POWER7,
    SINCE_RATIOS,
    SINCE_SHARED_MEMORY,
    SINCE_V10,
    SWITCHES,
    TO_POWER8,
    amounts,
    device,
    fixed,
    flag,
    in_profile,
    in_resources,
    is_client,
    is_i5os,
    is_not_i5os,
    is_server,
    is_shared,
    numbered,
    numbered_client,
    or_none,
    page_table_ratio,
    physical_page_table_ratio,
    plain,
    pool_name,
    processor_field,
    ratio,
    sets_field,
    unset,
    write_memory_mode,
    write_pool_name,
    write_restricted,
)
from hmcsh.commands.hmc.attributes.prof_lists import adapters, io_slots, listed
from hmcsh.commands.hmc.attributes.prof_network import (
    EARLY_TRUSTED_MODULES,
    SINCE_VNIC,
    SRIOV_LOGICAL_PORTS,
    TRUSTED_MODULES,
    VSI_PROFILES,
)
from hmcsh.commands.hmc.common import elements, elements_network, elements_sriov
from hmcsh.commands.hmc.common.changes import PROFILE_NAME, Settable
from hmcsh.commands.hmc.common.elements import show_flag

from hmcsh.language.attributes import Table
from hmcsh.language.levels import Span
from hmcsh.language.messages import Trust
from hmcsh.language.values import NoneOr, Number, OneOf, Reads, Switch
from hmcsh.model import capabilities, rules
from hmcsh.model.adapters import (
    EthernetAdapter,
    FibreChannelAdapter,
    ScsiAdapter,
    SerialAdapter,
    VasiAdapter,
    VnicAdapter,
)
from hmcsh.model.units import format_units

PROFILE_TABLE = Table(
    "lssyscfg -r prof",
    (
        fixed("name", lambda r: r.profile.name),
        fixed("lpar_name", lambda r: r.partition.name),
        fixed("lpar_id", lambda r: str(r.partition.lpar_id)),
        fixed("lpar_env", lambda r: r.partition.environment.value),
        plain(
            "all_resources",
            lambda r: show_flag(r.profile.all_resources),
            Switch(),
            sets_field("all_resources"),
        ),
        *amounts("mem", "memory", lambda r: r.profile.resources.memory),
        *amounts(
            "num_huge_pages",
            "huge_pages",
            lambda r: r.profile.resources.huge_pages,
            applies=numbered_client,
        ),
        plain(
            "mem_mode",
            lambda _: "ded",
            OneOf(("ded", "shared")),
            write_memory_mode,
            numbered,
            span=SINCE_SHARED_MEMORY,
            source="capture, V7R3.4.2 or later",
        ),
        in_resources(
            "mem_expansion",
            "memory_expansion",
            lambda r: format_units(r.profile.resources.memory_expansion),
            EXPANSION,
            offered=POWER7,
            span=SINCE_POWER7,
        ),
        in_resources(
            "hpt_ratio",
            "page_table_ratio",
            page_table_ratio,
            RATIOS,
            ratio,
            span=SINCE_RATIOS,
        ),
        in_resources(
            "ppt_ratio",
            "physical_page_table_ratio",
            physical_page_table_ratio,
            PHYSICAL_RATIOS,
            ratio,
            offered=POWER9,
            span=SINCE_V10,
            source=CAPTURE_V10,
        ),
        processor_field(
            "proc_mode",
            "mode",
            OneOf(("ded", "shared")),
            numbered,
        ),
        *amounts(
            "proc_units",
            "units",
            lambda r: r.profile.resources.processors.units,
            show=format_units,
            parse=PROCESSING_UNITS,
            applies=is_shared,
        ),
        *amounts("procs", "count", lambda r: r.profile.resources.processors.count),
        processor_field(
            "sharing_mode",
            "sharing_mode",
            OneOf((*rules.SHARED_MODES, *rules.DEDICATED_MODES)),
            numbered,
        ),
        processor_field(
            "uncap_weight",
            "uncapped_weight",
            Number(0, rules.MAXIMUM_WEIGHT),
            is_shared,
        ),
        processor_field("shared_proc_pool_id", "pool_id", Number(0, MAXIMUM), is_shared, POWER6),
        plain(
            "shared_proc_pool_name",
            pool_name,
            Reads(str, ("DefaultPool",), ("", "no such pool")),
            write_pool_name,
            is_shared,
            offered=POWER6,
        ),
        in_profile(
            "affinity_group_id",
            "affinity_group_id",
            NoneOr(Number(1, 255)),
            or_none,
            offered=POWER7,
            span=SINCE_RATIOS,
            source=CAPTURE_P7,
        ),
        io_slots(),
        listed("lpar_io_pool_ids", "io_pool_ids", LPAR_ID),
        device("load_source_slot", "load_source"),
        device("alt_restart_device_slot", "alternate_restart"),
        device("console_slot", "console", CONSOLE),
        device("alt_console_slot", "alternate_console"),
        device("op_console_slot", "operations_console"),
        Settable(
            "os400_restricted_io_mode",
            lambda r: show_flag(r.profile.i5os.restricted_io),
            is_i5os,
            offered=POWER7,
            span=SINCE_RATIOS,
            trust=Trust.INFERRED,
            source="IBM's automation for consoles (name); place and level recalled",
            parse=Switch(),
            write=write_restricted,
        ),
        in_profile("max_virtual_slots", "max_virtual_slots", Number(2, 65536)),
        adapters(elements.SERIAL, SerialAdapter),
        adapters(elements.SCSI, ScsiAdapter),
        adapters(elements_network.ETHERNET, EthernetAdapter, span=Span(until=SWITCHES)),
        adapters(
            elements_network.SWITCHED_ETHERNET,
            EthernetAdapter,
            span=Span(since=SWITCHES),
            source="capture, POWER7",
        ),
        VSI_PROFILES,
        EARLY_TRUSTED_MODULES,
        adapters(
            elements.FIBRE_CHANNEL,
            FibreChannelAdapter,
            offered=POWER6,
            span=Span(since=CHANNELS_MOVED),
            source=CAPTURE_P7,
        ),
        adapters(
            elements_sriov.VNIC,
            VnicAdapter,
            offered=POWER8,
            span=SINCE_VNIC,
            trust=Trust.SCRIPT,
            source="op-test, V10; its place: capture, V10R3",
        ),
        TRUSTED_MODULES,
        unset("hca_adapters", elements.NONE, offered=TO_POWER8, span=BEFORE_V10),
        in_profile("boot_mode", "boot_mode", OneOf((*rules.BOOT_MODES,)), applies=is_not_i5os),
        flag("conn_monitoring", "connection_monitoring"),
        flag("auto_start", "auto_start"),
        listed("power_ctrl_lpar_ids", "power_controlling_lpar_ids", LPAR_ID),
        in_profile("work_group_id", "work_group_id", NoneOr(LPAR_ID), or_none),
        flag("redundant_err_path_reporting", "redundant_error_path_reporting"),
        in_profile(
            "bsr_arrays", "bsr_arrays", Number(0, 256), offered=POWER6_TO_8, span=BEFORE_V10
        ),
        adapters(
            elements.VASI,
            VasiAdapter,
            is_server,
            offered=POWER6,
            span=Span(until=SWITCHES),
            trust=Trust.DOCUMENT,
            source="SG24-7460 5.6.3; its place: capture of a later V7",
        ),
        adapters(
            elements.REQUIRED_VASI,
            VasiAdapter,
            is_server,
            offered=POWER6,
            span=Span(since=SWITCHES),
            trust=Trust.RECALLED,
            source="recalled; its place: capture of a later V7",
        ),
        listed(
            "lhea_logical_ports",
            "lhea_logical_ports",
            LOGICAL_PORT,
            offered=POWER6_TO_8,
            span=BEFORE_V10,
        ),
        listed(
            "lhea_capabilities",
            "lhea_capabilities",
            LHEA_CAPABILITY,
            offered=POWER6_TO_8,
            span=BEFORE_V10,
        ),
        in_profile(
            "lpar_proc_compat_mode",
            "compatibility_mode",
            OneOf(capabilities.COMPATIBILITY_MODES),
            offered=POWER6,
        ),
        adapters(
            elements.FIBRE_CHANNEL,
            FibreChannelAdapter,
            offered=POWER6,
            span=Span(since=SWITCHES, until=CHANNELS_MOVED),
            source="capture of a later V7, POWER6",
        ),
        unset("electronic_err_reporting", "null", is_client, offered=POWER6),
        *SRIOV_LOGICAL_PORTS,
    ),
)


NEW_NAME = Settable(
    "new_name",
    lambda _: None,
    trust=Trust.SCRIPT,
    source="IBM's automation for consoles",
    parse=PROFILE_NAME,
    write=sets_field("name"),
)

_SETTABLE = tuple(a for a in PROFILE_TABLE.attributes if a.parse is not None)

PROFILE_INPUT = Table("chsyscfg -r prof", (NEW_NAME, *_SETTABLE))
# What a listing says as `null` is left out of a new profile.
PROFILE_CREATION = Table(
    "mksyscfg -r prof",
    [a for a in _SETTABLE if a.parse is not None and "null" not in a.parse.accepts],
)
