"""Logs of a partition keep the newest entries."""

from support.lab import L10

from hmcsh.model.inventory import load
from hmcsh.model.logs import ERROR_LOG_LIMIT
from hmcsh.runtime import Clock


def test_a_full_error_log_loses_its_oldest_entries() -> None:
    partition = load("redbook", Clock("manual")).frames[L10].partition("TRAIN")
    for number in range(ERROR_LOG_LIMIT + 5):
        partition.log_error("A5E6DB96", f"L{number}", "IS", "pmig", "text")
    assert len(partition.error_log) == ERROR_LOG_LIMIT
    assert partition.error_log[0].label == f"L{ERROR_LOG_LIMIT + 4}"
    assert partition.error_log[-1].label == "L5"
