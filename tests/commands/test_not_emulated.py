"""Forms that consoles know and this one does not have: refused as such, at the levels of each."""

import pytest

from hmcsh.language.levels import V7R3_2, V7R7_9, V9R2_950, V10R3, Level

M9S = "Server-9080-M9S-SN7812345"
EARLY, MIDDLE, LATE = (V7R3_2,), (V7R7_9,), (V9R2_950, V10R3)
ALL = EARLY + MIDDLE + LATE

KNOWN = {
    "memory of a size": ("lshwres -r mem --level sys --maxmem 4096 --hptratio 1:64", LATE),
    "memory of a size, partitions": ("lshwres -r mem --level lpar --maxmem 4096", LATE),
    "I/O memory": ("lshwres -r mem --level lpar --filter lpar_ids=3 --stat", MIDDLE + LATE),
    "Ethernet ports": ("lshwres -r hea --rsubtype phys --level port --stat -F", EARLY + MIDDLE),
    "persistent memory": ("lshwres -r pmem --level lpar -F curr_num_volumes", LATE),
    "persistent memory in all": ("lshwres -r pmem --level sys", LATE),
    "accelerators": ("lshwres -r accel --level sys -F --header", LATE),
    "I/O pools": ("chhwres -r io -o s -p lpar1 --rsubtype iopool -a lpar_io_pool_ids=1", ALL),
    "tagged I/O": ("chhwres -r io -o s --id 6 --rsubtype taggedio -a console_slot=hmc", ALL),
    "a slot cleared": ("chhwres -r io -o c --rsubtype slot -l 21010204", ALL),
    "a bus cleared": ("chhwres -r io -o c --rsubtype bus -l 21010204", ALL),
    "a slot's pool": ("chhwres -r io -o a -p lpar1 -l 21010204 -a slot_io_pool_id=1", LATE),
    "interactive work": ("chhwres -r proc -o a -p ibmi1 --5250cpwpercent 10", ALL),
    "interactive work moved": ("chhwres -r proc -o m --id 6 --tid 7 --5250cpwpercent 10", ALL),
    "a volume": (
        "chhwres -r pmem -o a --rsubtype volume --volume v --device dram -p lpar1 -a size=8192",
        LATE,
    ),
    "a volume removed": ("chhwres -r pmem -o r --rsubtype volume --volume v -p lpar1", LATE),
    "credits of gzip": ("chhwres -r accel --rsubtype gzip -o s -q 10 -p lpar1", LATE),
}


@pytest.mark.parametrize("level", ALL, ids=str)
@pytest.mark.parametrize("name", KNOWN)
def test_a_form_that_consoles_know_says_that_it_is_not_emulated(
    console, name: str, level: Level
) -> None:
    line, levels = KNOWN[name]
    hmc = console("modern")
    hmc.datacenter.console.level = level
    status, text = hmc(f"{line} -m {M9S}")
    assert status == 1
    assert text.endswith("is not emulated by this console.\n") is (level in levels), text
    assert text.count("\n") == 1


@pytest.mark.parametrize(
    "line",
    [
        "lshwres -r mem --level sys --stat",
        "lshwres -r proc --level sys --stat",
        "lshwres -r mem --level sys --hptratio 1:64",
        "chhwres -r io -o s -p lpar1 --rsubtype bus -a x=1",
        "chhwres -r mem -o a -p lpar1 -q 256 -v",
    ],
)
def test_a_form_that_no_console_knows_is_refused_for_its_option(console, line: str) -> None:
    status, text = console("modern")(f"{line} -m {M9S}")
    assert status == 1
    assert text.startswith("An invalid parameter was entered.")
