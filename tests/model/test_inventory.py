"""Broken inventories: each thing that is wrong is told once, with its line."""

import errno
import os
from pathlib import Path

import pytest

from hmcsh.model.inventory import InventoryError, Problem, check, load, load_text, resolve, shipped
from hmcsh.runtime import Clock

BASE = """\
hmc: {name: hmc1, level: V7R3.2.0}
networks: {lan: 1 Gbit/s}
luns:
  data: 16 GB
  more: 16 GB
  extra: 16 GB
systems:
  left:
    serial: 10AAAAA
    memory: 8 GB
    memory_block: 64 MB
    processors: 4
    huge_pages: 2
    pools: {batch: {id: 1, maximum: 1}}
    slots: {U789D.001.DQD0001-P1-C1: ethernet}
    partitions:
      vios:
        id: 1
        type: vioserver
        processing_units: 0.6
        mover: {network: lan, slot: 10}
        disks: {hdisk0: internal, hdisk1: data, hdisk2: more}
        bridges: {ent4: {network: lan, slot: 11}}
        server_adapters: {20: {client: any}}
      client:
        id: 2
        memory: 256 MB / 1 GB / 2 GB
        processing_units: 0.1 / 0.5 / 1.0
        processors: 1 / 1 / 2
        huge_pages: 2
        profiles: {small: {memory: 512 MB}}
        scsi: {2: {server: vios, server_slot: 12, luns: [data]}}
        ethernet: {3: 1}
  right:
    serial: 10BBBBB
    state: Operating
    partitions: {vios: {type: vioserver, disks: {hdisk0: data}}}
"""

