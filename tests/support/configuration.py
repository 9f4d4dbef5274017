"""A state machine over the commands that change a configuration, seen through the listings alone.

Partitions and profiles are made, changed, started, moved and removed in any order, with values that
are right and values that are not. Nothing here looks into the model: what must hold is worked out
from what the console prints.
"""

from __future__ import annotations

import asyncio
import csv
import shlex
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from support.console import Console
from support.inputs import SITES, taken_at
from support.listings import calls

from hmcsh.language.levels import LEVELS, Level
from hmcsh.language.records import format_record, parse_record
from hmcsh.runtime import SECOND

Record = dict[str, str]

_NAMES = ("new", "other", "web", "mobile", "linux", "off")
_PROFILES = ("default", "spare", "saved")
_COMMANDS = ("lssyscfg", "lshwres", "lslparmigr", "lsrefcode")  # whose listings are compared
_AMOUNTS = st.sampled_from([256, 512, 1024, 2048, 4096, 64, 0, 1000, 40960])
_UNITS = st.sampled_from(["0.1", "0.05", "0.4", "1", "2.5", "40"])
_SETTINGS = ("auto_start=1", "auto_start=0", "work_group_id=3", "boot_mode=sms", "new_name=mobile")
_COUNTS = st.sampled_from([1, 1, 2, 4, 0, 100])


LABS = Path(__file__).parents[1] / "labs"


def makers(labs: Iterable[str]) -> dict[str, Callable[[Level], Console]]:
    """Functions that make a console over each of the labs, at any level."""

    def maker(lab: str) -> Callable[[Level], Console]:
        own = LABS / f"{lab}.yaml"

        def make(level: Level) -> Console:
            console = Console(own.read_text() if own.exists() else lab, "hscroot", {})
            console.datacenter.console.level = level
            return console

        return make

    return {lab: maker(lab) for lab in labs}


