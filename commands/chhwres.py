"""chhwres: dynamic changes of memory, processors and virtual adapters (dynamic partitioning)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from hmcsh.commands.attributes.virtualio import ETH_TABLE, KINDS, SCSI_TABLE
from hmcsh.commands.common.core import Call, Command, Lines, performs
from hmcsh.commands.common.options import DETAIL, FORCE, PARTITION, PARTITION_ID, SYSTEM, WAIT
from hmcsh.commands.common.tasks import Task

from hmcsh.language.attributes import Table
from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.messages import HmcError
from hmcsh.language.records import parse_record
from hmcsh.model import dlpar
from hmcsh.model.adapters import ANY, EthernetAdapter, ScsiAdapter, VasiAdapter
from hmcsh.model.frame import Frame
from hmcsh.model.partition import Partition
from hmcsh.model.units import parse_units

_PARTITION = (("-p", "--id"),)
_TARGET = (("-t", "--tid"),)
_HOW = ("-w", "-d", "--force")
_PROCESSORS = ("--procs", "--procunits")
_ANYTHING = (
    "-p",
    "--id",
    "-t",
    "--tid",
    "-l",
    "-s",
    "-a",
    "--poolname",
    "--poolid",
    "--rsubtype",
    *_HOW,
)

_NOT_EMULATED = (
    Form({"-r": ("hea", "procpool"), "-o": ()}, required=("-m",), optional=_ANYTHING),
    Form({"-r": ("mem", "proc"), "-o": ("s",)}, required=("-m",), optional=_ANYTHING),
    Form({"-r": ("io",), "-o": ("c", "s")}, required=("-m",), optional=_ANYTHING),
    Form(
        {"-r": ("virtualio",), "-o": ("a",), "--rsubtype": ("serial",)},
        required=("-m",),
        optional=_ANYTHING,
    ),
)

DECLARATION = Declaration(
    "chhwres",
    "Changes the hardware resources of partitions while they are defined or running.",
    (
        Option(
            "-r",
            "resource",
            "required",
            help="the type of resources to change:",
            choices=("hea", "io", "mem", "proc", "procpool", "virtualio"),
            choice_help=(
                "host Ethernet adapters (not emulated)",
                "physical I/O slots",
                "memory",
                "processors",
                "shared processor pools (not emulated)",
                "virtual I/O",
            ),
        ),
        Option(
            "--rsubtype",
            "subtype",
            "required",
            help="the type of virtual adapter or physical I/O:",
            choices=("eth", "scsi", "serial", "slot", "vasi"),
            choice_help=(
                "virtual Ethernet",
                "virtual SCSI",
                "virtual serial (only its removal is emulated)",
                "physical I/O slots",
                "VASI",
            ),
        ),
        SYSTEM,
        Option(
            "-o",
            "operation",
            "required",
            help="the operation to perform:",
            choices=("a", "c", "m", "r", "s"),
            choice_help=(
                "add",
                "clear (not emulated)",
                "move to another partition",
                "remove",
                "set (not emulated)",
            ),
        ),
        PARTITION,
        PARTITION_ID,
        Option(
            "-t",
            "target",
            "required",
            "partition name",
            "the partition to move to",
            kind="partition",
        ),
        Option(
            "--tid",
            "target_id",
            "required",
            "partition ID",
            "the ID of the partition to move to",
            kind="partition_id",
            minimum=1,
            maximum=65535,
        ),
        Option("-q", "memory", "required", "quantity", "memory in MB", minimum=1),
        Option(
            "--procs",
            "processors",
            "required",
            "quantity",
            "processors; virtual ones of a partition that shares them",
            minimum=1,
            maximum=9999,
        ),
        Option(
            "--procunits",
            "units",
            "required",
            "quantity",
            "processing units, with at most two decimals",
            kind="units",
        ),
        Option(
            "-s",
            "slot",
            "required",
            "virtual slot number",
            "the virtual slot; the next available one if an adapter is added without it",
            minimum=0,
            maximum=65535,
        ),
        Option("-l", "drc_index", "required", "DRC index", "the physical I/O slot"),
        Option("--poolname", "pool", "required", "pool name", "the pool (not emulated)"),
        Option("--poolid", "pool_id", "required", "pool ID", "the pool's ID (not emulated)"),
        Option(
            "-a",
            "data",
            "required",
            "attributes",
            "the attributes of the adapter: name=value,...",
            kind="data",
        ),
        WAIT,
        DETAIL,
        FORCE,
    ),
    (
        Form({"-r": ("mem",), "-o": ("a", "r")}, ("-m", "-q"), _HOW, one_of=_PARTITION),
        Form({"-r": ("mem",), "-o": ("m",)}, ("-m", "-q"), _HOW, one_of=_PARTITION + _TARGET),
        Form({"-r": ("proc",), "-o": ("a", "r")}, ("-m",), _PROCESSORS + _HOW, one_of=_PARTITION),
        Form(
            {"-r": ("proc",), "-o": ("m",)},
            ("-m",),
            _PROCESSORS + _HOW,
            one_of=_PARTITION + _TARGET,
        ),
        Form(
            {"-r": ("virtualio",), "-o": ("a",), "--rsubtype": ("eth", "scsi")},
            ("-m", "-a"),
            ("-s", *_HOW),
            one_of=_PARTITION,
        ),
        Form(
            {"-r": ("virtualio",), "-o": ("a", "r"), "--rsubtype": ("vasi",)},
            ("-m",),
            ("-s", *_HOW),
            one_of=_PARTITION,
        ),
        Form(
            {"-r": ("virtualio",), "-o": ("r",)},
            ("-m", "-s"),
            ("--rsubtype", *_HOW),
            one_of=_PARTITION,
        ),
        Form(
            {"-r": ("io",), "-o": ("a", "r")},
            ("-m", "-l"),
            ("--rsubtype", *_HOW),
            one_of=_PARTITION,
        ),
        Form(
            {"-r": ("io",), "-o": ("m",)},
            ("-m", "-l"),
            ("--rsubtype", *_HOW),
            one_of=_PARTITION + _TARGET,
        ),
        *_NOT_EMULATED,
    ),
    notes=(
        # SG24-7460 5.6.3 prints --subtype once; the same section uses --rsubtype for lshwres, as
        # every other source does for this command, so that the one word is read as a misprint.
        "The type of virtual adapter is given with --rsubtype only.",
        "Changes are made at once: -w and -d are checked, but nothing is waited for.",
        "--force is accepted and overrides no rule: a partition that is on without an RMC "
        "connection is refused all the same.",
    ),
    examples=(
        "chhwres -r mem -m mySystem -o a -p myLPAR -q 256",
        "chhwres -r proc -m mySystem -o r --id 3 --procunits 0.2",
        "chhwres -r proc -m mySystem -o m -p myLPAR -t otherLPAR --procs 1",
        "chhwres -r virtualio --rsubtype scsi -m mySystem -o a --id 1 -s 12 "
        "-a adapter_type=server,remote_lpar_id=5,remote_slot_num=2",
        "chhwres -r virtualio --rsubtype vasi -m mySystem -o a -p VIOS1",
        "chhwres -r io -m mySystem -o r -p myLPAR -l 21010200",
    ),
    source="manual page, V9; field notes, V7; SG24-7460 5.6.3 for VASI adapters",
)

_UNITS = re.compile(r"[0-9]{1,6}(\.[0-9]{1,2})?", re.ASCII)


# -- memory and processors -------------------------------------------------------------------


def _target(call: Call, frame: Frame) -> Partition:
    name = call.text("target")
    if name is not None:
        return frame.partition(name=name)
    return frame.partition(lpar_id=call.parsed.number("target_id"))


def _units(call: Call) -> int:
    text = call.text("units")
    if text is None:
        return 0
    if _UNITS.fullmatch(text) is None or (units := parse_units(text)) == 0:
        raise HmcError("missing_or_invalid", parameters=["--procunits"])
    return units


def _quantity(call: Call) -> dlpar.Quantity:
    if call.text("resource") == "mem":
        return dlpar.Quantity(memory=call.parsed.number("memory") or 0)
    if not (call.given("processors") or call.given("units")):
        raise HmcError("missing_or_invalid", parameters=list(_PROCESSORS))
    return dlpar.Quantity(processors=call.parsed.number("processors") or 0, units=_units(call))


def _change_resources(call: Call, frame: Frame, partition: Partition) -> None:
    quantity = _quantity(call)
    operation = call.text("operation")
    if operation == "a":
        dlpar.add(partition, quantity)
    elif operation == "r":
        dlpar.remove(partition, quantity)
    else:
        dlpar.move(partition, _target(call, frame), quantity)


# -- physical slots --------------------------------------------------------------------------

_DRC_INDEX = re.compile(r"[0-9A-Fa-f]{8}", re.ASCII)


def _change_slots(call: Call, frame: Frame, partition: Partition) -> None:
    if call.text("subtype") not in (None, "slot"):
        raise HmcError("missing_or_invalid", parameters=["--rsubtype"])
    index = call.parsed.required("drc_index")
    if _DRC_INDEX.fullmatch(index) is None:
        raise HmcError("missing_or_invalid", parameters=["-l"])
    operation = call.text("operation")
    if operation == "a":
        dlpar.add_slot(partition, index.upper())
    elif operation == "r":
        dlpar.remove_slot(partition, index.upper())
    else:
        dlpar.move_slot(partition, _target(call, frame), index.upper())


# -- virtual adapters ------------------------------------------------------------------------


def _settings(call: Call, table: Table, required: tuple[str, ...]) -> dict[str, Any]:
    """The attributes of `-a` by name.

    Raises HmcError for malformed data, an attribute that is unknown or cannot be set, a value
    that is not valid, and a required attribute that is missing.
    """
    record = parse_record(call.parsed.required("data"))
    settings = table.read_input(record, call.level)
    _require(settings, required)
    return {name: setting.value for name, setting in settings.items()}


def _require(settings: dict[str, Any], required: tuple[str, ...]) -> None:
    missing = [name for name in required if name not in settings]
    if missing:
        raise HmcError("missing_attribute", names=missing)


def _ethernet(call: Call, frame: Frame, slot: int) -> EthernetAdapter:
    """The Ethernet adapter that `-a` describes (attributes: field notes, V7)."""
    given = _settings(call, ETH_TABLE, ("ieee_virtual_eth", "port_vlan_id"))
    trunk = given.get("is_trunk", False)
    if trunk:
        _require(given, ("trunk_priority",))
    elif "trunk_priority" in given:
        raise HmcError("invalid_attribute", name="trunk_priority")
    vlans = given.get("addl_vlan_ids", ())
    if vlans and not given["ieee_virtual_eth"]:
        raise HmcError("invalid_attribute", name="addl_vlan_ids")
    if given["port_vlan_id"] in vlans:
        raise HmcError("invalid_attribute_value", name="addl_vlan_ids", value=given["port_vlan_id"])
    return EthernetAdapter(
        slot,
        given["port_vlan_id"],
        ieee=given["ieee_virtual_eth"],
        additional_vlan_ids=vlans,
        trunk_priority=given["trunk_priority"] if trunk else 0,
    )


def _scsi(call: Call, frame: Frame, slot: int) -> ScsiAdapter:
    """The SCSI adapter that `-a` describes (attributes: field notes, V7)."""
    given = _settings(call, SCSI_TABLE, ("adapter_type",))
    if "remote_lpar_name" in given:
        if "remote_lpar_id" in given:
            raise HmcError("exclusive_attributes", names=["remote_lpar_id", "remote_lpar_name"])
        given["remote_lpar_id"] = frame.partition(name=given["remote_lpar_name"]).lpar_id
    _require(given, ("remote_lpar_id",))
    if given["remote_lpar_id"] == ANY:
        given.setdefault("remote_slot_num", ANY)
    _require(given, ("remote_slot_num",))
    return ScsiAdapter(
        slot, given["adapter_type"], given["remote_lpar_id"], given["remote_slot_num"]
    )


def _vasi(call: Call, frame: Frame, slot: int) -> VasiAdapter:
    return VasiAdapter(slot)


_ADAPTERS: dict[str, Callable[[Call, Frame, int], EthernetAdapter | ScsiAdapter | VasiAdapter]] = {
    "eth": _ethernet,
    "scsi": _scsi,
    "vasi": _vasi,
}


def _change_adapters(call: Call, frame: Frame, partition: Partition) -> None:
    subtype = call.text("subtype")
    wanted = call.parsed.number("slot")
    if subtype == "slot":
        raise HmcError("missing_or_invalid", parameters=["--rsubtype"])
    dlpar.require_changeable(partition)
    if call.text("operation") == "a":
        slot = dlpar.choose_slot(partition, wanted)
        dlpar.add_adapter(partition, _ADAPTERS[call.parsed.required("subtype")](call, frame, slot))
        return
    if wanted is None:
        wanted = _only_vasi_slot(partition)
    dlpar.remove_adapter(partition, wanted, None if subtype is None else KINDS[subtype])


def _only_vasi_slot(partition: Partition) -> int:
    """The slot that a removal without `-s` means: there is at most one VASI adapter."""
    if not partition.vasi_adapters:
        raise HmcError("no_vasi", name=partition.name)
    return partition.vasi_adapters[0].slot


_CHANGES: dict[str, Callable[[Call, Frame, Partition], None]] = {
    "mem": _change_resources,
    "proc": _change_resources,
    "io": _change_slots,
    "virtualio": _change_adapters,
}


async def run(call: Call) -> Lines:
    """Make the change that `-r` and `-o` ask for; says nothing when it is done."""
    if call.parsed.form in _NOT_EMULATED:
        raise HmcError("not_emulated", what=_described(call))
    frame = call.system()
    partition = call.partition(frame)
    _CHANGES[call.parsed.required("resource")](call, frame, partition)
    return ()


def _described(call: Call) -> str:
    options = (("-r", "resource"), ("--rsubtype", "subtype"), ("-o", "operation"))
    given = [f"{flag} {call.text(dest)}" for flag, dest in options if call.given(dest)]
    return " ".join(["chhwres", *given])


COMMAND = Command(
    DECLARATION,
    run,
    {"virtualio eth": ETH_TABLE, "virtualio scsi": SCSI_TABLE},
    task=performs(Task.DYNAMIC_PARTITIONING),
)
