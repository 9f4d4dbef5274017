"""The connection of the consoles to the service processor of a managed system.

A connection is there, or something is the matter with it; what is, decides the state and the error
code that `lssysconn` lists, the state in which the managed system is seen, and what helps.
"""

from __future__ import annotations

import dataclasses
from enum import Enum

from hmcsh.model.states import SystemState

CONNECTED = "Connected"


@dataclasses.dataclass(frozen=True, slots=True)
class _Kind:
    state: str
    error_code: str
    system_state: SystemState


class Trouble(Enum):
    """What is the matter with a connection: states and codes as captured from V7 to V10."""

    UNREACHABLE = _Kind("No Connection", "Connecting 0000-0000-00000000", SystemState.NO_CONNECTION)
    STALE = _Kind(
        "No Connection", "Already connected 0402-0001-00000025", SystemState.NO_CONNECTION
    )
    PASSWORD = _Kind(
        "Failed Authentication",
        "Incorrect password 0802-0001-00000026",
        SystemState.FAILED_AUTHENTICATION,
    )
    LOCKED = _Kind(
        "Connecting", "Firmware Password locked  0803-0001-00000203", SystemState.NO_CONNECTION
    )
    VERSION = _Kind(
        "Version Mismatch",
        "Connection not allowed 0009-0008-00000000",
        SystemState.VERSION_MISMATCH,
    )
    EXPIRED = _Kind(
        "Pending Authentication - Password Updates Required",
        "Password expired 0806-0000-00000000",
        SystemState.PENDING_AUTHENTICATION,
    )
