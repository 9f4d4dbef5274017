"""Every metric of a served console in one table."""

from __future__ import annotations

import dataclasses
from typing import Literal

Kind = Literal["counter", "gauge", "histogram"]


@dataclasses.dataclass(frozen=True, slots=True)
class Metric:
    """A metric: its name, what it counts or measures, its labels, the bounds of its buckets.

    Seconds are those of the machine, unless `what` says otherwise.
    """

    name: str
    kind: Kind
    what: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()


_QUICK = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)

BUILD = Metric("hmcsh_build_info", "gauge", "Always 1; what is served.", ("version", "python"))
CONNECTIONS = Metric(
    "hmcsh_connections", "gauge", "Connections: logged_in, or waiting to be.", ("console", "state")
)
SESSIONS = Metric("hmcsh_sessions", "gauge", "Sessions that are open.", ("console",))
LOG_INS = Metric("hmcsh_logins_total", "counter", "Log-ins.", ("method",))
LOG_IN_REFUSALS = Metric(
    "hmcsh_login_refusals_total", "counter", "Refused attempts to log in.", ("method", "reason")
)
CONNECTION_REFUSALS = Metric(
    "hmcsh_connection_refusals_total", "counter", "Connections that were too many.", ("reason",)
)
REQUEST_REFUSALS = Metric(
    "hmcsh_request_refusals_total",
    "counter",
    "Sessions, subsystems and forwarding that were refused to who had logged in.",
    ("request",),
)
PASSWORD_REFUSALS = Metric(
    "hmcsh_password_refusals_total",
    "counter",
    "Passwords that commands and virtual terminals tried and that were refused.",
    ("reason",),
)
LIMITS = Metric(
    "hmcsh_session_limits_total", "counter", "Sessions that were ended at a limit.", ("limit",)
)
COMMANDS = Metric(
    "hmcsh_commands_total",
    "counter",
    "Commands of the console that ended, by exit status; none: it was cut off before it had one.",
    ("command", "status"),
)
COMMAND_DURATION = Metric(
    "hmcsh_command_duration_seconds",
    "histogram",
    "Time of a command until its output was taken.",
    ("command",),
    (*_QUICK, 10.0, 60.0, 600.0),
)
MIGRATIONS = Metric("hmcsh_migrations", "gauge", "Migrations and recoveries under way.", ("phase",))
TO_BE_RECOVERED = Metric(
    "hmcsh_migrations_to_be_recovered", "gauge", "Migrations that wait for migrlpar -o r."
)
BEGUN = Metric(
    "hmcsh_migrations_begun_total", "counter", "Migrations and recoveries begun.", ("kind",)
)
ENDED = Metric(
    "hmcsh_migrations_ended_total",
    "counter",
    "Migrations and recoveries that ended; one left to be recovered ends again thereafter.",
    ("outcome",),
)
PAGES = Metric("hmcsh_migration_sent_pages_total", "counter", "Pages of memory sent by movers.")
BYTES = Metric("hmcsh_migration_sent_bytes_total", "counter", "Bytes delivered by movers.")
ROUNDS = Metric("hmcsh_migration_rounds_total", "counter", "Passes over the memory of partitions.")
CLOCK = Metric("hmcsh_clock_seconds", "gauge", "Virtual time, which a restored snapshot puts back.")
TRANSACTIONS = Metric(
    "hmcsh_state_transaction_duration_seconds",
    "histogram",
    "Time of a transaction of the state file.",
    (),
    _QUICK,
)
TRANSACTION_FAILURES = Metric(
    "hmcsh_state_transaction_failures_total", "counter", "Transactions that were not kept."
)
FILE_SIZE = Metric(
    "hmcsh_state_file_bytes", "gauge", "Size of the state file: database, or log.", ("part",)
)
LAG = Metric(
    "hmcsh_event_loop_lag_seconds",
    "histogram",
    "How much later than it should a timer of the event loop came, four times a second.",
    (),
    _QUICK,
)
RECORDS = Metric("hmcsh_log_records_total", "counter", "Records that were logged.", ("level",))

TABLE = (
    BUILD,
    CONNECTIONS,
    SESSIONS,
    LOG_INS,
    LOG_IN_REFUSALS,
    CONNECTION_REFUSALS,
    REQUEST_REFUSALS,
    PASSWORD_REFUSALS,
    LIMITS,
    COMMANDS,
    COMMAND_DURATION,
    MIGRATIONS,
    TO_BE_RECOVERED,
    BEGUN,
    ENDED,
    PAGES,
    BYTES,
    ROUNDS,
    CLOCK,
    TRANSACTIONS,
    TRANSACTION_FAILURES,
    FILE_SIZE,
    LAG,
    RECORDS,
)
