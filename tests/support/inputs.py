"""Every attribute that a command takes, and a call that gives it: what to say besides, and of what.

The attributes, their examples and their levels come from the tables of the commands; here stands
only what no table knows: things of the lab `every-attribute` that attributes can be set on.
"""

from __future__ import annotations

import dataclasses
import re
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from hmcsh.commands.hmc import COMMANDS, names_at

from hmcsh.language.attributes import Attribute
from hmcsh.language.levels import ALWAYS, Level, Span
from hmcsh.language.records import format_field
from hmcsh.model.access import Resource
from hmcsh.model.roles import TaskRole

LAB = (Path(__file__).parents[1] / "labs" / "every-attribute.yaml").read_text()
ONE, P9 = "one", "p9"


@dataclasses.dataclass(frozen=True, slots=True)
class Site:
    """A call that takes a record, `{}`, and one that shows an attribute, `{}`, afterwards.

    `base` is what the record says besides, as `name=value,...` without quotes; `shows` is empty
    where nothing does. `named` are attributes that the listing has by another name, `span` the
    levels at which there is what the call names.
    """

    call: str
    shows: str = ""
    base: str = ""
    named: Mapping[str, str] = dataclasses.field(default_factory=dict)
    span: Span = ALWAYS

    @property
    def once(self) -> bool:
        """Whether the call makes or removes something, so that it cannot be repeated."""
        return self.call.startswith("mk") or (" -o s" not in self.call and "chhwres" in self.call)

    def shown(self, attribute: Attribute) -> str:
        """The call that shows the attribute, whichever thing has it if it identifies the thing."""
        name = attribute.name
        shows = re.sub(" --filter [^ ]+", "", self.shows) if name in _IDENTIFY else self.shows
        return shows.format({**_SHOWN_BY, **self.named}.get(name, name))

    def line(self, attribute: Attribute, text: str) -> str:
        """The command line that sets the attribute to a value."""
        parts = [part for part in self.base.split(",") if part.split("=")[0] != attribute.name]
        fields = [*filter(None, parts), field(attribute, text)]
        return self.call.format(shlex.quote(",".join(fields)))


def taken_at(level: Level) -> Iterator[tuple[str, str, Attribute]]:
    """Every attribute that a command takes at a level: the command, the table's key, itself."""
    for name in names_at(level):
        for key, table in COMMANDS[name].tables.items():
            if not name.startswith("ls"):
                for attribute in table.writable(level).values():
                    yield name, key, attribute


def add_roles(hmc: Any) -> None:
    """Roles that can be changed: no inventory has any."""
    console, system = hmc.datacenter.console, hmc.datacenter.frames["one"]
    console.task_roles = {"mine": TaskRole("mine", "hmcsuperadmin", {"lpar": ("ActivateLPAR",)})}
    console.resource_roles = {"part": (Resource(system.mtms, 3),)}


def field(attribute: Attribute, text: str) -> str:
    """`name=value` as a field of a record."""
    if not attribute.many:
        return format_field(attribute.name, text)
    whole = f"{attribute.name}={text}".replace('"', '""')
    return f'"{whole}"' if "," in whole or '"' in whole else whole


_AMOUNTS = "min_mem=512,desired_mem=1024,max_mem=2048"
_SHARED = (
    f"{_AMOUNTS},proc_mode=shared,min_procs=1,desired_procs=2,max_procs=4"
    ",min_proc_units=0.2,desired_proc_units=0.4,max_proc_units=2.0"
)
_DEDICATED = f"{_AMOUNTS},proc_mode=ded,min_procs=1,desired_procs=2,max_procs=4"
_SHAPES = (f"{_SHARED},sharing_mode=uncap,uncap_weight=128", _DEDICATED)
_KINDS = {ONE: ("off", "vios1", "web"), P9: ("stopped", "orders", "ded", "vios1")}


def _listed(system: str, name: str, profile: str = "") -> str:
    """What lists a partition or one of its profiles."""
    filters = f"lpar_names={name}" + (f",profile_names={profile}" if profile else "")
    kind = "prof" if profile else "lpar"
    return f"lssyscfg -r {kind} -m {system} --filter {filters} -F {{}}"


