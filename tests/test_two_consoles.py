"""Two consoles over the same systems (SG24-7460 5.3): locks, who may stop, who may break them."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.console import enter
from support.served import serve

from hmcsh.console import ConsoleService
from hmcsh.model.inventory import load_text
from hmcsh.runtime import SECOND, Clock

BASIC = Path(__file__).parent.parent / "fixtures" / "basic.yaml"
SRC, DEST = "9117-MMA-SN10FFE0B-L9", "9117-MMA-SN10DD4AC-L10"
MIGRATE = f"migrlpar -o m -m {SRC} -t {DEST} -p mobile"


class Consoles:
    """Two consoles, and the clock between them."""

    def __init__(self) -> None:
        self.clock = Clock("manual")
        text = BASIC.read_text() + "\nfurther_hmcs: {hmc2: {}}\n"
        datacenter = load_text(text, self.clock)
        first = ConsoleService(datacenter)
        second = ConsoleService(datacenter, console=datacenter.consoles[1], mobility=first.mobility)
        self.services = {"hmc1": first, "hmc2": second}

    async def run(self, console: str, line: str) -> tuple[int, str]:
        return await enter(self.services[console], line)

    async def begin(self, console: str, line: str) -> "asyncio.Task[tuple[int, str]]":
        task = asyncio.create_task(self.run(console, line))
        for _ in range(50):
            await asyncio.sleep(0)
        return task

    async def finish(self, task: "asyncio.Task[tuple[int, str]]") -> tuple[int, str]:
        while not task.done():
            self.clock.step()
            for _ in range(5):
                await asyncio.sleep(0)
        return task.result()


@pytest.fixture
def consoles() -> Iterator[Consoles]:
    yield Consoles()


def test_the_other_console_sees_but_may_not_change(consoles: Consoles) -> None:
    async def main() -> None:
        moving = await consoles.begin("hmc1", MIGRATE)
        status, seen = await consoles.run("hmc2", f"lslparmigr -r lpar -m {SRC}")
        assert status == 0
        assert "Migration Starting" in seen
        for line in (
            f"chsyscfg -r sys -m {DEST} -i new_name=other",
            f"chsysstate -r lpar -m {SRC} -o shutdown -n VIOS1_L9",
            f"migrlpar -o s -m {SRC} -p mobile",
            f"migrlpar -o m -m {DEST} -t {SRC} -p VIOS1_L10",
        ):
            status, said = await consoles.run("hmc2", line)
            assert status == 1, line
            assert "hmc1" in said, said
            assert len(said.splitlines()) == 1
        status, said = await consoles.run("hmc2", f"lslock -m {SRC}")
        assert said == f"sys_name={SRC},lock_owner=hmc1\n"
        assert await consoles.finish(moving) == (0, "")
        assert await consoles.run("hmc2", f"lslock -m {SRC}") == (0, "No results were found.\n")
        renamed = await consoles.run("hmc2", f"chsyscfg -r sys -m {DEST} -i new_name=other")
        assert renamed == (0, "")

    asyncio.run(main())


def test_a_broken_lock_lets_the_other_console_change(consoles: Consoles) -> None:
    async def main() -> None:
        moving = await consoles.begin("hmc1", MIGRATE)
        for system in (SRC, DEST):
            assert await consoles.run("hmc2", f"rmlock -m {system}") == (0, "")
        renamed = await consoles.run(
            "hmc2", f"chsyscfg -r lpar -m {SRC} -i name=VIOS1_L9,new_name=V"
        )
        assert renamed == (0, "")
        assert await consoles.finish(moving) == (0, "")

    asyncio.run(main())


@pytest.mark.parametrize("unlocked", [False, True], ids=["locked", "lock broken"])
def test_only_the_console_that_began_it_stops_it(consoles: Consoles, unlocked: bool) -> None:
    """SG24-7460 5.6.1."""

    async def main() -> None:
        moving = await consoles.begin("hmc1", MIGRATE)
        if unlocked:
            assert await consoles.run("hmc2", f"rmlock -m {SRC}") == (0, "")
        status, said = await consoles.run("hmc2", f"migrlpar -o s -m {SRC} -p mobile")
        assert (status, len(said.splitlines())) == (1, 1)
        assert "hmc1" in said
        assert await consoles.run("hmc1", f"migrlpar -o s -m {SRC} -p mobile") == (0, "")
        status, said = await consoles.finish(moving)
        assert status == 1
        assert "stopped" in said

    asyncio.run(main())


@pytest.mark.parametrize("operation", ["s", "r"])
def test_stop_and_recovery_name_the_source(consoles: Consoles, operation: str) -> None:
    async def main() -> None:
        moving = await consoles.begin("hmc1", MIGRATE)
        consoles.clock.advance(8 * SECOND)  # its shell stands on the destination
        line = f"migrlpar -o {operation} -m {DEST} -p mobile"
        status, said = await consoles.run("hmc1", line)
        assert status == 1
        assert said.count("\n") == 1
        assert f"source managed system: {SRC}" in said
        assert await consoles.finish(moving) == (0, "")

    asyncio.run(main())


def test_both_are_served_each_on_its_port(tmp_path: Path) -> None:
    inventory = tmp_path / "two.yaml"
    inventory.write_text(BASIC.read_text() + "\nfurther_hmcs: {hmc2: {}}\n")
    with serve(tmp_path, str(inventory)) as served:
        first, second = (tmp_path / "ready").read_text().split()[1::2]
        assert str(served.port) == first
        served.port = int(second)
        assert served.ssh("lshmc -n -F hostname").stdout == "hmc2\n"


def test_time_passes_for_both(consoles: Consoles) -> None:
    consoles.clock.advance(SECOND)
    assert len({service.datacenter.now() for service in consoles.services.values()}) == 1


def test_a_terminal_is_open_on_one_console_only(consoles: Consoles) -> None:
    async def main() -> None:
        held = await consoles.begin("hmc1", f"sleep 600 | mkvterm -m {SRC} -p mobile")
        status, text = await consoles.run("hmc2", f"mkvterm -m {SRC} -p mobile")
        assert (status, text) == (
            1,
            "The open failed.\n-The session may already be open on another management console\n",
        )
        assert await consoles.run("hmc2", f"rmvterm -m {SRC} -p mobile") == (
            0,
            "Close command sent\n",
        )
        _, seen = await consoles.finish(held)
        assert "Connection has closed" in seen

    asyncio.run(main())


def test_a_lock_does_not_keep_others_from_terminals(consoles: Consoles) -> None:
    async def main() -> None:
        moving = await consoles.begin("hmc1", MIGRATE)
        for name in ("mobile", "VIOS1_L9"):
            held = await consoles.begin("hmc2", f"sleep 600 | mkvterm -m {SRC} -p {name}")
            assert not held.done()
            status, _ = await consoles.run("hmc2", f"rmvterm -m {SRC} -p {name}")
            assert status == 0
            held.cancel()
        status, _ = await consoles.finish(moving)
        assert status == 0

    asyncio.run(main())
