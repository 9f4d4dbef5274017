"""DLPAR scripts that are written in a partition, installed there, and run in its migration."""

from __future__ import annotations

import pytest
from support.lab import L9, L10, Lab
from support.sitting import Sitting

from hmcsh.console import ConsoleService
from hmcsh.migration.run import Run
from hmcsh.model.inventory import load
from hmcsh.model.states import MigrationState
from hmcsh.runtime import SECOND, Clock

SCRIPT = """\
#!/usr/bin/ksh
log=/tmp/migration.log
if [[ $# -eq 0 ]]
then
    echo "DR_ERROR=called without a command"
    exit 1
fi
code=0
case $1 in
    scriptinfo )
        echo "DR_VERSION=1.0"
        echo "DR_DATE=27032007"
        echo "DR_SCRIPTINFO=Notes the phases of migrations"
        echo "DR_VENDOR=Example"
        echo "scriptinfo" >> $log;;
    usage )
        echo "DR_USAGE=$0 command [parameter]"
        echo "usage $2" >> $log;;
    register )
        echo "DR_RESOURCE=pmig"
        echo "register" >> $log;;
    checkmigrate | premigrate | postmigrate | undopremigrate )
        {hook}
        echo "$1 $2 $(date +%S)" >> $log;;
    * )
        echo "*** $1" >> $log
        code=10;;
esac
exit $code
"""
LISTED = """\
DR Install Root Directory: /usr/lib/dr/scripts
Syslog ID: DRMGR
------------------------------------------------------------
/usr/lib/dr/scripts/all/migrate.sh\tNotes the phases of migrations
\tVendor:Example,\tVersion:1.0,\tDate:27032007
\tScript Timeout:10,\tAdmin Override Timeout:0
\tMemory DR Percentage:100
\tResources Supported:
\t\tResource Name: pmig\tResource Usage: /usr/lib/dr/scripts/all/migrate.sh command [parameter]
------------------------------------------------------------
"""


class Scripted:
    """The partition TEST of the lab redbook, root at its console, and a script that is written."""

    def __init__(self, hook: str = ":", install: str = "drmgr -i ./migrate.sh") -> None:
        clock = Clock("manual")
        self.service = ConsoleService(load("redbook", clock, seed=0))
        self.lab = Lab(self.service.datacenter, self.service.mobility)
        self.sitting = Sitting(self.service, self.lab.partition("TEST"))
        self.sitting.log_in()
        self.sitting.write("migrate.sh", SCRIPT.replace("{hook}", hook))
        self.installed = self.sitting.run(install)

    def log(self) -> list[str]:
        return self.sitting.run("cat /tmp/migration.log").splitlines()

    def validate(self, wait: int = 5) -> list[str]:
        request = self.lab.request("TEST", L10, L9)
        request.wait_minutes = wait
        self.lab.datacenter.clock.run_until(self.lab.mobility.check(request))
        self.validation = self.lab.mobility.validate(request)
        return list(self.validation.errors)

    def migrate(self) -> Run:
        assert self.validate() == []
        self.lab.mobility.start(self.validation)
        return self.lab.mobility.history[-1]

    def finish(self, run: Run) -> None:
        assert run.process is not None
        self.lab.datacenter.clock.run_until(run.process)


def test_a_script_is_installed_and_listed() -> None:
    scripted = Scripted()
    assert scripted.installed == "DR script file ./migrate.sh installed successfully\n"
    assert scripted.sitting.run("drmgr -l") == LISTED
    assert scripted.log() == ["scriptinfo", "register", "usage pmig"]
    assert scripted.sitting.run("ls /usr/lib/dr/scripts/all") == "migrate.sh\n"


def test_its_commands_are_called_in_the_phases_where_they_belong() -> None:
    scripted = Scripted()
    run = scripted.migrate()
    scripted.finish(run)
    source, destination = scripted.sitting.partition, scripted.lab.partition("TEST", L9)
    assert destination.frame.name == L9 and source is not destination
    assert scripted.sitting.terminal.closed.fired
    scripted.sitting.partition = destination
    scripted.sitting.open()
    calls = [line.rsplit(" ", 1)[0] for line in scripted.log()[3:]]
    assert calls == ["checkmigrate pmig", "premigrate pmig", "postmigrate pmig"]
    assert [str(call.answer) for call in run.calls] == ["accepted"] * 3
    assert "checkmigrate pmig: status 0\n" in scripted.sitting.run("cat /var/adm/ras/syslog")


def test_a_script_that_refuses_keeps_the_partition_and_takes_back_what_it_did() -> None:
    hook = '[ $1 != checkmigrate ] || { echo "DR_ERROR=bound to this system"; code=1; }'
    scripted = Scripted(hook)
    (error,) = scripted.validate()
    assert error.endswith("the DLPAR script migrate.sh refused: bound to this system.")
    calls = [line.rsplit(" ", 1)[0] for line in scripted.log()[3:]]
    assert calls == ["checkmigrate pmig", "undopremigrate pmig"]
    entry = scripted.lab.partition("TEST").error_log[0]
    assert (entry.identifier, entry.label) == ("DD42A684", "DR_SCRIPT_MSG")
    assert "DRMGR: bound to this system\n" in scripted.sitting.run("cat /var/adm/ras/syslog")
    assert scripted.lab.partition("TEST").migration is None


