"""Task roles of a console: which tasks the users of a role may perform.

The predefined roles stand in one table: type of object, roles, tasks. It is what
`lsaccfg -t taskrole` prints (capture, V8R8.2); what differs at other levels says so.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Mapping

from hmcsh.language.levels import ALWAYS, Level, Span

KINDS = ("frame", "cec", "lpar", "HMCConsole")  # in the order of a listing
PREDEFINED = "Predefined"  # what stands in the place of a parent

SUPER_ADMINISTRATOR = "hmcsuperadmin"

_LETTERS = {
    "s": "hmcservicerep",
    "v": "hmcviewer",
    "o": "hmcoperator",
    "p": "hmcpe",
    "a": SUPER_ADMINISTRATOR,
    "u": "hmcclientliveupdate",
}
# From the update of POWER8 consoles for AIX Live Update on (manual page of mkhmcusr, V8; the
# capture of V8R8.2 has not got it).
_LIVE_UPDATE = Span(since=Level.parse("V8R8.4"))
_BEFORE_8 = Span(until=Level.parse("V8R8"))
_SINCE_8 = Span(since=Level.parse("V8R8"))
_SINCE_9 = Span(since=Level.parse("V9R1"))


@dataclasses.dataclass(frozen=True, slots=True)
class _Row:
    kind: str
    roles: str
    tasks: str
    span: Span = ALWAYS


@dataclasses.dataclass(frozen=True)
class TaskRole:
    """A task role: its parent, and by type of object the tasks, sorted.

    A custom role may name commands in the place of tasks (HMC Best Practices, 2007); then its users
    may perform what the command does.
    """

    name: str
    parent: str
    tasks: Mapping[str, tuple[str, ...]]

    @functools.cached_property
    def names(self) -> frozenset[str]:
        """All tasks and commands, of whatever type of object."""
        return frozenset(name for names in self.tasks.values() for name in names)


_TABLE = (
    _Row(
        "frame",
        "svopa",
        "CheckPSN ListFrameProperty",
    ),
    _Row(
        "frame",
        "sopa",
        "DeactivateFrameIO FrameInitialize LaunchFrameAsm ManageFrameServEvents ManagePSN "
        "RefreshFrame",
    ),
    _Row(
        "frame",
        "opa",
        "ChangeFrameProperty RemoveFrameConnection",
    ),
    _Row(
        "frame",
        "a",
        "ChangeFramePassword RemoveFrameLock",
    ),
    _Row(
        "frame",
        "p",
        "MakeProfileData",
    ),
    _Row(
        "cec",
        "svopa",
        "CaptureSystemTemplate CollectCECVPDInfo LSProfileSpace ListCECProperty "
        "ListCoDInformation ListPCIeTopology ListRioTopology ListSSP "
        "ListSystemProfileProperty ListUtilizationData ListVETInfo ManageSysProfile ViewDumps "
        "ViewPowerManagement ViewSPP",
    ),
    _Row(
        "cec",
        "sopa",
        "ActivateSystemProfile BackupProfileData CECPowerOff CECPowerOn "
        "DeployPartitionTemplate LaunchAsm ListNPortLogin ManageDumps ManageSPP "
        "ManageUtilizationData RebuildCEC ValidateSystemProfile",
    ),
    _Row(
        "cec",
        "opa",
        "ChangeCECProperty ChangeSystemProfileProperty CoDPoolManagement "
        "ConfigProcessorRecovery CreateLPAR CreateSystemProfile DeleteSystemProfile "
        "RemoveCECConnection RemoveCEConnection SysProfileCopy",
    ),
    _Row(
        "cec",
        "spa",
        "DeviceMaintenance ManageCECServEvents UpdateLIC",
    ),
    _Row(
        "cec",
        "oa",
        "InitializeProfileData RecoverPartitionData RemoveProfileData RestoreProfileData",
    ),
    _Row(
        "cec",
        "pa",
        "DeploySystemTemplate MoveSriovAdapter",
    ),
    _Row(
        "cec",
        "a",
        "ChangeCECPassword ChangeCoD ChangePowerManagement ChangeVETCode "
        "CreatePassThruCommand DLPARRestoreHWResources DeploySystemPlan DisconnectOtherHmc "
        "EditCECMTMS InitializeSPFailover MakeSystemPlan ManageSSP ManageSriovAdapter "
        "ManageVirtualNetwork ManageVirtualStorage PartitionConfigurationImage "
        "SetCECKeylockPosition",
    ),
    _Row(
        "cec",
        "p",
        "ConfigHardwareDebugSettings MakeProfileData",
    ),
    _Row(
        "lpar",
        "svopa",
        "CapturePartitionTemplate ListLPARProperty ListProfileProperty ManageProfile",
    ),
    _Row(
        "lpar",
        "sopa",
        "ActivateLPAR ChangeNPortLogin CloseVTerm Connect5250VTerm DlparOperation "
        "ManageLPARServEvents Open5250VTerm OpenVTerm RebootLPAR ShutdownLPAR "
        "VirtualIOServerCommand",
    ),
    _Row(
        "lpar",
        "opa",
        "ChangeLPARProperty ChangeProfileProperty CreateProfile DeleteProfile HibernateLPAR "
        "MigrateLPAR PartProfileCopy",
    ),
    _Row(
        "lpar",
        "oa",
        "DeleteLPAR",
    ),
    _Row(
        "lpar",
        "a",
        "Delete5250VTerm RemoteRestartLPAR SetLPARKeylockPosition",
    ),
    _Row(
        "HMCConsole",
        "svopa",
        "ChangeLocale ChangeUserPasswords CollectVPDInfo ListConnections ListHMCConfiguration "
        "ListSNMPServiceSettings ListServiceableEvents ListStorageMedia TemplateLibrary "
        "TipOfTheDay UserSettings ViewHMCFileSystems",
    ),
    _Row(
        "HMCConsole",
        "sopa",
        "5250Task BackupHMCData ChangeHMCConfiguration CustServiceSettings FormatMedia "
        "GetUpgradeFiles GroupingApp ManageConsoleDumps ManageSNMPServiceSettings "
        "RestoreUpgradeData SaveUpgradeData ShutdownHMC ViewConsoleEvents",
    ),
    _Row(
        "HMCConsole",
        "vopa",
        "ListHMCEncrTask",
    ),
    _Row(
        "HMCConsole",
        "opa",
        "AddConnection ChangeHMCFileSystems SVAgentXmitServiceInfo ViewInstallResourceList",
    ),
    _Row(
        "HMCConsole",
        "spa",
        "ManageServEvents RepairServEvent UpdateHMC",
    ),
    _Row(
        "HMCConsole",
        "oa",
        "CreateWelcomeText ScheduleOperations",
    ),
    _Row(
        "HMCConsole",
        "pa",
        "EditTemplate",
    ),
    _Row(
        "HMCConsole",
        "a",
        "CertificateManagement ChangeHMCEncrTask ChangeUtilizationConfiguration "
        "ConfigureDataReplication EditConsoleMTMS ExportData GuidedSetupWizard "
        "ListLdapCfg ListSystemPlan ManageAllUserPasswords "
        "ManageHMCRole ManageHMCUser ManageSystemPlan RemoteSystemLogSettings "
        "TerminateHMCTask ViewVIOSInstallResourceList",
    ),
    _Row(
        "HMCConsole",
        "p",
        "MakeProfileData ViewHmcInternalLog",
    ),
    # Everybody may see users and roles (table of user management tasks, POWER5), until only the
    # super administrator may (capture, V8R8.2).
    _Row("HMCConsole", "svopa", "ListHMCRole ListHMCTask ListHMCUser", _BEFORE_8),
    _Row("HMCConsole", "a", "ListHMCRole ListHMCTask ListHMCUser", _SINCE_8),
    # Tasks that IBM's automation names for later consoles; who has them is inferred, but for
    # ViosAdminOp, which a role must be given.
    _Row(
        "cec",
        "a",
        "ChangeSnmpAlerts ChangeSystemConnectionProperty ChangeTrustedSystemKey "
        "ListCoDNotifications ListSnmpAlerts ListTrustedSystemKey ManageCoDNotifications",
        _SINCE_9,
    ),
    _Row(
        "lpar",
        "a",
        "DisableEnableVirtualEthernet ManageLPARDebugData ManageLicenseKeys RRStartLPAR",
        _SINCE_9,
    ),
    _Row("lpar", "", "ViosAdminOp", _SINCE_9),
    # What AIX Live Update needs (hmcauth command of AIX 7.2; the names inferred).
    _Row("cec", "u", "CreateLPAR ListCECProperty ManageVirtualNetwork", _LIVE_UPDATE),
    _Row(
        "lpar",
        "u",
        "ActivateLPAR ChangeLPARProperty ChangeProfileProperty CreateProfile DeleteLPAR "
        "DlparOperation ListLPARProperty ListProfileProperty ShutdownLPAR",
        _LIVE_UPDATE,
    ),
    _Row("HMCConsole", "u", "ChangeUserPasswords ListHMCConfiguration", _LIVE_UPDATE),
)


def known_tasks(level: Level) -> Mapping[str, frozenset[str]]:
    """Every task that a console of the level knows, by type of object."""
    return {
        kind: frozenset(
            task
            for row in _TABLE
            if row.kind == kind and row.span.covers(level)
            for task in row.tasks.split()
        )
        for kind in KINDS
    }


@functools.cache
def predefined_roles(level: Level) -> Mapping[str, TaskRole]:
    """The roles that a console of the level comes with, in the order of a listing."""
    found: dict[str, TaskRole] = {}
    for letter, name in _LETTERS.items():
        tasks = {kind: _tasks_of(letter, kind, level) for kind in KINDS}
        if any(tasks.values()):
            found[name] = TaskRole(
                name, PREDEFINED, {k: names for k, names in tasks.items() if names}
            )
    return found


def _tasks_of(letter: str, kind: str, level: Level) -> tuple[str, ...]:
    rows = (r for r in _TABLE if r.kind == kind and letter in r.roles and r.span.covers(level))
    return tuple(sorted(task for row in rows for task in row.tasks.split()))


def must_be_given(task: str) -> bool:
    """Whether no predefined role has a task: the super administrator may give it to others."""
    return not any(row.roles for row in _TABLE if task in row.tasks.split())


@functools.cache
def kind_of(task: str) -> str:
    """The type of object on which a task is performed. KeyError for one that no console knows."""
    for row in _TABLE:
        if task in row.tasks.split():
            return row.kind
    raise KeyError(task)
