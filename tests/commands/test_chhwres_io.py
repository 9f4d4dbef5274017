"""chhwres -r io: physical I/O slots are added, removed and moved; and paths of virtual SCSI."""

import pytest

L10 = "9117-MMA-SN10DD4AC-L10"
EMPTY, OTHER, OF_VIOS = "21010204", "21010205", "21010200"


def owners(runner) -> dict[str, int | None]:
    frame = runner.datacenter.frame(L10)
    return {index: slot.owner for index, slot in frame.slots.items()}


def change(runner, options: str) -> None:
    assert runner(f"chhwres -r io -m {L10} {options}") == (0, "")


def test_a_slot_is_added_listed_moved_and_removed(console) -> None:
    runner = console()
    listing = f"lshwres -r io --rsubtype slot -m {L10} -F drc_index,lpar_name"
    change(runner, f"-o a -p TRAIN -l {EMPTY}")
    assert f"{EMPTY},TRAIN" in runner.lines(listing)
    change(runner, f"-o m --id 5 -t TEST -l {EMPTY}")
    assert f"{EMPTY},TEST" in runner.lines(listing)
    change(runner, f"--rsubtype slot -o m -p TEST --tid 5 -l {EMPTY} -w 5 -d 2 --force")
    change(runner, f"-o r --id 5 -l {EMPTY.lower()}")
    assert owners(runner)[EMPTY] is None


def test_profiles_stay_as_they_are(console) -> None:
    runner = console()
    change(runner, f"-o a -p TRAIN -l {EMPTY}")
    profiles = f"lssyscfg -r prof -m {L10} --filter lpar_names=TRAIN -F io_slots"
    assert runner.value(profiles) == "none"


def test_an_active_migration_is_possible_again_once_the_slot_is_gone(console) -> None:
    runner = console()
    validate = f"migrlpar -o v -m {L10} -t 9117-MMA-SN10FFE0B-L9 -p TRAIN"
    assert runner(validate)[0] == 0
    change(runner, f"-o a -p TRAIN -l {EMPTY}")
    status, text = runner(validate)
    assert status == 1
    assert f"owns physical I/O adapters: {EMPTY}" in text
    change(runner, f"-o r -p TRAIN -l {EMPTY}")
    assert runner(validate)[0] == 0


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("-o a -p TRAIN -l 2101FFFF", "2101FFFF was not found"),
        ("-o a -p TRAIN -l 0x210102", "parameter"),
        ("-o a -p TRAIN -l XYZ", "parameter"),
        ("-o a -p TRAIN", "-l"),
        (f"-o a -p NOBODY -l {EMPTY}", "HSCL8012"),
        (f"-o a -p TRAIN -l {OF_VIOS}", f"{OF_VIOS} is assigned to the partition VIOS1_L10"),
        (f"-o r -p TRAIN -l {EMPTY}", f"{EMPTY} is not assigned to the partition TRAIN"),
        (f"-o r -p VIOS1_L10 -l {OF_VIOS}", "is required by the active profile"),
        (f"-o m -p VIOS1_L10 -t TRAIN -l {OF_VIOS}", "is required by the active profile"),
        (f"-o m -p TRAIN -t TRAIN -l {EMPTY}", "both the source and the target"),
        (f"-o m -p TRAIN -t TEST -l {EMPTY}", "is not assigned to the partition TRAIN"),
        (f"-o a -p TRAIN -l {EMPTY} --rsubtype eth", "--rsubtype"),
        (f"-o s -p TRAIN -l {EMPTY}", "not emulated"),
        (f"-o c -l {EMPTY}", "not emulated"),
    ],
)
def test_what_is_refused_changes_nothing(console, options: str, words: str) -> None:
    runner = console()
    before = owners(runner)
    status, text = runner(f"chhwres -r io -m {L10} {options}")
    assert status != 0
    assert words in text + runner.errors
    assert owners(runner) == before


def test_a_partition_without_connection_is_not_changed(console) -> None:
    runner = console()
    runner.datacenter.frame(L10).partition(name="TRAIN").operating_system.rmc = False
    status, text = runner(f"chhwres -r io -m {L10} -o a -p TRAIN -l {EMPTY}")
    assert status != 0
    assert "HSCL2957" in text + runner.errors


def test_one_of_two_paths_can_be_removed_while_the_partition_runs(console) -> None:
    """SG24-7460 5.1.2: without interfering with the running applications."""
    runner = console()
    remove = f"chhwres -r virtualio -m {L10} -o r -p TEST -s"
    assert runner(f"{remove} 4") == (0, "")
    status, text = runner(f"{remove} 2")
    assert status != 0
    assert "HSCL294D" in text + runner.errors
