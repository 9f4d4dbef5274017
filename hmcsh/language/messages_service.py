"""Messages of power, service and utilization: states, events, LEDs, profile data, network boot."""

from hmcsh.language.message import Message, Trust

_OWN = "own text; none is known"
_CHECK = "Please check your entry and retry the command."


def _netboot(trust: Trust, source: str, **texts: str) -> tuple[Message, ...]:
    """What lpar_netboot tells; keys begin with `netboot_`."""
    return tuple(Message(f"netboot_{key}", None, t, trust, source) for key, t in texts.items())


MESSAGES: tuple[Message, ...] = (
    # -- states -------------------------------------------------------------------------------
    Message(
        "os400_only",
        None,
        "The partition {name} is not an IBM i partition.  Only an IBM i partition has {what}.",
        Trust.INVENTED,
        "the rule: manual page of chsysstate, V10; " + _OWN,
    ),
    Message(
        "not_for_os400",
        None,
        "The partition {name} is an IBM i partition, which does not have {what}.",
        Trust.INVENTED,
        "the rule: manual page of chsysstate, V10; " + _OWN,
    ),
    Message(
        "needs_manual_keylock",
        None,
        "The keylock of the partition {name} must be in the position manual for {function}.",
        Trust.INVENTED,
        "the rule recalled; " + _OWN,
    ),
    Message(
        "system_not_in_recovery",
        None,
        "The managed system {name} must be in the Recovery state to recover its partition data.  "
        "Its state is {state}.",
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "no_second_service_processor",
        None,
        "The managed system {name} has no redundant service processor that could take over.",
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "system_profile_refused",
        None,
        "The partition {name} cannot be activated: {reason}",
        Trust.INVENTED,
        _OWN,
    ),
    # -- LEDs ---------------------------------------------------------------------------------
    Message(
        "location_not_found",
        None,
        "The location code {code} was not found on the managed system {system}.  " + _CHECK,
        Trust.INVENTED,
        _OWN,
    ),
    # -- events -------------------------------------------------------------------------------
    Message(
        "problem_not_found",
        None,
        "The serviceable event with the problem number {number} was not found.  " + _CHECK,
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "problem_closed",
        None,
        "The serviceable event with the problem number {number} is already closed.",
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "analyzer_not_found",
        None,
        "The management console {name} does not analyze serviceable events.  " + _CHECK,
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "event_command",
        None,
        "UserName = {user}: {command}",
        Trust.INFERRED,
        "that commands are recorded with their arguments: a script; the words inferred",
    ),
    Message(
        "event_failed_start",
        None,
        "The partition {name} could not be started: {reason}",
        Trust.INVENTED,
        "the event: reference codes of a failed start, capture, V10R3; " + _OWN,
    ),
    # -- profile data -------------------------------------------------------------------------
    Message(
        "profile_data_of_other_system",
        None,
        "The backup file holds the profile data of {mtms}, not of the managed system {system}.",
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "backup_exists",
        None,
        "The backup file {path} already exists.  Specify --force to overwrite it.",
        Trust.INVENTED,
        "that --force overwrites it: manual page of bkprofdata; " + _OWN,
    ),
    Message(
        "backup_not_found",
        None,
        "The backup file {path} was not found or holds no profile data.  " + _CHECK,
        Trust.INVENTED,
        _OWN,
    ),
    # -- affinity -----------------------------------------------------------------------------
    Message(
        "no_platform_optimization",
        "HSCLA012",
        "The managed system {name} does not support the Dynamic Platform Optimizer.",
        Trust.INFERRED,
        "the code: answers to scripts on POWER6 systems; the text inferred",
    ),
    Message(
        "requested_and_protected",
        None,
        "The partition {name} cannot be both requested and protected.  " + _CHECK,
        Trust.INVENTED,
        _OWN,
    ),
    # -- network boot -------------------------------------------------------------------------
    *_netboot(
        Trust.CAPTURE,
        "capture, V10R3",
        connecting="# Connecting to {name}.",
        connected="# Connected",
        checking_off="# Checking for power off.",
        off="# Power off complete.",
        starting="# Power on {name} to Open Firmware.",
        started="# Power on complete.",
        client="# Client IP address is {address}.",
        server="# Server IP address is {address}.",
        gateway="# Gateway IP address is {address}.",
        mask="# Subnetmask IP address is {address}.",
        locations="# Getting adapter location codes.",
        head="# Type\t Location Code\t MAC Address\t Full Path Name\t Ping Result\t Device Type",
        adapter="ent {location} {mac} {path} {ping} virtual",
    ),
    *_netboot(
        Trust.SCRIPT,
        "comments in xCAT",
        ping="# {path} ping successful.",
        booting="# Network booting install adapter.",
        bootp="# bootp sent over network.",
        proceeding="# Network boot proceeding, lpar_netboot is exiting.",
        finished="# Finished.",
    ),
    *_netboot(
        Trust.INFERRED,
        "the pattern of a ping that is successful",
        no_ping="# {path} ping unsuccessful.",
    ),
    *_netboot(
        Trust.INVENTED,
        _OWN,
        no_adapter="lpar_netboot: The partition {name} has no such network adapter.",
        no_server="lpar_netboot: The boot server {server} does not answer.",
        stuck="lpar_netboot: The partition {name} is in the state {state} and does not go on.",
    ),
)
