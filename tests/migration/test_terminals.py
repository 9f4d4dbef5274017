"""Virtual terminals of partitions that migrate (SG24-7460 5.5.7)."""

import pytest
from support.lab import L9, L10, Lab

from hmcsh import report, reporttable
from hmcsh.migration.faults import Fault
from hmcsh.model.states import MigrationKind
from hmcsh.runtime import SECOND


def advance_to(lab: Lab, phase: str) -> None:
    """Let time pass until the newest migration is in a phase."""
    run = lab.mobility.history[-1]
    while not run.phases or run.phases[-1].name != phase:
        assert lab.datacenter.clock.step()


def test_a_terminal_stays_until_the_partition_runs_on_the_destination(redbook: Lab) -> None:
    terminal = redbook.partition("TRAIN").vty.open("hmc1", "hscroot")
    process = redbook.start(redbook.request("TRAIN"))
    advance_to(redbook, "resume")
    run = redbook.mobility.history[-1]
    while run.commit is None:
        assert not terminal.closed.fired
        redbook.datacenter.clock.step()
    assert terminal.closed.fired
    assert run.disconnection.time == run.commit.time
    redbook.datacenter.clock.run_until(process)
    redbook.partition("TRAIN", L9).vty.open("hmc1", "hscroot")


def test_what_was_typed_at_the_log_in_goes_along(redbook: Lab) -> None:
    train = redbook.partition("TRAIN")
    train.vty.open("hmc1", "hscroot").type("ro")
    there = redbook.migrate("TRAIN")
    shown: list[str] = []
    terminal = there.vty.open("hmc1", "hscroot")
    terminal.show = shown.append
    terminal.type("\x15")
    assert shown == ["\b \b\b \b"]


def test_the_record_tells_whose_terminal_was_closed(redbook: Lab) -> None:
    redbook.partition("TRAIN").vty.open("hmc1", "hscroot")
    redbook.migrate("TRAIN")
    told = report.describe(redbook.mobility.history[-1])
    assert told.disconnection.time_ns == told.commit.time_ns
    assert (told.disconnection.console, told.disconnection.user) == ("hmc1", "hscroot")
    assert "hscroot on hmc1" in reporttable.details(told)


def test_without_a_terminal_there_is_nothing_to_tell(redbook: Lab) -> None:
    redbook.migrate("TRAIN")
    told = report.describe(redbook.mobility.history[-1])
    assert told.disconnection is None
    assert "Terminal" not in reporttable.details(told)


def test_an_inactive_migration_closes_it_too_and_says_so_before(redbook: Lab) -> None:
    terminal = redbook.partition("PROD").vty.open("hmc1", "hscroot")
    request = redbook.request("PROD")
    assert request.kind is MigrationKind.INACTIVE
    warnings = "\n".join(redbook.mobility.validate(request).warnings)
    assert "HSCLA291" in warnings
    redbook.migrate("PROD")
    assert terminal.closed.fired
    assert redbook.mobility.history[-1].disconnection is not None


def test_an_inactive_migration_does_not_warn_of_a_terminal_that_is_not_open(redbook: Lab) -> None:
    warnings = redbook.mobility.validate(redbook.request("PROD")).warnings
    assert "HSCLA291" not in "\n".join(warnings)


@pytest.mark.parametrize("phase", ["adapters", "copy", "final"])
def test_a_migration_that_fails_before_its_commit_record_leaves_the_terminal(
    redbook: Lab, phase: str
) -> None:
    terminal = redbook.partition("TRAIN").vty.open("hmc1", "hscroot")
    redbook.mobility.faults.add(Fault("source-mover", phase=phase))
    process = redbook.start(redbook.request("TRAIN"))
    redbook.datacenter.clock.advance(600 * SECOND)
    assert process.error is not None
    assert not terminal.closed.fired
    assert redbook.partition("TRAIN").vty.terminal is terminal


def test_a_terminal_on_the_shell_goes_with_it_when_the_migration_is_rolled_back(
    redbook: Lab,
) -> None:
    redbook.start(redbook.request("TRAIN"))
    advance_to(redbook, "adapters")
    terminal = redbook.partition("TRAIN", L9).vty.open("hmc1", "hscroot")
    redbook.mobility.stop(redbook.partition("TRAIN"))
    redbook.datacenter.clock.advance(60 * SECOND)
    assert redbook.frame(L9).find_by_name("TRAIN") is None
    assert terminal.closed.fired


def test_a_terminal_on_the_shell_is_there_when_the_partition_arrives(redbook: Lab) -> None:
    process = redbook.start(redbook.request("TRAIN"))
    advance_to(redbook, "copy")
    shown: list[str] = []
    terminal = redbook.partition("TRAIN", L9).vty.open("hmc1", "hscroot")
    terminal.show = shown.append
    terminal.type("\r")
    assert shown == []
    redbook.datacenter.clock.run_until(process)
    terminal.type("\r")
    assert "Console login: " in "".join(shown)


def test_a_system_that_loses_power_closes_terminals(redbook: Lab) -> None:
    terminal = redbook.partition("DEV").vty.open("hmc1", "hscroot")
    redbook.mobility.faults.add(Fault("source-power", phase="copy"))
    redbook.start(redbook.request("TRAIN"))
    redbook.datacenter.clock.advance(600 * SECOND)
    assert redbook.frame(L10).state.value == "Power Off"
    assert terminal.closed.fired