# What replaces what in BASE, and what is then said of the line that holds `#!`.
BROKEN = {
    "syntax": ("networks: {lan: 1 Gbit/s}", "networks: {lan:\nfoo: ] #!", "not YAML: "),
    "tab": ("  data: 16 GB", "\tdata: 16 GB #!", "not YAML: "),
    "tag": ("name: hmc1, ", "name: !!python/name:os.system hmc1, #!\n  ", "the tag "),
    "include": ("name: hmc1,", "name: !include x, #!\n  ", "the tag '!include' is not allowed"),
    "alias without anchor": (
        "data: 16 GB",
        "data: *nothing #!",
        "the alias *nothing has no anchor",
    ),
    "alias of itself": ("luns:\n", "luns: &l\n  x: *l #!\n", "the alias *l contains itself"),
    "alias of a collection as a key": (
        "    slots: {U789D",
        "    firmware: &p {}\n    *p : 1 #!\n    slots: {U789D",
        "a key must be a word",
    ),
    "merge key": ("    serial: 10BBBBB", "    <<: {serial: 10BBBBB} #!", "unknown key '<<'"),
    "duplicate key": (
        "  more: 16 GB",
        "  data: 1 GB #!\n  more: 16 GB",
        "'data' stands here twice (first: line 4)",
    ),
    "duplicate partition": (
        "      client:\n",
        "      client: {id: 9}\n      client: #!\n",
        "'client' stands here twice",
    ),
    "second document": ("systems:", "---  #!\nsystems:", "a second document starts here"),
    "collection as a key": ("  more: 16", "  ? [a]  #!\n  : 1\n  more: 16", "a key must be a word"),
    "unknown key": ("memory: 8 GB", "memroy: 8 GB #!", "(did you mean 'memory'?)"),
    "unknown key at the top": ("networks:", "netwroks: #!", "(did you mean 'networks'?)"),
    "unknown timing": ("networks:", "timings: {qiesce: 1 s} #!\nnetworks:", "'quiesce'"),
    "a list for a mapping": (
        "luns:\n  data: 16 GB\n  more: 16 GB\n  extra: 16 GB\n",
        "luns: [a] #!\n",
        "luns is a mapping, not a list",
    ),
    "a mapping for a value": ("memory: 8 GB", "memory: {a: b} #!", "memory is one value"),
    "a value for a list": (
        "luns: [data]",
        "luns: data #!\n         ",
        "luns is a list, not 'data'",
    ),
    "no value": ("memory: 8 GB", "memory: #!", "memory has no value"),
    "size without unit": ("memory: 8 GB", "memory: 8192 #!", "'8192' has no unit"),
    "size in a wrong unit": ("memory: 8 GB", "memory: 8 Gb #!", "'Gb' is no unit of a size"),
    "size that is no number": ("memory: 8 GB", "memory: much #!", "'much' is not a size"),
    "size of half a MB": ("memory: 8 GB", "memory: 0.5 MB #!", "not a whole number of MB"),
    "link speed in bytes": ("lan: 1 Gbit/s", "lan: 1 GB/s #!\n ", "'GB/s' is no unit of a link"),
    "duration without unit": (
        "networks:",
        "timings: {quiesce: 1} #!\nnetworks:",
        "quiesce: '1' has no unit",
    ),
    "a console of an unknown system": (
        "hmc: {name: hmc1, level: V7R3.2.0}",
        "hmc: {name: hmc1, systems: [oen]} #!",
        "unknown managed system 'oen'",
    ),
    "no slice of a round": (
        "networks:",
        "transfers: {slices: 0} #!\nnetworks:",
        "slices: ",
    ),
    "a share above all": (
        "networks:",
        "transfers: {shrink: 120 %} #!\nnetworks:",
        "shrink: ",
    ),
    "octal number": ("        id: 2", "        id: 02 #!", "'02' is not a whole number"),
    "time of day as a number": ("        id: 2", "        id: 12:30 #!", "not a whole number"),
    "not a boolean": ("        id: 2", "        id: 2\n        auto_start: on #!", "neither `yes`"),
    "level": ("level: V7R3.2.0", "level: seven #!\n ", "level: "),
    "serial": ("serial: 10BBBBB", "serial: 123 #!", "is not a serial number"),
    "type and model": ("serial: 10BBBBB", "type_model: MMA #!", "is not a type and model"),
    "address": ("serial: 10BBBBB", "address: 300.1.1.1 #!", "is not an IPv4 address"),
    "partition name": ("      client:\n", "      a/b: #!\n", "'a/b' is not a name"),
    "partition name too long": ("      client:\n", f"      {'a' * 32}: #!\n", "is not a name"),
    "partition type": ("type: vioserver\n", "type: vios #!\n", "not one of aixlinux, vioserver"),
    "partition state": (
        "        id: 2",
        "        id: 2\n        state: On #!",
        "'On' is not one of",
    ),
    "disordered amounts": (
        "memory: 256 MB / 1 GB / 2 GB",
        "memory: 2 GB / 1 GB / 256 MB #!",
        "not in the order minimum / desired / maximum",
    ),
    "two amounts": ("0.1 / 0.5 / 1.0", "0.1 / 0.5 #!", "neither one amount nor"),
    "memory not in blocks": (
        "1 GB / 2 GB",
        "1000 MB / 2 GB #!",
        "memory 1000 MB is not a multiple",
    ),
    "profile not in blocks": (
        "{memory: 512 MB}",
        "{memory: 500 MB #!\n         }",
        "memory 500 MB is not a",
    ),
    "system not in blocks": ("memory: 8 GB", "memory: 8191 MB #!", "memory 8191 MB is not a mul"),
    "memory block": ("memory_block: 64 MB", "memory_block: 48 MB #!", "memory_block is 48 MB"),
    "too few units": (
        "0.1 / 0.5 / 1.0\n        processors: 1 / 1 / 2",
        "0.1 / 0.5 / 1.0 #!\n        processors: 1 / 6 / 6",
        "desired 0.5 units are less than 0.1 for each of 6 virtual processors",
    ),
    "too many units": ("0.1 / 0.5 / 1.0", "0.1 / 1.5 / 1.5 #!", "more than 1 virtual processors"),
    "too much memory": ("memory: 8 GB", "memory: 2 GB #!", "have 2048 MB, but it has 1536 MB"),
    "too many processors": (
        "processors: 4\n",
        "processors: 1 #!\n",
        "have 1.1 processors, but it has 1",
    ),
    "pool too small": (
        "maximum: 1}}",
        "maximum: 2, reserved: 3 }} #!",
        "batch reserves more than its maximum",
    ),
    "unknown pool": (
        "        id: 2",
        "        id: 2\n        pool: bach #!",
        "unknown pool 'bach'",
    ),
    "duplicate partition ID": ("        id: 2", "        id: 1 #!", "partition ID 1 is already"),
    "duplicate pool ID": ("maximum: 1}}", "maximum: 1}, x: {id: 1, #!\n maximum: 1}}", "pool ID 1"),
    "duplicate serial": ("10BBBBB", "10AAAAA #!", "serial number 10AAAAA is already that of left"),
    "duplicate unique_id": (
        "  data: 16 GB\n  more: 16 GB\n",
        "  data: {unique_id: X}\n  more: {unique_id: X} #!\n",
        "unique_id X is already that of data",
    ),
    "duplicate slot": ("ethernet: {3: 1}", "ethernet: {2: 1} #!", "slot 2 of client already holds"),
    "duplicate server slot": ("server_slot: 12, ", "server_slot: 11, #!\n  ", "slot 11 of vios al"),
    "serial slot": ("ethernet: {3: 1}", "ethernet: {1: 1} #!", "'1' is not a free virtual slot"),
    "slot over the maximum": (
        "ethernet: {3: 1}",
        "ethernet: {10: 1} #!",
        "slot 10 of client is not below max",
    ),
    "server slot over the maximum": (
        "server_slot: 12, ",
        "server_slot: 100, #!\n  ",
        "slot 100 of vios is not below max_virtual_slots (100)",
    ),
    "VLAN": ("ethernet: {3: 1}", "ethernet: {3: 4095} #!", "'4095' is not a VLAN identifier"),
    "unknown server": (
        "server: vios,",
        "server: vois, #!\n  ",
        "unknown Virtual I/O Server 'vois'",
    ),
    "server is no VIOS": ("server: vios,", "server: client, #!\n  ", "unknown Virtual I/O Server"),
    "no server": (
        "scsi: {2: {server: vios, server_slot: 12, luns: [data]}}",
        "scsi: {2: {}} #!",
        "a virtual SCSI adapter needs 'server'",
    ),
    "unknown LUN on a VIOS": ("hdisk1: data,", "hdisk1: dato, #!\n  ", "unknown LUN 'dato' (did"),
    "unknown LUN of a client": (
        "luns: [data]",
        "luns: [none_such] #!\n  ",
        "unknown LUN 'none_such'",
    ),
    "LUN not seen": (
        "luns: [data]",
        "luns: [extra] #!\n         ",
        "vios does not see the LUN 'extra'",
    ),
    "LUN seen twice": ("hdisk2: more}", "hdisk2: data} #!", "vios already sees data as hdisk1"),
    "LUN given twice": (
        "20: {client: any}}",
        "20: {luns: [more]}, 21: {luns: [more]}} #!",
        "hdisk2 of vios is already given to server slot 20",
    ),
    "unknown network": ("mover: {network: lan,", "mover: {network: wan, #!\n  ", "unknown network"),
    "server adapter without client": (
        "20: {client: any}}",
        "20: {client: client}} #!",
        "client has no client adapter for the server adapter in slot 20 of vios",
    ),
    "server adapter of nobody": (
        "client: any}}",
        "client: nobody}} #!",
        "unknown partition 'nobody'",
    ),
    "bridged twice": (
        "slot: 11}}",
        "slot: 11}, ent5: lan} #!",
        "",
    ),
    "bridge on a client": ("        id: 2", "        id: 2\n        bridges: {} #!", "only a vios"),
    "unknown active profile": (
        "        id: 2",
        "        id: 2\n        active_profile: smal #!",
        "client has no profile 'smal' (did you mean 'small'?)",
    ),
    "running without a system": (
        "        id: 2",
        "        id: 2\n        os: none #!",
        "without an",
    ),
    "physical slot": (
        "        id: 2",
        "        id: 2\n        io: {U789D.001.DQD0001-P1-C9: } #!",
        "unknown physical slot",
    ),
    "sharing of the other mode": (
        "        id: 2",
        "        id: 2\n        sharing: keep_idle_procs #!",
        "does not go with mode shared",
    ),
    "weight when capped": (
        "        id: 2",
        "        id: 2\n        weight: 9 #!",
        "only an uncapped",
    ),
    "duplicate DRC index": (
        "ethernet}",
        "{drc_index: 21010201},\n  U789D.001.DQD0001-P1-C2: {drc_index: 21010201}} #!",
        "DRC index 21010201 is already that of U789D.001.DQD0001-P1-C1",
    ),
    "physical slot of two": (
        "        id: 2",
        "        id: 2\n        io: &io {U789D.001.DQD0001-P1-C1: }\n      third: {io: {\n"
        "        U789D.001.DQD0001-P1-C1: }} #!\n      fourth:",
        "U789D.001.DQD0001-P1-C1 already belongs to client",
    ),
    "unreadable disk": (
        "hdisk1: data,",
        "hdisk1: {reserve: all, lun: data}, #!\n  ",
        "reserve: 'all'",
    ),
    "disk without a LUN": ("hdisk1: data,", "hdisk1: , #!\n  ", "a physical volume needs 'lun'"),
    "one VLAN twice": ("slot: 11}", "slot: 11, vlans: [1, 1]} #!\n       ", "each once"),
    "no VLAN": ("slot: 11}", "slot: 11, vlans: []} #!\n       ", "vlans are one or more"),
    "VLAN of a list": ("slot: 11}", "slot: 11, vlans: [0]} #!\n       ", "'0' is not a VLAN"),
    "its own server": (
        "        type: vioserver\n",
        "        type: vioserver\n        scsi: {40: vios} #!\n",
        "vios cannot be its own server",
    ),
    "unknown physical volume": (
        "luns: [data]",
        "disks: [hdisk7] #!\n         ",
        "unknown physical volume 'hdisk7'",
    ),
    "partition ID over the maximum": (
        "        id: 2\n",
        "        id: 255 #!\n",
        "partition ID 255 is over max_partitions (254)",
    ),
    "pool ID over the maximum": (
        "{id: 1, maximum: 1}",
        "{id: 64, maximum: 1 #!\n      }",
        "pool ID 64 is over the 64 pools",
    ),
    "huge pages": (
        "huge_pages: 2\n    pools",
        "huge_pages: 1 #!\n    pools",
        "partitions of left have 2 huge pages, but it has 1",
    ),
    "activated and not": (
        "        id: 2",
        "        id: 2\n        activated: no #!",
        "client is Running: it was activated",
    ),
    "main profile twice": (
        "{small: {memory: 512 MB}}",
        "{default: {} #!\n         }",
        "is the main profile",
    ),
    "availability priority": (
        "        id: 2",
        "        id: 2\n        availability_priority: 256 #!",
        "256 is not 0 to 255",
    ),
    "unknown content of pages": (
        "ethernet: {3: 1}",
        "ethernet: {3: 1}\n        os: {workload: {content: byte}} #!",
        "content: 'byte' is not one of versions, bytes",
    ),
    "no memory": ("256 MB / 1 GB / 2 GB", "0 MB #!", "memory is 0"),
    "no processor": ("processors: 1 / 1 / 2", "processors: 0 #!", "there is no processor"),
    "units of whole processors": (
        "processing_units: 0.1 / 0.5 / 1.0",
        "mode: ded\n        processing_units: 0.5 #!",
        "processing_units are for mode shared",
    ),
    "weight too large": (
        "        id: 2",
        "        id: 2\n        sharing: uncap\n        weight: 256 #!",
        "the weight 256 is not 0 to 255",
    ),
    "no user": ("hmc: {", "hmc: {users: {}, #!\n ", "nobody can log in"),
    "user name": ("hmc: {", "hmc: {users: {J D: {keys: [k]}}, #!\n ", "'J D' is not a user name"),
    "host name": ("name: hmc1,", "name: h_1, #!\n ", "'h_1' is not a host or domain name"),
    "name of a LUN": ("  data: 16 GB", "  da ta: 16 GB #!\n  data: 16 GB", "'da ta' is not a word"),
    "more than any memory": ("memory: 8 GB", "memory: 1025 TB #!", "more than 1024 TB"),
    "trunk priority": ("slot: 11}", "slot: 11, priority: 16} #!\n       ", "not a trunk priority"),
    "text of two lines": (
        "        id: 2",
        '        id: 2\n        os: {version: "a\\nb"} #!',
        "is not one line of printable ASCII",
    ),
    "relative file": ("hmc: {", "hmc: {files: {a: x}, #!\n ", "'a' is not an absolute path"),
    "user without a way in": (
        "hmc: {",
        "hmc: {users: {joe: {role: hmcviewer}}, #!\n ",
        "joe has neither a password nor a key",
    ),
    "no such role": (
        "hmc: {",
        "hmc: {users: {joe: {role: root}}, #!\n ",
        "role: 'root' is not one",
    ),
    "running on a system that is off": (
        "state: Operating\n    partitions: {vios: {",
        "state: Power Off\n    partitions: {vios: {state: Running, #!\n    ",
        "vios cannot be Running: the system is Power Off",
    ),
}


