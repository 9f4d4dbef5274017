"""A state file that cannot be written: changes are refused and taken back, reads go on."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

import pytest
from hmcsh.commands.hmc.common.journal import NotTakenBackError
from support.console import enter
from support.kept import assert_all_is_kept, picture
from support.lab import L9, L10, load_lab

from hmcsh.console import ConsoleService
from hmcsh.state.keeper import Keeper


class Kept:
    """A console that keeps its state, and a way to keep its file from being written."""

    def __init__(self, path: Path) -> None:
        self.keeper = Keeper.create(path, load_lab("redbook").mobility)
        self.service = ConsoleService(
            self.keeper.datacenter, mobility=self.keeper.mobility, journal=self.keeper
        )
        self.clock = self.keeper.datacenter.clock

    def __call__(self, line: str) -> tuple[int, str]:
        return asyncio.run(enter(self.service, line))

    def full(self, yes: bool) -> None:
        self.keeper.file.connection.execute(f"PRAGMA query_only = {int(yes)}")


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path / "state")


CHANGES = {
    "rename": f"chsyscfg -r lpar -m {L10} -i name=DEV,new_name=DEV9",
    "start": f"chsysstate -r lpar -m {L10} -o on -n PROD -f default",
    "stop": f"chsysstate -r lpar -m {L10} -o shutdown --immed -n TEST",
    "power off": f"chsysstate -r sys -m {L10} -o off --immed",
    "make": f'mksyscfg -r lpar -m {L9} -i "name=new,profile_name=p,lpar_env=aixlinux,'
    'min_mem=256,desired_mem=256,max_mem=512,proc_mode=ded,min_procs=1,desired_procs=1,max_procs=1"',
    "remove": f"rmsyscfg -r lpar -m {L10} -n PROD",
    "user": "mkhmcusr -u ann -a hmcviewer --passwd longenough1",
    "memory": f"chhwres -r mem -m {L10} -o r -p DEV -q 64",
    "adapter": f"chhwres -r virtualio --rsubtype eth -m {L10} -o a -p DEV -s 9 "
    "-a ieee_virtual_eth=0,port_vlan_id=1",
}


@pytest.mark.parametrize("line", CHANGES.values(), ids=CHANGES.keys())
def test_a_change_that_cannot_be_kept_is_refused_and_taken_back(kept: Kept, line: str) -> None:
    kept("lssyscfg -r sys")  # logs in: the time of it is kept
    kept.keeper.flush()
    before = picture(kept.keeper.mobility)
    kept.full(True)
    for _ in range(2):  # the first finds out, the second knows
        status, text = kept(line)
        assert status == 1 and "could not be saved" in text
    kept.clock.advance(600 * 10**9)
    after = picture(kept.keeper.mobility)
    assert [(a, b) for a, b in zip(before, after, strict=True) if a != b] == []
    assert kept(f"lssyscfg -r lpar -m {L10} -F name")[0] == 0
    kept.full(False)
    assert kept(line) == (0, "")
    assert_all_is_kept(kept.keeper)
    (entry,) = kept.keeper.file.history()
    assert (entry.user, entry.status) == ("hscroot", 0)
    assert entry.changed
    assert "longenough1" not in entry.command
    kept.clock.advance(600 * 10**9)
    assert_all_is_kept(kept.keeper)
    kept.keeper.close()


def test_a_refused_change_is_in_the_history(kept: Kept) -> None:
    status, _ = kept(f"chsyscfg -r lpar -m {L10} -i name=nobody,new_name=x")
    (entry,) = kept.keeper.file.history()
    assert entry.status == status == 1
    assert entry.changed == []
    kept.keeper.close()


def test_reads_write_nothing(kept: Kept) -> None:
    kept.keeper.flush()
    for line in (f"lssyscfg -r lpar -m {L10}", f"lshwres -r mem -m {L10} --level lpar"):
        assert kept(line)[0] == 0
    assert list(kept.keeper.file.history()) == []
    kept.keeper.close()


def test_what_time_has_passed_over_stands_and_is_kept_later(kept: Kept) -> None:
    """As the end of a migration that a command waited for."""
    begun = kept.keeper.begin()
    kept.clock.call_after(1, lambda: None)
    kept.clock.step()
    kept.keeper.datacenter.frames[L10].description = "changed"
    kept.full(True)
    with pytest.raises(NotTakenBackError):
        kept.keeper.commit(begun, "hmc1", "hscroot", "migrlpar", 0)
    assert kept.keeper.datacenter.frames[L10].description == "changed"
    with pytest.raises(OSError, match="readonly"):
        kept.keeper.begin()
    kept.full(False)
    assert_all_is_kept(kept.keeper)
    kept.keeper.close()


@pytest.mark.parametrize("leaves", [False, True], ids=["waits", "leaves"])
def test_a_command_that_waits_names_all_that_it_changed(kept: Kept, leaves: bool) -> None:
    """Also what was in the file before it ended; and who began it, if he does not wait."""
    keeper = kept.keeper

    async def run() -> None:
        line = f"migrlpar -o m -m {L10} -t {L9} -p TEST"
        task = asyncio.create_task(enter(kept.service, line))
        while not keeper.mobility.history or keeper.mobility.history[0].phase_name != "copy":
            await asyncio.sleep(0)
            kept.clock.step()
        keeper.flush()
        assert list(keeper.file.history()) == []
        if leaves:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
            return
        while not task.done():
            kept.clock.step()
            keeper.flush()
            await asyncio.sleep(0)
        assert task.result() == (0, "")

    asyncio.run(run())
    (entry,) = keeper.file.history()
    assert entry.status == (130 if leaves else 0)
    assert f"Partition {L10}/TEST" in entry.changed
    assert leaves or f"Partition {L9}/TEST" in entry.changed
    others = {name for name in entry.changed if name.startswith("Partition ")}
    assert all(name.endswith(("/TEST", "/VIOS1_L10", "/VIOS1_L9")) for name in others), others
    while kept.clock.step():
        pass
    assert_all_is_kept(keeper)
    keeper.close()
