"""lpar_netboot: the phases of a boot, which adapters are tried, what is refused before it."""

import asyncio

import pytest

LAB = """
networks: {lan: {rate: 1 Gbit/s, boot_servers: [10.0.0.1]}, other: 1 Gbit/s}
systems:
  one:
    type_model: 9117-MMA
    serial: 06D6D82
    memory: 16 GB
    processors: 8
    partitions:
      vios: {id: 1, type: vioserver, bridges: {ent4: lan}}
      new: {id: 3, state: Not Activated, os: none, ethernet: {2: 7, 4: 1}}
      web: {id: 4, os: AIX 6.1, ethernet: {2: 1}}
      bare: {id: 5, state: Not Activated, os: none}
      ibmi: {id: 6, type: os400, state: Not Activated, ethernet: {2: 1}}
"""
NETWORK = "-s auto -d auto -S 10.0.0.1 -G 10.0.0.254 -C 10.0.0.7"


@pytest.fixture
def hmc(console):
    return console(LAB)


def run(hmc, line: str) -> tuple[int, str]:
    """Status and output of a command that waits for the clock."""

    async def played() -> tuple[int, str]:
        task = asyncio.ensure_future(hmc.run(line))
        while not task.done():
            for _ in range(20):
                await asyncio.sleep(0)
            if not task.done():
                assert hmc.clock.step(), "it waits for nothing"
        return await task

    return asyncio.run(played())


def state(hmc, name: str) -> str:
    return hmc.value(f"lssyscfg -r lpar -m one --filter lpar_names={name} -F state")


def adapters(hmc, options: str, name: str = "new") -> list[list[str]]:
    status, text = run(hmc, f"lpar_netboot -M -n {options} -t ent {name} default one")
    assert status == 0, text
    return [line.split() for line in text.splitlines() if line.startswith("ent ")]


def test_adapters_are_listed_and_the_partition_is_off_again(hmc) -> None:
    mac = hmc.datacenter.frames["one"].partition("new").mac_address
    assert adapters(hmc, "") == [
        f"ent U9117.MMA.06D6D82-V3-C{slot}-T1 {mac(slot).lower()} "
        f"/vdevice/l-lan@3000000{slot} n/a virtual".split()
        for slot in (2, 4)
    ]
    assert state(hmc, "new") == "Not Activated"


@pytest.mark.parametrize("option", ["-A", "-v", "-x", "-f", "-i", "-T off", "-T on"])
def test_options_of_a_listing(hmc, option: str) -> None:
    assert len(adapters(hmc, option)) == 2


def test_a_ping_tells_which_adapter_reaches_the_server(hmc) -> None:
    found = adapters(hmc, f"-D {NETWORK} -K 255.255.255.0")
    assert [line[4] for line in found] == ["unsuccessful", "successful"]
    hmc.lines("chsysstate -r lpar -m one -o shutdown --immed -n vios")
    hmc.clock.advance(10**11)
    found = adapters(hmc, f"-D {NETWORK}")
    assert [line[4] for line in found] == ["unsuccessful", "unsuccessful"]


@pytest.mark.parametrize(
    "options", ["", "-D", "-i -f", "-K 255.0.0.0", "-g x", "-l U9117.MMA.06D6D82-V3-C4-T1"]
)
def test_a_boot(hmc, options: str) -> None:
    status, text = run(hmc, f"lpar_netboot -t ent {options} {NETWORK} new default one")
    assert (status, text.splitlines()[-1]) == (0, "# Finished.")
    assert state(hmc, "new") == "Running"
    codes = "lsrefcode -r lpar -m one --filter lpar_names=new -F refcode"
    assert hmc.lines(codes) == [""]


def test_one_that_runs_is_shut_down_first(hmc) -> None:
    before = hmc.clock.now
    status, _ = run(hmc, f"lpar_netboot -i -t ent {NETWORK} web default one")
    at_once, before = hmc.clock.now - before, hmc.clock.now
    assert status == 0
    status, _ = run(hmc, f"lpar_netboot -t ent {NETWORK} web default one")
    assert status == 0
    assert hmc.clock.now - before > at_once, "a delayed shutdown takes longer"
    version = hmc.value("lssyscfg -r lpar -m one --filter lpar_names=web -F os_version")
    assert "AIX" in version, "what was installed stays"


