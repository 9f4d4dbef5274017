"""What is counted and measured, compared with what happened."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hmcsh.commands.hmc import COMMANDS
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families
from support.faultlab import Fault, FaultLab, fault_lab
from support.lab import L9, L10, Lab, load_lab

from hmcsh import events
from hmcsh.metrics import table
from hmcsh.metrics.table import Metric
from hmcsh.metrics.watching import KINDS, OUTCOMES, PHASES, Metrics
from hmcsh.migration import engine
from hmcsh.migration.run import Run
from hmcsh.model.states import PartitionState
from hmcsh.state.file import StateFileError
from hmcsh.state.keeper import Keeper

Samples = dict[tuple[str, ...], float]


def samples(metrics: Metrics, metric: Metric, suffix: str = "") -> Samples:
    """The values of a metric by the values of its labels, as a scrape reads them."""
    metrics.take()
    families = text_string_to_metric_families(generate_latest(metrics.registry).decode())
    return {
        tuple(sample.labels[name] for name in metric.labels): sample.value
        for family in families
        for sample in family.samples
        if sample.name == metric.name + suffix
    }


def counted(metrics: Metrics, metric: Metric, suffix: str = "") -> Samples:
    """Those that are not 0."""
    return {labels: v for labels, v in samples(metrics, metric, suffix).items() if v}


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


# Declarations


@pytest.mark.parametrize("one", table.TABLE, ids=lambda one: one.name)
def test_a_metric_is_exposed_as_it_is_declared(one: Metric, metrics: Metrics) -> None:
    text = generate_latest(metrics.registry).decode()
    assert f"# HELP {one.name} {one.what}\n# TYPE {one.name} {one.kind}\n" in text
    assert one.name.endswith("_total") is (one.kind == "counter"), "naming of Prometheus"
    assert one.what.endswith("."), "a sentence"
    assert bool(one.buckets) is (one.kind == "histogram")
    assert list(one.buckets) == sorted(set(one.buckets))


def test_each_metric_is_declared_once_and_process_and_memory_are_the_librarys(
    metrics: Metrics,
) -> None:
    text = generate_latest(metrics.registry).decode()
    names = [one.name for one in table.TABLE]
    assert len(set(names)) == len(names)
    families = {line.split()[2] for line in text.splitlines() if line.startswith("# TYPE")}
    assert {name for name in families if name.startswith("hmcsh_")} == set(names)
    assert {"process_resident_memory_bytes", "process_cpu_seconds_total"} <= families
    assert not any(name.endswith("_created") for name in families)


# Commands


def test_commands_by_name_and_status(metrics: Metrics) -> None:
    for name, status, seconds in (
        ("lssyscfg", 0, 0.004),
        ("lssyscfg", 0, 0.04),
        ("lssyscfg", 1, 0.001),
        ("migrlpar", None, 700.0),
        ("bkconsdata", 1, 0.0),  # not emulated
    ):
        metrics.command_ended(name, status, seconds)
    assert samples(metrics, table.COMMANDS) == {
        ("lssyscfg", "0"): 2,
        ("lssyscfg", "1"): 1,
        ("migrlpar", "none"): 1,
        ("bkconsdata", "1"): 1,
    }
    assert samples(metrics, table.COMMAND_DURATION, "_count")[("lssyscfg",)] == 3
    assert samples(metrics, table.COMMAND_DURATION, "_sum")[("migrlpar",)] == 700.0


def test_names_that_nobody_knows_share_a_label(metrics: Metrics) -> None:
    for number in range(50):
        metrics.command_ended(f"made-up-{number}", 0, 0.0)
    assert samples(metrics, table.COMMANDS) == {("other", "0"): 50}
    for name in COMMANDS:
        metrics.command_ended(name, 0, 0.0)
    assert len(samples(metrics, table.COMMANDS)) == len(COMMANDS) + 1


# The log


@pytest.fixture
def told(metrics: Metrics) -> Iterator[Callable[..., None]]:
    """Logs an event, and lets it be counted."""
    log = logging.getLogger("hmcsh.audit")
    log.addHandler(metrics)
    yield lambda event: log.warning(event)
    log.removeHandler(metrics)


def test_log_ins_refusals_and_limits(told: Callable[..., None], metrics: Metrics) -> None:
    evil = 'x"} 1\nforged_total{a="'
    who = {"user": evil, "address": evil}
    where = {**who, "terminal": None, "console": "hmc1"}
    told(events.LogIn(**who, method="publickey"))
    for reason in ("wrong password", "wrong password", "unknown user"):
        told(events.LogInRefused(**who, method="password", reason=reason))
    told(events.ConnectionRefused(address=evil, reason="too many connections"))
    told(events.RequestRefused(**who, request="TCP forwarding"))
    told(events.SubsystemRefused(**where, subsystem=evil))
    tried = {"user": evil, "console": evil, "door": evil}
    told(events.PasswordRefused(**tried, reason="wrong password"))
    told(events.LimitReached(**where, limit="idle_time", reason="timed out"))
    told(events.NotEmulated(command=evil))
    assert counted(metrics, table.LOG_INS) == {("publickey",): 1}
    assert samples(metrics, table.LOG_IN_REFUSALS) == {
        ("password", "wrong password"): 2,
        ("password", "unknown user"): 1,
    }
    assert samples(metrics, table.CONNECTION_REFUSALS) == {("too many connections",): 1}
    assert samples(metrics, table.REQUEST_REFUSALS) == {("TCP forwarding",): 1, ("subsystem",): 1}
    assert samples(metrics, table.PASSWORD_REFUSALS) == {("wrong password",): 1}
    assert samples(metrics, table.LIMITS) == {("idle_time",): 1}
    assert counted(metrics, table.RECORDS) == {("warning",): 10}
    assert b"forged" not in generate_latest(metrics.registry), "nothing of what users send"


# Migrations


def watched(metrics: Metrics, **given: bool | str) -> FaultLab:
    lab = fault_lab(**given)
    metrics.follow(lab.mobility, None)
    return lab


def test_phases_are_those_of_what_is_under_way(metrics: Metrics) -> None:
    lab = watched(metrics)
    run = lab.begin()
    seen = []
    while not lab.process.fired:
        assert lab.datacenter.clock.step()
        now = counted(metrics, table.MIGRATIONS)
        if not lab.process.fired:
            assert now == {(run.phase_name,): 1}
            seen.append(run.phase_name)
    assert list(dict.fromkeys(seen)) == [step.name for step in engine.STEPS[run.migration.kind]]
    assert samples(metrics, table.MIGRATIONS) == dict.fromkeys([(name,) for name in PHASES], 0)
    assert samples(metrics, table.CLOCK) == {(): lab.datacenter.clock.now / 1e9}


def test_what_was_sent_is_what_the_record_says(metrics: Metrics) -> None:
    lab = watched(metrics)
    sent = []
    for back in (False, True):
        lab.begin() if not back else lab.start(lab.request("mobile", "dest", "source"))
        last, step = (0.0, 0.0, 0.0), 0
        while not lab.run.process.fired:
            assert lab.datacenter.clock.step()
            step += 1
            if step % 16 and not lab.run.process.fired:
                continue
            now = tuple(
                samples(metrics, one)[()] for one in (table.PAGES, table.BYTES, table.ROUNDS)
            )
            assert all(a <= b for a, b in zip(last, now, strict=True)), "counters never fall"
            last = now
        sent.append(last)
    records = [run.record for run in lab.mobility.history]
    assert records[0].pages_sent > 10_000
    assert sent[-1] == (
        sum(one.pages_sent for one in records),
        sum(one.bytes for one in records),
        sum(len(one.rounds) for one in records),
    )


def stopped(lab: FaultLab) -> None:
    run = lab.begin()
    while not run.phase_name:
        assert lab.datacenter.clock.step()
    lab.mobility.stop(lab.source)
    assert lab.message() == "lpm_cancelled"


def rolled_back(lab: FaultLab) -> None:
    assert lab.move(Fault("os-refuse", phase="prepare")) == "lpm_os_not_ready"


def recovered(lab: FaultLab) -> None:
    assert lab.move(Fault("link", phase="copy")) == "lpm_stopped"
    lab.mobility.faults.clear(None)
    assert lab.recover() == "done"


@pytest.mark.parametrize(
    ("act", "begun", "ended"),
    [
        (lambda lab: lab.move(), ["active"], ["completed"]),
        (stopped, ["active"], ["stopped"]),
        (rolled_back, ["active"], ["rolled_back"]),
        (recovered, ["active", "recovery"], ["to_be_recovered", "rolled_back"]),
    ],
    ids=["completed", "stopped", "rolled back", "recovered"],
)
def test_how_migrations_end(
    act: Callable[[FaultLab], object], begun: list[str], ended: list[str], metrics: Metrics
) -> None:
    act(watched(metrics))
    assert samples(metrics, table.BEGUN) == {(kind,): begun.count(kind) for kind in KINDS}
    assert samples(metrics, table.ENDED) == {(how,): ended.count(how) for how in OUTCOMES}
    assert counted(metrics, table.MIGRATIONS) == {}
    assert counted(metrics, table.TO_BE_RECOVERED) == {}


def test_an_inactive_one_sends_nothing(metrics: Metrics) -> None:
    assert watched(metrics, active=False).move() == "done"
    assert counted(metrics, table.BEGUN) == {("inactive",): 1}
    assert counted(metrics, table.ENDED) == {("completed",): 1}
    assert counted(metrics, table.BYTES) == {}


def test_what_waits_to_be_recovered(metrics: Metrics) -> None:
    lab = watched(metrics)
    assert lab.move(Fault("link", phase="copy")) == "lpm_stopped"
    assert samples(metrics, table.TO_BE_RECOVERED) == {(): 1}


# The state file


def test_transactions_of_the_state_file(metrics: Metrics, tmp_path: Path) -> None:
    lab = load_lab("redbook")
    keeper = Keeper.create(tmp_path / "state", lab.mobility)
    metrics.follow(keeper.mobility, keeper.file)
    for name in ("one", "two"):
        begun = keeper.begin()
        lab.datacenter.console.name = name
        keeper.commit(begun, "hmc1", "hscroot", "chsyscfg", 0)
    assert samples(metrics, table.TRANSACTIONS, "_count") == {(): 2}
    assert samples(metrics, table.TRANSACTIONS, "_sum")[()] > 0
    sizes = samples(metrics, table.FILE_SIZE)
    assert sizes[("database",)] == (tmp_path / "state").stat().st_size
    assert sizes[("log",)] == (tmp_path / "state-wal").stat().st_size
    assert all(sizes.values())
    with pytest.raises(StateFileError), keeper.file.transaction():
        raise sqlite3.OperationalError("database or disk is full")
    assert samples(metrics, table.TRANSACTIONS, "_count") == {(): 3}
    assert samples(metrics, table.TRANSACTION_FAILURES) == {(): 1}
    keeper.close()


def test_a_restored_state_is_followed_and_the_former_one_left(
    metrics: Metrics, tmp_path: Path
) -> None:
    lab = load_lab("redbook")
    former = Keeper.create(tmp_path / "state", lab.mobility)
    metrics.follow(former.mobility, former.file)
    assert lab.partition("QA", L9).state is PartitionState.RUNNING
    former.save("before")
    process = lab.start(lab.request("QA", L9, L10))
    run: Run = lab.mobility.history[-1]
    while run.phase_name != "copy":
        assert lab.datacenter.clock.step()
    assert counted(metrics, table.MIGRATIONS) == {("copy",): 1}
    former.flush()
    present = former.restore("before")
    metrics.follow(present.mobility, present.file)
    assert counted(metrics, table.MIGRATIONS) == {}
    assert samples(metrics, table.CLOCK) == {(): present.datacenter.clock.now / 1e9}
    before = samples(metrics, table.TRANSACTIONS, "_count")[()]
    lab.datacenter.clock.run_until(process)
    assert counted(metrics, table.ENDED) == {}, "the former one goes on unseen"
    assert counted(metrics, table.BYTES) == {}
    Lab(present.datacenter, present.mobility).migrate("QA", L9, L10)
    assert counted(metrics, table.ENDED) == {("completed",): 1}
    assert counted(metrics, table.BYTES)[()] > 0
    present.flush()
    assert samples(metrics, table.TRANSACTIONS, "_count")[()] > before
    present.close()