def _partitions() -> Iterator[Site]:
    for system, names in _KINDS.items():
        for name in names:
            call = f"chsyscfg -r lpar -m {system} -i {{}}"
            compat = {"lpar_proc_compat_mode": "desired_lpar_proc_compat_mode"}
            yield Site(call, _listed(system, name), f"name={name}", compat)


def _profiles() -> Iterator[Site]:
    for base in ("", *_SHAPES, "virtual_eth_adapters=4/0/1//0/0/ETHERNET0///"):
        for system, names in _KINDS.items():
            for name in names:
                fields = f"name=default,lpar_name={name},{base}"
                call = f"chsyscfg -r prof -m {system} -i {{}}"
                yield Site(call, _listed(system, name, "default"), fields)


def _new_partitions() -> Iterator[Site]:
    for system in (ONE, P9):
        for kind in ("aixlinux", "vioserver", "os400"):
            fields = f"name=new,profile_name=default,lpar_env={kind},{_SHARED}"
            yield Site(f"mksyscfg -r lpar -m {system} -i {{}}", _listed(system, "new"), fields)


def _new_profiles() -> Iterator[Site]:
    for base in (*_SHAPES, f"{_SHARED},virtual_eth_adapters=4/0/1//0/0/ETHERNET0///"):
        for system, names in _KINDS.items():
            for name in names:
                fields = f"name=new,lpar_name={name},{base}"
                call = f"mksyscfg -r prof -m {system} -i {{}}"
                yield Site(call, _listed(system, name, "new"), fields)


def _virtual(subtype: str, *bases: str) -> list[Site]:
    """New virtual adapters in slot 20 of servers and of a client that can be reached."""
    sites = []
    for base in bases:
        for system, name in ((ONE, "vios1"), (ONE, "off"), (P9, "linux")):
            call = f"chhwres -r virtualio --rsubtype {subtype} -m {system} -o a -p {name}"
            shown = f"lshwres -r virtualio --rsubtype {subtype} -m {system} --level lpar"
            filters = f"--filter lpar_names={name},slots=20 -F {{}}"
            sites.append(Site(f"{call} -s 20 -a {{}}", f"{shown} {filters}", base))
    return sites


def _one(call: str, shows: str = "", *bases: str) -> list[Site]:
    return [Site(call, shows, base) for base in bases or ("",)]


_CHANGE, _LIST = "chhwres -r virtualio --rsubtype", "lshwres -r virtualio --rsubtype"
_SHARE, _SHARED_BY = "chhwres -r sriov --rsubtype", "lshwres -r sriov --rsubtype"
_LOGICAL = f"{_SHARED_BY} logport --level {{}} -m p9 --filter logical_port_ids={{}} -F {{{{}}}}"
_REMOTE = "remote_slot_num=4"

# Where a listing has another name for what was set.
_IDENTIFY = ("new_name", "logical_port_id")
_SHOWN_BY = {
    "secure_boot": "pend_secure_boot",
    "conn_speed": "config_conn_speed",
    "max_recv_packet_size": "config_max_recv_packet_size",
    "recv_flow_control": "config_recv_flow_control",
    "trans_flow_control": "config_trans_flow_control",
    "new_name": "name",
}