def problems_of(text: str) -> list[Problem]:
    with pytest.raises(InventoryError) as caught:
        load_text(text, Clock("manual"), file="lab.yaml")
    return caught.value.problems


def test_the_base_is_sound() -> None:
    assert load_text(BASE, Clock("manual")).frames.keys() == {"left", "right"}


@pytest.mark.parametrize(("old", "new", "said"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_inventory_is_told_where_and_why(old: str, new: str, said: str) -> None:
    assert old in BASE
    text = BASE.replace(old, new, 1)
    (line,) = (n for n, each in enumerate(text.splitlines(), 1) if "#!" in each)
    (problem,) = problems_of(text)
    assert (problem.file, problem.line) == ("lab.yaml", line)
    assert said in problem.text
    assert str(problem) == f"lab.yaml:{line}: {problem.text}"


def test_everything_that_is_wrong_is_told_at_once_in_order_of_lines() -> None:
    text = """\
hmc: {level: 7}
luns:
  data: 16
  data: 16 GB
systems:
  left:
    memory: 8 GBit
    pools: {batch: {id: 1, maximum: 1.005}}
    partitions:
      vios:
        type: vioserver
        disks: {hdisk1: data, hdisk2: lost}
        mover: wan
      one:
        id: 1
        memory: 100 MB
        scsi: {2: vios, 3: {server: nobody, luns: [data]}}
        ethernet: {2: 1, 9: 5000}
        colour: red
      two: {id: 1, state: Off}
"""
    expected = {
        1: "level: not an HMC level",
        3: "'16' has no unit",
        4: "'data' stands here twice (first: line 3)",
        7: "'GBit' is no unit of a size",
        8: "'1.005' is not a number of processors",
        12: "unknown LUN 'lost'",
        13: "unknown network 'wan'",
        17: "unknown Virtual I/O Server 'nobody'",
        18: "'5000' is not a VLAN identifier",
        19: "unknown key 'colour' in a partition",
        20: "state: 'Off' is not one of",
    }
    problems = problems_of(text)
    assert [p.line for p in problems] == sorted(p.line for p in problems)
    for line, said in expected.items():
        assert any(p.line == line and said in p.text for p in problems), (line, said)
    assert any(p.line == 18 and "slot 2 of one already holds" in p.text for p in problems)
    assert any(p.line == 20 and "partition ID 1 is already that of one" in p.text for p in problems)


def test_a_server_adapter_for_another_slot_of_the_client() -> None:
    text = BASE.replace("20: {client: any}", "12: {client: client, client_slot: 5}")
    (problem,) = problems_of(text)
    assert problem.text == "slot 12 of vios is not for slot 2 of client"
    assert "server_slot: 12" in text.splitlines()[problem.line - 1]


def test_very_many_problems_are_cut_off_with_a_count() -> None:
    names = ",\n".join(f"p{n}: {{x: 1}}" for n in range(250))
    text = f"systems: {{s: {{partitions: {{{names}}}}}}}"
    problems = problems_of(text)
    assert len(problems) == 101
    assert problems[-1].text == "150 more problems are not shown"


BAD_FILES = {
    "empty": (b"", "is empty"),
    "only a comment": (b"# nothing\n", "is empty"),
    "a word": (b"redbook\n", "an inventory is a mapping, not 'redbook'"),
    "a list": (b"- a\n", "an inventory is a mapping, not a list"),
    "no systems": (b"hmc: {}\n", "an inventory needs 'systems'"),
    "empty systems": (b"systems: {}\n", "there is no managed system"),
    "not UTF-8": (b"hmc: {}\nluns: \xff\n", "is not UTF-8 text"),
    "NUL": (b"hmc: {}\nluns: \0\n", "not YAML: a character that is not allowed"),
    "line break of YAML alone": (b"a: \xe2\x80\xa8b\n", "the line break U+2028 is not allowed"),
    "PNG": (b"\x89PNG\r\n\x1a\n\0\0", "is not UTF-8 text"),
    "too large": (b"#" * (4 * 1024 * 1024 + 1), "is larger than 4 MB"),
    "too deep": (b"a: " + b"[" * 50_000, "nested more than 30 deep"),
    "endless aliases": (
        b"a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n"
        + b"".join(
            b"a%d: &a%d [%s]\n" % (n, n, b",".join([b"*a%d" % (n - 1)] * 10)) for n in range(1, 10)
        ),
        "more than 200000 values",
    ),
}


@pytest.mark.parametrize(("content", "said"), BAD_FILES.values(), ids=BAD_FILES.keys())
def test_a_file_that_is_no_inventory_is_one_problem(
    content: bytes, said: str, tmp_path: Path
) -> None:
    file = tmp_path / "lab.yaml"
    file.write_bytes(content)
    (problem,) = check(file)
    assert problem.file == str(file)
    assert said in problem.text
    assert "\n" not in str(problem)


def test_a_directory_a_missing_file_and_a_device_are_one_problem_each(tmp_path: Path) -> None:
    for path, said in (
        (tmp_path, "is a directory"),
        (tmp_path / "none.yaml", "cannot be read: No such file or directory"),
        (Path("/dev/null"), "is not a regular file"),
        (tmp_path / ("x" * 300), "cannot be read: File name too long"),
        (Path("a\0b/c"), "cannot be read: not a file name"),
    ):
        (problem,) = check(path)
        assert str(problem) == f"{path}: {said}".replace("\0", "\\x00")


def test_a_file_that_must_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path) -> bytes:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    file = tmp_path / "lab.yaml"
    file.write_text(BASE)
    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert [str(problem) for problem in check(file)] == [
        f"{file}: cannot be read: Permission denied"
    ]


def test_an_unknown_lab_is_told_with_the_names_of_those_that_are_shipped() -> None:
    with pytest.raises(InventoryError) as caught:
        load("redbok", Clock("manual"))
    assert str(caught.value) == (
        "redbok: no such inventory (did you mean 'redbook'?);"
        " shipped labs: redbook, aware, basic, bytes, cli-examples, dual-vios, modern, outage,"
        " physical, pools"
    )


def test_a_name_is_a_shipped_lab_first_and_a_path_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").write_text(BASE)
    (tmp_path / "basic").write_text("broken: [")
    assert resolve("mine") == Path("mine")
    assert check("mine") == []
    assert check("basic") == []
    assert [p.line for p in check("./basic")] == [1]
    labs = [
        "redbook",
        "aware",
        "basic",
        "bytes",
        "cli-examples",
        "dual-vios",
        "modern",
        "outage",
        "physical",
        "pools",
    ]
    assert shipped() == labs


def test_what_carries_no_type_in_yaml_is_decided_by_the_schema() -> None:
    text = BASE.replace("      client:\n", "      no:\n").replace("10BBBBB", "0000010")
    text = text.replace("{name: hmc1,", "{users: {joe: {password: 12:30, description: 1_0}},")
    datacenter = load_text(text, Clock("manual"))
    joe = datacenter.console.users["joe"]
    assert (joe.password, joe.description) == ("12:30", "1_0")
    assert datacenter.frame("right").serial_number == "0000010"
    assert datacenter.frame("left").partition("no").lpar_id == 2


@pytest.mark.parametrize(
    ("memory", "profile", "said"),
    [
        ("64 MB", "16 MB", []),
        ("16 MB / 32 MB / 256 MB", "64 MB", []),
        ("80 MB", "64 MB", [(8, 80)]),
        ("64 MB", "1 GB", [(10, 1024)]),
        ("96 MB", "112 MB", [(8, 96), (10, 112)]),
        (None, "64 MB", [(6, 1024)]),
    ],
)
def test_bytes_are_kept_of_small_memories_only(
    memory: str | None, profile: str, said: list[tuple[int, int]], tmp_path: Path
) -> None:
    file = tmp_path / "lab.yaml"
    file.write_text(
        "hmc: {name: hmc1}\n"
        "systems:\n"
        "  left:\n"
        "    memory_block: 16 MB\n"
        "    partitions:\n"
        "      small:\n"
        "        os: {workload: {content: bytes}}\n"
        f"        {'processors: 1' if memory is None else f'memory: {memory}'}\n"
        "        profiles:\n"
        f"          other: {{memory: {profile}}}\n"
    )
    assert [str(problem) for problem in check(file)] == [
        f"{file}:{line}: memory {size} MB is more than the 64 MB whose bytes are kept"
        for line, size in said
    ]
