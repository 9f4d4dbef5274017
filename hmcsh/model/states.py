"""The states that the console shows for systems, partitions and migrations."""

from __future__ import annotations

from enum import StrEnum


class SystemState(StrEnum):
    """State of a managed system (SDMC Redbook table 5-1; captures mark Operating, Power Off)."""

    OPERATING = "Operating"
    STANDBY = "Standby"
    POWER_OFF = "Power Off"
    POWER_OFF_IN_PROGRESS = "Power Off In Progress"
    INITIALIZING = "Initializing"
    NO_CONNECTION = "No Connection"
    PENDING_AUTHENTICATION = "Pending Authentication"
    FAILED_AUTHENTICATION = "Failed Authentication"
    VERSION_MISMATCH = "Version Mismatch"
    ERROR = "Error"
    RECOVERY = "Recovery"
    INCOMPLETE = "Incomplete"
    ERROR_TERMINATED = "Error - Terminated"
    ERROR_DUMP = "Error - Dump In Progress"

    @property
    def hypervisor_runs(self) -> bool:
        """Whether the hypervisor is up, so that partitions and resources can be asked about."""
        return self in (SystemState.OPERATING, SystemState.STANDBY)

    @property
    def connected(self) -> bool:
        """Whether the console can ask the service processor (inferred from their meanings)."""
        return self not in (
            SystemState.NO_CONNECTION,
            SystemState.INCOMPLETE,
            SystemState.PENDING_AUTHENTICATION,
            SystemState.FAILED_AUTHENTICATION,
            SystemState.VERSION_MISMATCH,
        )

    @property
    def in_error(self) -> bool:
        """Whether the console cannot tell what its partitions do (help text of V7R3.4)."""
        return self in (
            SystemState.ERROR,
            SystemState.ERROR_TERMINATED,
            SystemState.ERROR_DUMP,
            SystemState.RECOVERY,
            SystemState.INCOMPLETE,
        )


class PartitionState(StrEnum):
    """State of a partition (help text of HMC V7R3.4; captures mark most)."""

    NOT_ACTIVATED = "Not Activated"
    STARTING = "Starting"
    OPEN_FIRMWARE = "Open Firmware"
    RUNNING = "Running"
    SHUTTING_DOWN = "Shutting Down"
    ERROR = "Error"
    NOT_AVAILABLE = "Not Available"
    MIGRATING_RUNNING = "Migrating - Running"
    MIGRATING_NOT_ACTIVATED = "Migrating - Not Activated"

    @property
    def powered_on(self) -> bool:
        """Whether the partition has been started and not yet stopped."""
        return self in _POWERED_ON


_POWERED_ON = frozenset(
    (
        PartitionState.STARTING,
        PartitionState.OPEN_FIRMWARE,
        PartitionState.RUNNING,
        PartitionState.SHUTTING_DOWN,
        PartitionState.ERROR,
        PartitionState.MIGRATING_RUNNING,
    )
)


class MigrationState(StrEnum):
    """Value of `migration_state`. The first two are printed in SG24-7460 5.6.2; the rest inferred
    from the names of the same states on the programming interface of later consoles.
    """

    NOT_MIGRATING = "Not Migrating"
    STARTING = "Migration Starting"
    IN_PROGRESS = "Migration In Progress"
    FAILED = "Migration Failed"
    INVALID = "Invalid"

    @property
    def to_be_recovered(self) -> bool:
        """Whether nothing goes on until somebody asks for a recovery."""
        return self in (MigrationState.FAILED, MigrationState.INVALID)


class MigrationKind(StrEnum):
    """Value of `migration_type` (SG24-7460 5.6.2)."""

    ACTIVE = "active"
    INACTIVE = "inactive"


class LparEnvironment(StrEnum):
    """Type of a partition's operating environment (`lpar_env`)."""

    AIXLINUX = "aixlinux"
    VIOSERVER = "vioserver"
    OS400 = "os400"
