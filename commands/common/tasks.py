"""The tasks of the console's access control, and the roles that may perform them.

A command names the task that a call of it needs; looking needs none. Names of tasks are those that
`lsaccfg -t taskrole` lists (capture, V8R8.2).
"""

from __future__ import annotations

import enum


class Task(enum.StrEnum):
    """A task on managed systems, partitions or the console that not every role may perform."""

    CHANGE_SYSTEM = "ChangeCECProperty"
    POWER_ON_SYSTEM = "CECPowerOn"
    POWER_OFF_SYSTEM = "CECPowerOff"
    REBUILD_SYSTEM = "RebuildCEC"
    RECOVER_DATA = "RecoverPartitionData"
    FAIL_OVER = "InitializeSPFailover"
    SET_SYSTEM_KEYLOCK = "SetCECKeylockPosition"
    DISCONNECT_CONSOLE = "DisconnectOtherHmc"
    CHANGE_FRAME = "ChangeFrameProperty"
    CREATE_SYSTEM_PROFILE = "CreateSystemProfile"
    CHANGE_SYSTEM_PROFILE = "ChangeSystemProfileProperty"
    DELETE_SYSTEM_PROFILE = "DeleteSystemProfile"
    ACTIVATE_SYSTEM_PROFILE = "ActivateSystemProfile"
    CREATE_PARTITION = "CreateLPAR"
    CHANGE_PARTITION = "ChangeLPARProperty"
    DELETE_PARTITION = "DeleteLPAR"
    ACTIVATE_PARTITION = "ActivateLPAR"
    SHUT_DOWN_PARTITION = "ShutdownLPAR"
    RESTART_PARTITION = "RebootLPAR"
    SET_PARTITION_KEYLOCK = "SetLPARKeylockPosition"
    CREATE_PROFILE = "CreateProfile"
    CHANGE_PROFILE = "ChangeProfileProperty"
    DELETE_PROFILE = "DeleteProfile"
    OPEN_TERMINAL = "OpenVTerm"
    CLOSE_TERMINAL = "CloseVTerm"
    DYNAMIC_PARTITIONING = "DlparOperation"
    MIGRATE_PARTITION = "MigrateLPAR"
    CHANGE_CONSOLE = "ChangeHMCConfiguration"
    CHANGE_USERS = "ChangeHMCUser"


# Roles that may look but not change (capture, V8R8.2: hmcviewer lacks every such task).
_LOOKING_ROLES = frozenset({"hmcviewer"})


def may(role: str, task: Task) -> bool:
    """Whether users of a task role may perform a task."""
    return role not in _LOOKING_ROLES