@pytest.mark.parametrize("colons", [True, False])
def test_the_adapter_with_a_mac_address(hmc, colons: bool) -> None:
    def boot(slot: int) -> int:
        mac = hmc.datacenter.frames["one"].partition("new").mac_address(slot)
        text = ":".join(mac[i : i + 2] for i in range(0, 12, 2)) if colons else mac.lower()
        return run(hmc, f"lpar_netboot -t ent -m {text} {NETWORK} new default one")[0]

    assert boot(2) == 1, "it reaches no server"
    assert state(hmc, "new") == "Open Firmware"
    assert boot(4) == 0


REFUSED = {
    "lpar_netboot": "Usage: lpar_netboot",
    "lpar_netboot -M -n new default one": "are -t.",
    "lpar_netboot -M -t ent new default one": "are -n.",
    "lpar_netboot -M -n -t ent new default": "are <managed-system>.",
    "lpar_netboot -M -n -t ent new default one more": "The invalid parameter is more.",
    "lpar_netboot -M -n -t tok new default one": "are -t.",
    "lpar_netboot -M -n -t ent -T maybe new default one": "are -T.",
    "lpar_netboot -M -n -D -t ent new default one": "are -S, -G, -C.",
    f"lpar_netboot -M -n -t ent {NETWORK} new default one": "The invalid parameter is -s.",
    "lpar_netboot -M -n -t ent nobody default one": "HSCL8012",
    "lpar_netboot -M -n -t ent new other one": "profile named other was not found",
    "lpar_netboot -M -n -t ent new default nowhere": "HSCL8018",
    "lpar_netboot -M -n -t ent bare default one": "no such network adapter",
    "lpar_netboot -M -n -t ent ibmi default one": "is an IBM i partition",
    "lpar_netboot -t ent new default one": "are -S, -G, -C.",
    f"lpar_netboot -n -t ent {NETWORK} new default one": "The invalid parameter is -n.",
    f"lpar_netboot -t ent {NETWORK} -m 1 -l 2 new default one": "mutually exclusive",
    f"lpar_netboot -t ent {NETWORK} -m 000000000001 new default one": "no such network adapter",
    f"lpar_netboot -t ent {NETWORK} -l U1 new default one": "no such network adapter",
    f"lpar_netboot -t ent {NETWORK} -K 255.255 new default one": "are -K.",
    f"lpar_netboot -t ent {NETWORK.replace('-s auto', '-s 7')} new default one": "are -s.",
    f"lpar_netboot -t ent {NETWORK.replace('-d auto', '-d no')} new default one": "are -d.",
    f"lpar_netboot -t ent {NETWORK.replace('-S 10', '-S ten')} new default one": "are -S.",
    f"lpar_netboot -t ent {NETWORK.replace('-G 10', '-G ten')} new default one": "are -G.",
    f"lpar_netboot -t ent {NETWORK.replace('-C 10', '-C ten')} new default one": "are -C.",
}


@pytest.mark.parametrize("line", REFUSED)
def test_refused_before_anything_is_done(hmc, line: str) -> None:
    status, text = run(hmc, line)
    assert (status, REFUSED[line] in text) == (1, True), text
    assert "#" not in text
    assert state(hmc, "new") == "Not Activated"
    assert state(hmc, "web") == "Running"


def test_another_who_stops_the_partition_ends_it(hmc) -> None:
    async def played() -> tuple[int, str]:
        task = asyncio.ensure_future(hmc.run(f"lpar_netboot -t ent {NETWORK} new default one"))
        stopped = False
        while not task.done():
            for _ in range(20):
                await asyncio.sleep(0)
            if not stopped and state_now() == "Open Firmware":
                await hmc.run("chsysstate -r lpar -m one -o shutdown --immed -n new")
                stopped = True
            if not task.done():
                hmc.clock.step()
        return await task

    def state_now() -> str:
        return hmc.datacenter.frames["one"].partition("new").state.value

    status, text = asyncio.run(played())
    assert status == 1
    assert "is in the state" in text
