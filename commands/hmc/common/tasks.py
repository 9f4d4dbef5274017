"""The tasks of the console's access control that the commands perform.

Names of tasks are those that `lsaccfg -t taskrole` lists (capture, V8R8.2); who may perform them
says `hmcsh.model.roles`.
"""

from __future__ import annotations

import enum

from hmcsh.model.roles import kind_of


class Task(enum.StrEnum):
    """A task on managed systems, partitions or the console that not every role may perform."""

    LIST_SYSTEM = "ListCECProperty"
    CHANGE_SYSTEM = "ChangeCECProperty"
    POWER_ON_SYSTEM = "CECPowerOn"
    POWER_OFF_SYSTEM = "CECPowerOff"
    REBUILD_SYSTEM = "RebuildCEC"
    RECOVER_DATA = "RecoverPartitionData"
    FAIL_OVER = "InitializeSPFailover"
    SET_SYSTEM_KEYLOCK = "SetCECKeylockPosition"
    DISCONNECT_CONSOLE = "DisconnectOtherHmc"
    CHANGE_FRAME = "ChangeFrameProperty"
    REMOVE_CONNECTION = "RemoveCECConnection"
    LIST_SYSTEM_PROFILE = "ListSystemProfileProperty"
    CREATE_SYSTEM_PROFILE = "CreateSystemProfile"
    CHANGE_SYSTEM_PROFILE = "ChangeSystemProfileProperty"
    DELETE_SYSTEM_PROFILE = "DeleteSystemProfile"
    VALIDATE_SYSTEM_PROFILE = "ValidateSystemProfile"
    ACTIVATE_SYSTEM_PROFILE = "ActivateSystemProfile"
    CREATE_PARTITION = "CreateLPAR"
    LIST_PARTITION = "ListLPARProperty"
    CHANGE_PARTITION = "ChangeLPARProperty"
    DELETE_PARTITION = "DeleteLPAR"
    ACTIVATE_PARTITION = "ActivateLPAR"
    SHUT_DOWN_PARTITION = "ShutdownLPAR"
    RESTART_PARTITION = "RebootLPAR"
    SET_PARTITION_KEYLOCK = "SetLPARKeylockPosition"
    LIST_PROFILE = "ListProfileProperty"
    CREATE_PROFILE = "CreateProfile"
    CHANGE_PROFILE = "ChangeProfileProperty"
    DELETE_PROFILE = "DeleteProfile"
    OPEN_TERMINAL = "OpenVTerm"
    CLOSE_TERMINAL = "CloseVTerm"
    DYNAMIC_PARTITIONING = "DlparOperation"
    RUN_VIOS_COMMAND = "VirtualIOServerCommand"
    ADMINISTER_VIOS = "ViosAdminOp"
    MIGRATE_PARTITION = "MigrateLPAR"
    LIST_EVENTS = "ListServiceableEvents"
    VIEW_CONSOLE_EVENTS = "ViewConsoleEvents"
    MANAGE_EVENTS = "ManageServEvents"
    MANAGE_SYSTEM_EVENTS = "ManageCECServEvents"
    MANAGE_PARTITION_EVENTS = "ManageLPARServEvents"
    LIST_UTILIZATION = "ListUtilizationData"
    MANAGE_UTILIZATION = "ManageUtilizationData"
    CHANGE_SAMPLING = "ChangeUtilizationConfiguration"
    BACK_UP_PROFILES = "BackupProfileData"
    RESTORE_PROFILES = "RestoreProfileData"
    INITIALIZE_PROFILES = "InitializeProfileData"
    LIST_FRAME = "ListFrameProperty"
    LIST_CONNECTIONS = "ListConnections"
    ADD_CONNECTION = "AddConnection"
    LIST_CONSOLE = "ListHMCConfiguration"
    CHANGE_CONSOLE = "ChangeHMCConfiguration"
    CHANGE_LOCALE = "ChangeLocale"
    SHUT_DOWN_CONSOLE = "ShutdownHMC"
    LIST_USERS = "ListHMCUser"
    MANAGE_USERS = "ManageHMCUser"
    CHANGE_OWN_PASSWORD = "ChangeUserPasswords"  # noqa: S105 - the name of a task
    CHANGE_ANY_PASSWORD = "ManageAllUserPasswords"  # noqa: S105 - the name of a task
    LIST_ROLES = "ListHMCRole"
    MANAGE_ROLES = "ManageHMCRole"

    @property
    def kind(self) -> str:
        """The type of object on which it is performed: cec, lpar, frame or HMCConsole."""
        return kind_of(self.value)

    @property
    def looks(self) -> bool:
        """Whether it changes nothing."""
        return self.value.startswith(("List", "View"))