class Configurations(RuleBasedStateMachine):
    """Rules, and what must hold after each of them."""

    makers: Mapping[str, Callable[[Level], Console]]

    @initialize(data=st.data(), level=st.sampled_from(LEVELS))
    def begin(self, data: st.DataObject, level: Level) -> None:
        self.hmc: Console = self.makers[data.draw(st.sampled_from(sorted(self.makers)))](level)
        self.level = level
        frames = self.hmc.datacenter.frames.values()
        self.systems = [frame.name for frame in frames]
        self.lines = [
            line
            for line in calls(level, tuple(self.systems))
            if line.startswith(_COMMANDS) and " -F" not in line
        ]
        self.shown = self._listings()
        self._check()

    # -- what is done ------------------------------------------------------------------------

    @rule(
        data=st.data(),
        name=st.sampled_from(_NAMES),
        kind=st.sampled_from(["aixlinux", "vioserver", "aixlinux", "os400", "os2"]),
        memory=st.lists(_AMOUNTS, min_size=3, max_size=3),
        counts=st.lists(_COUNTS, min_size=3, max_size=3),
        units=st.none() | st.lists(_UNITS, min_size=3, max_size=3),
        sort=st.sampled_from([True, True, True, False]),
    )
    def make(
        self,
        data: st.DataObject,
        name: str,
        kind: str,
        memory: list[int],
        counts: list[int],
        units: list[str] | None,
        sort: bool,
    ) -> None:
        """A partition, or a profile of one, in which hardly anything need be right."""
        bounds = ("min", "desired", "max")
        if sort:
            memory, counts = sorted(memory), sorted(counts)
            units = units and sorted(units, key=Fraction)
        given = {f"{bound}_mem": str(n) for bound, n in zip(bounds, memory, strict=True)}
        given["proc_mode"] = "ded" if units is None else "shared"
        given |= {f"{bound}_procs": str(n) for bound, n in zip(bounds, counts, strict=True)}
        given |= {f"{bound}_proc_units": n for bound, n in zip(bounds, units or [], strict=False)}
        text = ",".join(f"{key}={value}" for key, value in given.items())
        system = self._system(data)
        if data.draw(st.booleans()):
            record = f"name={name},profile_name=default,lpar_env={kind},{text}"
            if self.change(f"mksyscfg -r lpar -m {system} -i {record}"):
                assert name in self._names(system), "a new partition is not listed"
        else:
            profile, owner = data.draw(st.sampled_from(_PROFILES)), self._partition(data, system)
            record = f"name={profile},lpar_name={owner},{text}"
            if self.change(f"mksyscfg -r prof -m {system} -i {record}"):
                assert profile in self._profiles(system, owner), "a new profile is not listed"

    @rule(data=st.data())
    def set_any_attribute(self, data: st.DataObject) -> None:
        """Any attribute of any command, with any of its examples, wherever that may be."""
        takers = [
            (key, attribute)
            for *key, attribute in taken_at(self.level)
            if key[0] in ("chsyscfg", "mksyscfg", "chhwres")
        ]
        (command, key), attribute = data.draw(st.sampled_from(takers))
        site = data.draw(st.sampled_from(SITES[command, key][:12]))
        texts = (*attribute.parse.accepts, *attribute.parse.refuses)
        line = site.line(attribute, data.draw(st.sampled_from(texts)))
        if not {"one", "p9"} <= {*self.systems} or data.draw(st.integers(0, 5)) == 0:
            for name in ("one", "p9"):
                line = line.replace(f"-m {name} ", f"-m {self._system(data)} ")
        self.change(line)

    @rule(data=st.data(), field=st.sampled_from(["mem", "proc_units", "procs"]), amount=_AMOUNTS)
    def change_profile(self, data: st.DataObject, field: str, amount: int) -> None:
        """Amounts of a profile that there is."""
        rows = self._rows(f"lssyscfg -r prof -m {(system := self._system(data))}")
        row = data.draw(st.sampled_from(rows)) if rows else {}
        value = amount if field == "mem" else data.draw(_UNITS if "units" in field else _COUNTS)
        name = f"{data.draw(st.sampled_from(['min', 'desired', 'max']))}_{field}"
        record = f"name={row.get('name', 'x')},lpar_name={row.get('lpar_name', 'x')},{name}={value}"
        if self.change(f"chsyscfg -r prof -m {system} -i {shlex.quote(record)}"):
            after = self._rows(f"lssyscfg -r prof -m {system}")
            found = [one for one in after if all(one[k] == row[k] for k in ("name", "lpar_name"))]
            assert [Fraction(one[name]) for one in found] == [Fraction(value)], name

    @rule(
        data=st.data(),
        settings=st.lists(st.sampled_from(_SETTINGS), min_size=1, max_size=2),
        last=st.sampled_from([*_SETTINGS, "auto_start=2", "new_name=*", "bogus=1", "msp=1"]),
    )
    def change_several(self, data: st.DataObject, settings: list[str], last: str) -> None:
        """The records of a file: all of them, or none."""
        system, settings = self._system(data), [*settings, last]
        names = [self._partition(data, system) for _ in settings]
        records = [f"name={name},{one}" for name, one in zip(names, settings, strict=True)]
        self.hmc.host.files["/home/hscroot/changes"] = "\n".join(records) + "\n"
        self.change(f"chsyscfg -r lpar -m {system} -f changes")

    @rule(data=st.data(), profile=st.sampled_from(_PROFILES), force=st.booleans())
    def save_or_remove(self, data: st.DataObject, profile: str, force: bool) -> None:
        system = self._system(data)
        name = self._partition(data, system)
        what = data.draw(st.sampled_from(["save", "profile", "partition"]))
        if what == "save":
            option = " --force" if force else ""
            call = f"mksyscfg -r prof -m {system} -o save -p {name} -n {profile}{option}"
            if self.change(call):
                assert profile in self._profiles(system, name), "a saved profile is not listed"
        elif what == "profile":
            if self.change(f"rmsyscfg -r prof -m {system} -n {profile} -p {name}"):
                assert profile not in self._profiles(system, name), "a removed profile is listed"
        elif self.change(f"rmsyscfg -r lpar -m {system} -n {name}"):
            assert name not in self._names(system), "a removed partition is listed"

    @rule(
        data=st.data(),
        operation=st.sampled_from(
            ["on -f default", "on -f spare", "on", "shutdown --immed", "osshutdown", "dumprestart"]
        ),
    )
    def change_state(self, data: st.DataObject, operation: str) -> None:
        system = self._system(data)
        name = self._partition(data, system)
        words = f"chsysstate -r lpar -m {system} -n {name} -o {operation}"
        self.change(words)

    @rule(
        data=st.data(),
        operation=st.sampled_from("armsz"),
        what=st.sampled_from(["mem", "proc", "slot"]),
        amount=_AMOUNTS,
        units=_UNITS,
        count=_COUNTS,
    )
    def change_hardware(
        self, data: st.DataObject, operation: str, what: str, amount: int, units: str, count: int
    ) -> None:
        system = self._system(data)
        name, other = self._partition(data, system), self._partition(data, system)
        target = f" -t {other}" if operation == "m" else ""
        if what == "mem":
            amounts = f"-r mem -q {amount}"
        elif what == "proc":
            choices = [f"--procunits {units}", f"--procs {count}"]
            amounts = f"-r proc {data.draw(st.sampled_from([*choices, ' '.join(choices)]))}"
        else:
            slots = self._rows(f"lshwres -r io --rsubtype slot -m {system}")
            indexes = [row["drc_index"] for row in slots]
            amounts = f"-r io -l {data.draw(st.sampled_from([*indexes, '21019999']))}"
        self.change(f"chhwres {amounts} -m {system} -o {operation} -p {name}{target}")

    @rule(data=st.data(), operation=st.sampled_from("vmmsr"))
    def migrate(self, data: st.DataObject, operation: str) -> None:
        system, target = self._system(data), self._system(data)
        name = self._partition(data, system)
        to = f" -t {target}" if operation in "vm" else ""
        wait = data.draw(st.sampled_from(["", "", " &"])) if operation == "m" else ""
        self.change(f"migrlpar -o {operation} -m {system}{to} -p {name}{wait}", wait=not wait)

    @rule(data=st.data(), operation=st.sampled_from(["bkprofdata", "rstprofdata -l 1", "x"]))
    def back_up(self, data: st.DataObject, operation: str) -> None:
        system = self._system(data)
        if operation == "x":
            self.change(f"rstprofdata -m {system} -l 3 -f nothing")
        elif operation == "bkprofdata":
            self.change(f"bkprofdata -m {system} -f kept --force")
        else:
            self.change(f"rstprofdata -m {system} -l 1 -f kept")

    @rule(time=st.sampled_from([1, 30, 600]))
    def wait(self, time: int) -> None:
        self.hmc.clock.advance(time * SECOND)
        self.shown = self._listings()
        self._check()

    @rule(data=st.data())
    def select(self, data: st.DataObject) -> None:
        """A filter gives the lines of what it names, and no others."""
        system = self._system(data)
        resource = data.draw(st.sampled_from(["lssyscfg -r lpar", "lshwres -r mem --level lpar"]))
        every = self._lines(f"{resource} -m {system}")
        rows = self._rows(f"{resource} -m {system}")
        chosen = data.draw(st.lists(st.sampled_from(range(len(rows))), min_size=1, unique=True))
        by_id = data.draw(st.booleans())
        key = "lpar_id" if by_id else "name" if "lssyscfg" in resource else "lpar_name"
        field = ("lpar_ids" if by_id else "lpar_names", [rows[n][key] for n in chosen])
        found = self._run(f"{resource} -m {system} --filter {shlex.quote(format_record([field]))}")
        assert found == (0, "".join(every[n] + "\n" for n in sorted(chosen)))

    @rule(data=st.data())
    def ask_for_values(self, data: st.DataObject) -> None:
        """`-F` with the names of a record gives its values."""
        line = data.draw(st.sampled_from(self.lines))
        status, text = self.shown[line]
        lines = [row for row in text.splitlines() if "=" in row]
        if status or not lines or "lslparmigr -r mdr" in line:
            return
        index = data.draw(st.integers(0, len(lines) - 1))
        pairs = parse_record(lines[index])
        names = ",".join(pair.name for pair in pairs)
        status, output = self._run(f"{line} -F {names} --header")
        if status:
            assert "-F" in output, output  # a listing without attributes
            return
        header, *rows = output.splitlines()
        assert header == names
        (values,) = csv.reader([rows[index]], strict=True)
        for pair, value in zip(pairs, values, strict=True):
            whole = f"{pair.name}={value}".replace('"', '""')
            assert parse_record(f'"{whole}"')[0].values == pair.values, (line, pair.name)

    # -- how it is done ----------------------------------------------------------------------

    def change(self, line: str, *, wait: bool = True) -> bool:
        """Give a command; refused, it leaves every listing as it was. Whether it was accepted."""
        status, text = self._run(line, wait=wait)
        assert "internal error" not in self.hmc.errors + text, line
        before, self.shown = self.shown, self._listings()
        if status and wait:
            changed = [one for one in self.lines if before[one] != self.shown[one]]
            assert not changed, f"refused, yet it changed {changed}: {line}"
            assert text.strip(), f"refused without a word: {line}"
        self._check()
        return status == 0

    def _run(self, line: str, *, wait: bool = True) -> tuple[int, str]:
        """Status and output; what takes time has it, unless the caller does not wait."""

        async def run() -> tuple[int, str]:
            task = asyncio.ensure_future(self.hmc.run(line))
            while not task.done():
                await asyncio.wait([task], timeout=0.002)
                if not task.done() and not self.hmc.clock.step():
                    break
            return await asyncio.wait_for(task, 20)

        return asyncio.run(run())

    def _listings(self) -> dict[str, tuple[int, str]]:
        return asyncio.run(self.hmc.answers(self.lines))

    def _lines(self, line: str) -> list[str]:
        status, text = self.shown[line]
        return [row for row in text.splitlines() if "=" in row] if status == 0 else []

    def _rows(self, line: str) -> list[Record]:
        return [{pair.name: pair.value for pair in parse_record(r)} for r in self._lines(line)]

    def _system(self, data: st.DataObject) -> str:
        return data.draw(st.sampled_from(self.systems))

    def _names(self, system: str) -> list[str]:
        return [row["name"] for row in self._rows(f"lssyscfg -r lpar -m {system}")]

    def _partition(self, data: st.DataObject, system: str) -> str:
        names = self._names(system)
        return shlex.quote(data.draw(st.sampled_from([*names, *names, *names, "nobody"])))

    def _profiles(self, system: str, name: str) -> list[str]:
        rows = self._rows(f"lssyscfg -r prof -m {system}")
        return [row["name"] for row in rows if row["lpar_name"] == name]

    # -- what must hold ----------------------------------------------------------------------

    def _check(self) -> None:
        for line, (status, text) in self.shown.items():
            for row in text.splitlines() if status == 0 else ():
                if "=" in row and row != "No results were found.":
                    pairs = [(pair.name, pair.values or pair.value) for pair in parse_record(row)]
                    assert format_record(pairs) == row, f"{line}: not read back: {row}"
        for system in self.systems:
            self._check_partitions(system)
            if self.shown[f"lshwres -r mem --level sys -m {system}"][0] == 0:
                self._check_totals(system)
                self._check_shares(system)

    def _check_partitions(self, system: str) -> None:
        """Every listing speaks of the same partitions and of profiles that there are."""
        partitions = self._rows(f"lssyscfg -r lpar -m {system}")
        for key in ("name", "lpar_id"):
            assert max(Counter(row[key] for row in partitions).values(), default=1) == 1, key
        names = {row["name"]: row["lpar_id"] for row in partitions}
        profiles: dict[str, set[str]] = defaultdict(set)
        for row in self._rows(f"lssyscfg -r prof -m {system}"):
            assert names[row["lpar_name"]] == row["lpar_id"]
            assert row["name"] not in profiles[row["lpar_name"]], "a profile is listed twice"
            profiles[row["lpar_name"]].add(row["name"])
        for row in partitions:
            assert row["default_profile"] in profiles[row["name"]], "no such default profile"
        for line in (line for line in self.lines if f"-m {system}" in line and "lshwres" in line):
            for row in self._rows(line):
                if row.get("lpar_name") and row.get("lpar_id", "").isdigit():
                    assert names.get(row["lpar_name"]) == row["lpar_id"], line

    def _check_totals(self, system: str) -> None:
        """What is free, and what partitions have, is what there is."""
        ((memory,), (units,)) = (
            self._rows(f"lshwres -r {kind} --level sys -m {system}") for kind in ("mem", "proc")
        )
        shares = self._rows(f"lshwres -r mem --level lpar -m {system}")
        held = sum(int(row["curr_mem"]) for row in shares)
        pages = int(memory["configurable_num_sys_huge_pages"]) * int(memory["huge_page_size"])
        free, firmware = int(memory["curr_avail_sys_mem"]), int(memory["sys_firmware_mem"])
        assert free >= 0
        assert free + held + pages + firmware == int(memory["configurable_sys_mem"])
        used = Fraction(0)
        by_pool: Counter[str] = Counter()
        for row in self._rows(f"lshwres -r proc --level lpar -m {system}"):
            if row["curr_proc_mode"] == "ded":
                used += int(row["curr_procs"])
            else:
                share = Fraction(row["curr_proc_units"])
                used += share
                by_pool[row["curr_shared_proc_pool_id"]] += share  # type: ignore[assignment]
        free_units = Fraction(units["curr_avail_sys_proc_units"])
        assert free_units >= 0
        assert free_units + used == Fraction(units["configurable_sys_proc_units"])
        for pool in self._rows(f"lshwres -r procpool -m {system}"):
            if "max_pool_proc_units" in pool:
                reserved = Fraction(pool["curr_reserved_pool_proc_units"])
                most = Fraction(pool["max_pool_proc_units"])
                assert by_pool[pool["shared_proc_pool_id"]] + reserved <= most, pool["name"]

    def _check_shares(self, system: str) -> None:
        """Capacity of physical SR-IOV ports, and logical ports of host Ethernet adapters."""
        given: Counter[tuple[str, str]] = Counter()
        counted: Counter[tuple[str, str]] = Counter()
        numbers = []
        for kind in ("eth", "roce"):
            line = f"lshwres -r sriov --rsubtype logport --level {kind} -m {system}"
            for row in self._rows(line) if line in self.shown else ():
                port = (row["adapter_id"], row["phys_port_id"])
                given[port] += Fraction(row["capacity"])  # type: ignore[assignment]
                counted[port] += 1
                numbers.append(row["logical_port_id"])
        assert len(set(numbers)) == len(numbers), "a logical port belongs to two"
        assert all(share <= 100 for share in given.values()), "more than a port can give"
        for kind in ("eth", "ethc", "roce"):
            line = f"lshwres -r sriov --rsubtype physport --level {kind} -m {system}"
            for row in self._rows(line) if line in self.shown else ():
                port = (row["adapter_id"], row["phys_port_id"])
                assert int(row["config_logical_ports"]) == counted[port], port
        line = f"lshwres -r hea --rsubtype phys --level port_group -m {system}"
        for row in self._rows(line) if line in self.shown else ():
            one, two = (
                set(row[f"{kind}assigned_logical_port_ids"].split(",")) for kind in ("", "un")
            )
            assert not (one & two) - {"none"}, "a logical port is both free and assigned"
