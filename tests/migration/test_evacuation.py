"""The exercise of SG24-7460 chapter 5: a whole system is emptied by a parallel form of Example 5-1.

Every partition gets a job of its own; movers carry four at a time, and further ones wait. The
partitions are alike and idle, so that each four end together and the next four begin.
"""

import asyncio

import pytest
from support.console import Output, open_shell
from support.crowd import LEFT, RIGHT, crowd

from hmcsh.console import ConsoleService
from hmcsh.model.inventory import load_text
from hmcsh.model.states import PartitionState
from hmcsh.runtime import MICROSECOND, SECOND, Clock

PARTITIONS = 40
SCRIPT = f"""
SRC_SERVER={LEFT}
DEST_SERVER={RIGHT}
SRC_CAP=$(lssyscfg -r sys -m $SRC_SERVER \\
-F active_lpar_mobility_capable,inactive_lpar_mobility_capable)
DEST_CAP=$(lssyscfg -r sys -m $DEST_SERVER \\
-F active_lpar_mobility_capable,inactive_lpar_mobility_capable)

move() {{
    migrlpar -o v -m $SRC_SERVER -t $DEST_SERVER -p $1
    if [ $? -ne 0 ]
    then
        echo "Validation failed. Cannot migrate partition $1"
        return 1
    fi
    migrlpar -o m -m $SRC_SERVER -t $DEST_SERVER -p $1
    if [ $? -ne 0 ]
    then
        echo "There was an error. Attempting recovery of $1"
        migrlpar -o r -m $SRC_SERVER -p $1
    fi
}}

if [ $SRC_CAP = $DEST_CAP ] && [ $SRC_CAP = "1,1" ]
then
    for LPAR in $(lslparmigr -r lpar -m $SRC_SERVER -F name)
    do
        LPAR_ENV=$(lssyscfg -r lpar -m $SRC_SERVER --filter lpar_names=$LPAR -F lpar_env)
        if [ $LPAR_ENV = "aixlinux" ]
        then
            move $LPAR &
        fi
    done
    wait
fi
echo done
"""


class Evacuation:
    """One run of the script, at a clock that moves when nothing else can."""

    def __init__(self, movers: int) -> None:
        text = crowd(
            PARTITIONS, movers=movers, memory="1 GB", workload="{kind: idle, written: 100 %}"
        )
        self.clock = Clock("manual")
        self.service = ConsoleService(load_text(text, self.clock, seed=0))
        self.screen = Output()
        self.most = 0  # migrations that one mover carried at a time
        asyncio.run(self._run())

    async def _run(self) -> None:
        shell = open_shell(self.service, self.screen)
        session = asyncio.create_task(shell.run_string(SCRIPT))
        ready = asyncio.get_running_loop()._ready  # type: ignore[attr-defined]
        while not session.done():
            await asyncio.sleep(0)
            if not ready:  # all that there is waits for the clock
                self.most = max(self.most, *map(len, self._carried()))
                self.clock.step()
        assert session.result() == 0, self.screen.text

    def _carried(self) -> list[list[object]]:
        platform = self.service.mobility.platform
        frames = self.service.datacenter.frames.values()
        return [platform.mover(s).active for f in frames for s in f.virtual_io_servers()]

    def in_turns(self) -> int:
        """Time from the first request to a mover to the last release, ns."""
        runs = self.service.mobility.history
        starts = [phase.start for run in runs for phase in run.phases if phase.name == "movers"]
        ends = [phase.end for run in runs for phase in run.phases if phase.name == "complete"]
        return max(ends) - min(starts)


@pytest.fixture(scope="module")
def one() -> Evacuation:
    return Evacuation(1)


def test_all_end_on_the_other_side(one: Evacuation) -> None:
    frames = one.service.datacenter.frames
    assert one.screen.text.endswith("done\n")
    assert "failed" not in one.screen.text
    assert "error" not in one.screen.text
    moved = [p for p in frames[RIGHT].listed_partitions() if not p.vios]
    assert len(moved) == PARTITIONS
    assert all(p.state is PartitionState.RUNNING for p in moved)
    assert all(p.vios for p in frames[LEFT].listed_partitions())
    assert one.most == 4


def test_two_movers_take_half_the_time(one: Evacuation) -> None:
    """Ten turns of four become five; the start of the first and the clean-up of the last remain.

    A turn begins when the slowest of four ends, and times are whole ns: 1 microsecond of slack.
    """
    two = Evacuation(2)
    assert two.most == 4
    assert abs(one.in_turns() - 2 * two.in_turns()) <= MICROSECOND
    same = one.clock.now - one.in_turns()
    assert two.clock.now - two.in_turns() == same
    assert same < 15 * SECOND < two.in_turns() / 10