def test_a_script_that_refuses_to_get_ready_is_undone_with_the_migration() -> None:
    scripted = Scripted('[ $1 != premigrate ] || { echo "DR_ERROR=busy"; code=4; }')
    run = scripted.migrate()
    with pytest.raises(Exception, match=r"migrate\.sh refused: busy"):
        scripted.finish(run)
    calls = [line.rsplit(" ", 1)[0] for line in scripted.log()[3:]]
    assert calls == ["checkmigrate pmig", "premigrate pmig", "undopremigrate pmig"]
    assert scripted.lab.partition("TEST").migration_state is MigrationState.NOT_MIGRATING


@pytest.mark.parametrize(
    ("hook", "install", "waited"),
    [
        ("sleep 60", "drmgr -i migrate.sh", 10),
        ("sleep 90", "drmgr -i migrate.sh -w 1", 60),
        ("while :; do :; done", "drmgr -i migrate.sh", 10),
    ],
    ids=["sleeps", "override", "loops"],
)
def test_a_script_that_does_not_answer_is_ended(hook: str, install: str, waited: int) -> None:
    scripted = Scripted(f"[ $1 != checkmigrate ] || {hook}", install)
    began = scripted.lab.datacenter.clock.now
    (error,) = scripted.validate()
    assert error.endswith("the DLPAR script migrate.sh did not answer in time.")
    call = scripted.validation.plan.request.calls[0]
    assert call.end - began == waited * SECOND
    assert [line for line in scripted.log() if line.startswith("check")] == []


def test_a_slow_script_takes_its_time_and_keeps_the_phase_waiting() -> None:
    scripted = Scripted("sleep 7")
    run = scripted.migrate()
    scripted.finish(run)
    lasting = {str(call.phase): (call.end or 0) - call.start for call in run.calls}
    assert lasting == {"check": 7 * SECOND, "prepare": 7 * SECOND, "post": 7 * SECOND}


def test_the_wait_of_the_command_bounds_all_scripts() -> None:
    scripted = Scripted("[ $1 != checkmigrate ] || sleep 90", "drmgr -i migrate.sh -w 10")
    began = scripted.lab.datacenter.clock.now
    (error,) = scripted.validate(wait=1)
    assert "did not answer in time" in error
    assert scripted.validation.plan.request.calls[0].end - began == 60 * SECOND


def test_a_command_that_a_script_does_not_know_is_no_refusal() -> None:
    assert Scripted("[ $1 != checkmigrate ] || code=10").validate() == []


def test_scripts_are_called_in_the_order_of_their_names_and_back_in_the_end() -> None:
    scripted = Scripted()
    scripted.sitting.run("cp migrate.sh a.sh", "drmgr -i a.sh")
    run = scripted.migrate()
    scripted.finish(run)
    told = [(str(call.phase), call.name) for call in run.calls]
    assert told == [
        ("check", "a.sh"), ("check", "migrate.sh"), ("prepare", "a.sh"), ("prepare", "migrate.sh"),
        ("post", "migrate.sh"), ("post", "a.sh"),
    ]  # fmt: skip


def test_what_is_uninstalled_is_not_called() -> None:
    scripted = Scripted()
    done = scripted.sitting.run("drmgr -u migrate.sh")
    assert done.endswith("uninstalled successfully\n")
    assert scripted.sitting.run("ls /usr/lib/dr/scripts/all; drmgr -l").count("migrate") == 0
    assert scripted.validate() == []
    assert scripted.validation.plan.request.calls == []


REFUSED = {
    "again": ("drmgr -i migrate.sh", "drmgr: A script /usr/lib/dr/scripts/all/migrate.sh is "),
    "missing": ("drmgr -i none", "drmgr: The script none cannot be read."),
    "no-script": ("echo 'echo hi' > x; drmgr -i x", "is no DLPAR script"),
    "failing": ("echo 'echo DR_ERROR=no; exit 3' > x; drmgr -i x", "at scriptinfo with status 3. "),
    "not-installed": ("drmgr -u none", "drmgr: No script /usr/lib/dr/scripts/all/none is inst"),
    "other-host": ("drmgr -u migrate.sh -D other", "not emulated"),
}


@pytest.mark.parametrize(("line", "message"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused_changes_nothing(line: str, message: str) -> None:
    scripted = Scripted()
    assert message in scripted.sitting.run(line)
    assert scripted.sitting.run("echo $?") == "1\n" or message == "not emulated"
    assert scripted.sitting.run("drmgr -l") == LISTED
    assert scripted.sitting.run("ls /usr/lib/dr/scripts/all") == "migrate.sh\n"


def test_a_script_is_replaced_by_force_and_read_again_by_b() -> None:
    scripted = Scripted()
    run = scripted.sitting.run
    run("sed s/Example/Other/ migrate.sh > new; cp new migrate.sh")
    assert "installed successfully" in run("drmgr -i migrate.sh -f")
    assert "Vendor:Other" in run("drmgr -l")
    run("sed s/Example/Third/ new | sed s/Other/Third/ > /usr/lib/dr/scripts/all/migrate.sh")
    assert run("drmgr -b; drmgr -l | grep -c Third") == "1\n"


def test_two_runs_are_the_same() -> None:
    def history() -> list[tuple[str, int, int | None]]:
        scripted = Scripted("sleep 3; i=0; while [ $i -lt 400 ]; do i=$((i+1)); done")
        run = scripted.migrate()
        scripted.finish(run)
        return [(str(call.phase), call.start, call.end) for call in run.calls]

    assert history() == history()