SITES: dict[tuple[str, str], list[Site]] = {
    ("chaccfg", "taskrole"): _one(
        "chaccfg -t taskrole -i {}", "lsaccfg -t taskrole -F {}", "name=mine"
    ),
    ("chaccfg", "resourcerole"): _one(
        "chaccfg -t resourcerole -i {}", "lsaccfg -t resourcerole -F {}", "name=part"
    ),
    ("chhmcusr", ""): _one(
        "chhmcusr -i {}", "lshmcusr --filter names=watcher -F {}", "name=watcher"
    ),
    ("chhmcusr", "default"): _one("chhmcusr -t default -i {}", "lshmcusr -t default -F {}"),
    ("mkhmcusr", ""): _one(
        "mkhmcusr -i {}",
        "lshmcusr --filter names=new -F {}",
        "name=new,taskrole=hmcviewer,passwd=LongEnough",
    ),
    ("mkaccfg", "taskrole"): _one(
        "mkaccfg -t taskrole -i {}",
        "lsaccfg -t taskrole -F {}",
        "name=new,parent=hmcsuperadmin,resources=lpar:ActivateLPAR",
    ),
    ("mkaccfg", "resourcerole"): _one(
        "mkaccfg -t resourcerole -i {}", "lsaccfg -t resourcerole -F {}", "name=new"
    ),
    ("chsyscfg", "sys"): [
        Site(f"chsyscfg -r sys -m {system} -i {{}}", "lssyscfg -r sys -F {}")
        for system in (ONE, P9)
    ],
    ("chsyscfg", "lpar"): [*_partitions()],
    ("chsyscfg", "prof"): [*_profiles()],
    ("chsyscfg", "sysprof"): _one(
        "chsyscfg -r sysprof -m one -i {}",
        "lssyscfg -r sysprof -m one --filter profile_names=evening -F {}",
        "name=evening",
        "name=evening,profile_names=spare",
        "name=evening,lpar_ids=3",
    ),
    ("chsyscfg", "frame"): [
        Site(
            "chsyscfg -r frame -e rack1 -i {}",
            "lssyscfg -r frame -F {}",
            span=Span(until=Level.parse("V9R1")),
        )
    ],
    ("mksyscfg", "lpar"): [*_new_partitions()],
    ("mksyscfg", "prof"): [*_new_profiles()],
    ("mksyscfg", "sysprof"): _one(
        "mksyscfg -r sysprof -m one -i {}",
        "lssyscfg -r sysprof -m one --filter profile_names=new -F {}",
        "name=new,profile_names=spare",
        "name=new,lpar_ids=3",
    ),
    ("chhwres", "mem -o s"): [
        Site(f"chhwres -r mem -m {s} -o s -a {{}}", f"lshwres -r mem -m {s} --level sys -F {{}}")
        for s in (ONE, P9)
    ],
    ("chhwres", "proc -o s"): _one(
        "chhwres -r proc -m one -o s -p web -a {}",
        "lshwres -r proc -m one --level lpar --filter lpar_names=web -F curr_{}",
        "",
        "sharing_mode=uncap",
    ),
    ("chhwres", "procpool -o s"): [
        Site(
            "chhwres -r procpool -m one -o s --poolid 1 -a {}",
            "lshwres -r procpool -m one -F {}",
            named={"reserved_pool_proc_units": "pend_reserved_pool_proc_units"},
        )
    ],
    ("chhwres", "virtualio eth -o a"): _virtual(
        "eth",
        "ieee_virtual_eth=1,port_vlan_id=9",
        "ieee_virtual_eth=1,port_vlan_id=9,is_trunk=1",
        "ieee_virtual_eth=1,port_vlan_id=9,is_trunk=1,trunk_priority=3",
    ),
    ("chhwres", "virtualio scsi -o a"): _virtual(
        "scsi",
        f"adapter_type=server,remote_lpar_id=4,{_REMOTE}",
        f"adapter_type=server,{_REMOTE}",
        f"adapter_type=client,{_REMOTE}",
        f"adapter_type=client,remote_lpar_id=1,{_REMOTE}",
    ),
    ("chhwres", "virtualio serial -o a"): _virtual(
        "serial", "adapter_type=server", f"adapter_type=server,{_REMOTE}"
    ),
    ("chhwres", "virtualio fc -o a"): _virtual(
        "fc",
        f"adapter_type=server,remote_lpar_id=4,{_REMOTE}",
        f"adapter_type=server,{_REMOTE}",
        f"adapter_type=client,{_REMOTE}",
        f"adapter_type=client,remote_lpar_id=1,{_REMOTE}",
    ),
    ("chhwres", "virtualio eth -o s"): _one(
        f"{_CHANGE} eth -m p9 -o s -p vios1 -s 2 -a {{}}",
        f"{_LIST} eth -m p9 --level lpar --filter lpar_names=vios1,slots=2 -F {{}}",
        "",
        "ieee_virtual_eth=1",
        "is_trunk=1",
        "trunk_priority=3",
    ),
    ("chhwres", "virtualio vswitch -o a"): _one(
        f"{_CHANGE} vswitch -m p9 -o a --vswitch NEW -a {{}}",
        f"{_LIST} vswitch -m p9 --filter vswitches=NEW -F {{}}",
    ),
    ("chhwres", "virtualio vswitch -o s"): [
        Site(
            f"{_CHANGE} vswitch -m p9 -o s --vswitch STORE -a {{}}",
            f"{_LIST} vswitch -m p9 -F {{}}",
            named={"new_name": "vswitch"},
        )
    ],
    ("chhwres", "virtualio vnic -o a"): _one(
        f"{_CHANGE} vnic -m p9 -o a -p linux -s 20 -a {{}}",
        f"{_LIST} vnic -m p9 --filter slots=20 -F {{}}",
        "backing_devices=sriov/vios1//1/2",
    ),
    ("chhwres", "virtualio vnic -o s"): _one(
        f"{_CHANGE} vnic -m p9 -o s -p linux -s 6 -a {{}}",
        f"{_LIST} vnic -m p9 --filter slots=6 -F {{}}",
    ),
    ("chhwres", "virtualio vnicbkdev -o s"): _one(
        f"{_CHANGE} vnicbkdev -m p9 -o s -p linux -s 6 --logport 27004003 -a {{}}",
        f"{_LIST} vnicbkdev -m p9 -F {{}}",
    ),
    ("chhwres", "sriov adapter -o a"): _one(
        f"{_SHARE} adapter -m p9 -o a -a {{}}",
        f"{_SHARED_BY} adapter -m p9 -F {{}}",
        "slot_id=21010020",
    ),
    ("chhwres", "sriov adapter -o r"): _one(f"{_SHARE} adapter -m p9 -o r -a {{}}"),
    ("chhwres", "sriov physport -o s"): [
        Site(
            f"{_SHARE} physport -m p9 -o s -a {{}}",
            f"{_SHARED_BY} physport -m p9 --level {kind} --filter phys_port_ids={port} -F {{}}",
            f"adapter_id=1,phys_port_id={port},{more}",
        )
        for kind, port in (("ethc", 0), ("eth", 2))
        for more in ("", "phys_port_label=back")
    ],
    ("chhwres", "sriov logport -o a"): [
        Site(
            f"{_SHARE} logport -m p9 -o a -p {name} -a {{}}",
            _LOGICAL.format(kind, number) if number else "",
            f"adapter_id={adapter},phys_port_id=1,logical_port_type={kind},logical_port_id={number}",
        )
        for name in ("vios1", "linux")
        for kind, adapter, number in (("eth", 1, "27004005"), ("roce", 2, "27008005"))
    ],
    ("chhwres", "sriov logport -o r"): _one(
        f"{_SHARE} logport -m p9 -o r -p linux -a {{}}",
        "",
        "adapter_id=1,logical_port_id=27004002",
    ),
    ("chhwres", "sriov logport -o s"): _one(
        f"{_SHARE} logport -m p9 -o s -p linux -a {{}}",
        _LOGICAL.format("eth", "27004002"),
        "adapter_id=1,logical_port_id=27004002",
        "adapter_id=1,logical_port_id=27004002,diag_mode=0",
    ),
    ("chhwres", "hea -o a"): _one(
        "chhwres -r hea -m one -o a -p vios1 -l 23000000 -g 1 --physport 0 --logport 3 -a {}",
        "lshwres -r hea --rsubtype logical -m one --level port -F {}",
    ),
    ("chhwres", "hea -o s"): _one(
        "chhwres -r hea -m one -o s -l 23000000 -g 2 -a {}",
        "lshwres -r hea --rsubtype phys -m one --level port_group -F {}",
    ),
    ("chhwres", "hea -o s --physport"): _one(
        "chhwres -r hea -m one -o s -l 23000000 -g 2 --physport 1 -a {}",
        "lshwres -r hea --rsubtype phys -m one --level port -F {}",
    ),
    ("migrlpar", ""): _one("migrlpar -o v -m one -t two -p web -n moved -i {}"),
    ("migrlpar", "set sys"): _one(
        "migrlpar -o set -r sys -m one -i {}", "lslparmigr -r sys -m one -F {}"
    ),
    ("migrlpar", "set lpar"): _one(
        "migrlpar -o set -r lpar -m one -p vios1 -i {}",
        "lslparmigr -r lpar -m one --filter lpar_names=vios1 -F {}",
    ),
}
