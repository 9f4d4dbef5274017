"""A console that restarts in the middle of a migration, seen by those who are logged in."""

import subprocess
import sys
from pathlib import Path

from support.served import PATIENCE, Served, serve

BASIC = Path(__file__).parents[2] / "fixtures" / "basic.yaml"
SRC, DEST = "9117-MMA-SN10FFE0B-L9", "9117-MMA-SN10DD4AC-L10"
MORE = """
further_hmcs: {hmc2: {}}
faults: [{kind: hmc, partition: mobile, phase: copy}]
"""


def program(served: Served, *words: str) -> str:
    """What `hmcsh` says to the control socket of the server."""
    socket_ = served.folder / "state" / "hmcsh" / f"control-{served.port}.sock"
    done = subprocess.run(
        [sys.executable, "-m", "hmcsh", *words, "--control", str(socket_)],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    return done.stdout


def test_its_sessions_end_and_the_other_console_goes_on(tmp_path: Path) -> None:
    inventory = tmp_path / "two.yaml"
    inventory.write_text(BASIC.read_text() + MORE)
    with serve(tmp_path, str(inventory)) as first:
        second = Served(
            first.address,
            int((tmp_path / "ready").read_text().split()[3]),
            first.folder,
            first.process,
            first.log,
        )
        answer = first.ssh(f"migrlpar -o m -m {SRC} -t {DEST} -p mobile; echo still here")
        assert answer.returncode == 255, "the connection is closed"
        assert "still here" not in answer.stdout
        assert first.ssh("lshmc -n -F hostname").returncode == 255, "nobody logs in"
        assert second.ssh("lshmc -n -F hostname").stdout == "hmc2\n"
        state = second.ssh(f"lslparmigr -r lpar -m {SRC} --filter lpar_names=mobile -F")
        assert ",Migration Failed," in state.stdout
        refused = second.ssh(f"migrlpar -o r -m {SRC} -p mobile")
        assert (refused.returncode, "hmc1" in refused.stdout) == (1, True)
        program(first, "fault", "clear")
        assert first.ssh("lshmc -n -F hostname").stdout != "", "it is back"
        assert first.ssh(f"migrlpar -o r -m {SRC} -p mobile").returncode == 0
        assert first.ssh(f"migrlpar -o m -m {SRC} -t {DEST} -p mobile").returncode == 0


def test_another_console_recovers_by_force_while_it_is_down(tmp_path: Path) -> None:
    """SG24-7460 6.2: if the migration was started by another console."""
    inventory = tmp_path / "two.yaml"
    inventory.write_text(BASIC.read_text() + MORE)
    with serve(tmp_path, str(inventory)) as served:
        assert served.ssh(f"migrlpar -o m -m {SRC} -t {DEST} -p mobile").returncode == 255
        served.port = int((tmp_path / "ready").read_text().split()[3])
        assert served.ssh(f"migrlpar -o r -m {SRC} -p mobile --force").returncode == 0
        listed = served.ssh(f"lssyscfg -r lpar -m {DEST} -F name").stdout
        assert "mobile" not in listed
        assert served.ssh(f"migrlpar -o m -m {SRC} -t {DEST} -p mobile").returncode == 0
