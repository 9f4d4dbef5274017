"""Messages of the command language itself and of the configuration commands."""

from hmcsh.language.levels import Level, Span
from hmcsh.language.message import Message, Trust

_RETRY = "Please correct your entry and retry the command."
_CHECK = "Please check your entry and retry the command."
_OWN = "own text; none is known"
_MAN = "man-db 2.11; that a console's man is that one is inferred"

MESSAGES: tuple[Message, ...] = (
    # -- the language -----------------------------------------------------------------------
    Message(
        "no_results",
        None,
        "No results were found.",
        Trust.CAPTURE,
        "capture, V8R8.2, V9R1 and V10R3; status 0",
    ),
    Message(
        "state_not_kept",
        None,
        "The change could not be saved: the state file of the console cannot be written. Nothing "
        "was changed.",
        Trust.INVENTED,
        "a state file is of this program; " + _OWN,
    ),
    Message(
        "state_kept_later",
        None,
        "The change was made, but could not be saved: the state file of the console cannot be "
        "written. It will be saved when that is possible again.",
        Trust.INVENTED,
        "a state file is of this program; " + _OWN,
    ),
    Message(
        "missing_or_invalid",
        None,
        "The command entered is either missing a required parameter or a parameter value is "
        "invalid. The parameters that are missing or have an invalid value are {parameters}. "
        + _CHECK,
        Trust.CAPTURE,
        "capture, V10R3 (plural also for one parameter); its start at V7",
    ),
    Message(
        "invalid_attribute",
        None,
        "An invalid attribute was entered.  The invalid attribute is {name}.  " + _RETRY,
        Trust.CAPTURE,
        "capture, V10R3; the same sentences in Polish at V7R7.9",
    ),
    Message(
        "invalid_attribute_value",
        None,
        "An invalid attribute value was entered.  The value {value} of the attribute {name} is "
        "not valid.  " + _RETRY,
        Trust.INFERRED,
        "the message is attested at V10R3, its words are not",
    ),
    Message(
        "invalid_filter",
        None,
        "An invalid filter was entered.  The invalid filter is {name}.  " + _RETRY,
        Trust.INFERRED,
        "the pattern of the invalid attribute",
    ),
    Message(
        "exclusive_filters",
        None,
        "The filters {names} are mutually exclusive.  " + _CHECK,
        Trust.INVENTED,
        "the rule: SG24-7460 5.6.2; " + _OWN,
    ),
    Message(
        "bad_configuration_data",
        None,
        "The format of the configuration data is invalid.  " + _RETRY,
        Trust.SCRIPT,
        "powervmtools, V7 (first sentence); second sentence inferred",
    ),
    Message(
        "invalid_parameter",
        None,
        "An invalid parameter was entered.  The invalid parameter is {name}.  " + _RETRY,
        Trust.SCRIPT,
        "LPAR2RRD (a fragment of the first sentence); the rest inferred",
    ),
    Message(
        "repeated_parameter",
        None,
        "The parameter {name} was entered more than once.  " + _CHECK,
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "mutually_exclusive",
        None,
        "The parameters {names} are mutually exclusive.  " + _CHECK,
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "header_needs_F",
        None,
        "The parameter --header is valid only together with the parameter -F.  " + _CHECK,
        Trust.INVENTED,
        "the rule: SG24-7460 5.6.2; " + _OWN,
    ),
    Message(
        "missing_attribute",
        None,
        "A required attribute is missing.  The missing attributes are {names}.  " + _RETRY,
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "exclusive_attributes",
        None,
        "The attributes {names} are mutually exclusive.  " + _RETRY,
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "file_not_found",
        None,
        "The file {path} does not exist or cannot be read.  " + _CHECK,
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "not_emulated",
        None,
        "{what} is not emulated by this console.",
        Trust.INVENTED,
        "the limits of the emulator",
    ),
    # -- man ----------------------------------------------------------------------------------
    Message("manual_missing", None, "No manual entry for {name}", Trust.DOCUMENT, _MAN),
    Message(
        "manual_missing_in_section",
        None,
        "No manual entry for {name} in section {section}",
        Trust.DOCUMENT,
        _MAN,
    ),
    Message("manual_of_what", None, "What manual page do you want?", Trust.DOCUMENT, _MAN),
    Message(
        "manual_option",
        None,
        "man: {option}: not supported",
        Trust.INVENTED,
        "the limits of the emulator",
    ),
    # -- what is named does not exist ---------------------------------------------------------
    Message(
        "lpar_not_found",
        "HSCL8012",
        "The partition named {name} was not found.  " + _CHECK,
        Trust.CAPTURE,
        "capture, V10R3",
    ),
    Message(
        "lpar_id_not_found",
        "HSCL8011",
        'The partition ID "{id}" was not found.',
        Trust.SCRIPT,
        "PowerAdm compares the whole text",
    ),
    Message(
        "system_not_found",
        "HSCL8018",
        "The managed system {name} was not found.  " + _CHECK,
        Trust.RECALLED,
        "code: field notes, V10R3; text recalled",
    ),
    Message(
        "frame_not_found",
        None,
        "The managed frame {name} was not found.  " + _CHECK,
        Trust.INVENTED,
        "the pattern of HSCL8012; code unknown",
    ),
    Message(
        "profile_not_found",
        None,
        "The profile named {name} was not found.  " + _CHECK,
        Trust.INVENTED,
        "the pattern of HSCL8012; code unknown",
    ),
    Message(
        "name_in_use",
        None,
        "The name {name} is already in use.  " + _CHECK,
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "id_in_use",
        None,
        "The partition ID {id} is already in use.  " + _CHECK,
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "invalid_name",
        None,
        "The name {name} is not valid: {reason}.  " + _RETRY,
        Trust.INVENTED,
        _OWN,
    ),
    # -- authority and locks ------------------------------------------------------------------
    Message(
        "no_authority",
        "HSCL350B",
        "The user does not have the appropriate authority.",
        Trust.SCRIPT,
        "ansible-power-hmc",
    ),
    Message(
        "system_busy",
        "HSCL3205",
        "The managed system {name} is busy processing some other request.  Retry the command "
        "later.",
        Trust.INFERRED,
        "code: pypowervm; text inferred from its meaning",
    ),
    Message(
        "config_locked",
        None,
        "The configuration of the partition {name} cannot be changed while the partition is "
        "being migrated or until its migration is recovered.",
        Trust.INVENTED,
        "the rule: SG24-7460 6.2; " + _OWN,
    ),
    Message(
        "mover_in_use",
        None,
        "The partition {name} is a mover service partition of a partition migration that is "
        "under way.",
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "vios_serves_migration",
        None,
        "The Virtual I/O Server {name} takes part in a partition migration that is under way.",
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "ssh_not_set_up",
        "HSCL3653",
        "The Secure Shell (SSH) communication configuration between the source and destination "
        "management consoles has not been set up properly for the remote user {user}. Run the "
        "mkauthkeys command to set up the SSH communication authentication keys",
        Trust.CAPTURE,
        "capture, V7R7.9 or V9R1",
        Span(since=Level.parse("V7R3.4")),
    ),
    # -- states -------------------------------------------------------------------------------
    Message(
        "wrong_state",
        "HSCL05DF",
        "The partition is not in a state under which this operation can be performed. Check the "
        "state of the partition.",
        Trust.CAPTURE,
        "pypowervm, recorded job response",
    ),
    Message(
        "system_wrong_state",
        None,
        "The managed system {name} must be in the Standby or Operating state to perform this "
        "operation.",
        Trust.INFERRED,
        "LPAR2RRD looks for 'Standby or Operating state'",
    ),
    Message(
        "system_already_on",
        None,
        "The managed system {name} is already powered on.",
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "system_already_off",
        None,
        "The managed system {name} is already powered off.",
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "already_on",
        "HSCL3681",
        "The partition {name} is already activated.",
        Trust.INFERRED,
        "code: pypowervm; text inferred from its meaning",
    ),
    Message(
        "already_off",
        "HSCL1558",
        "The partition {name} is already powered off.",
        Trust.INFERRED,
        "code: pypowervm; text inferred from its meaning",
    ),
    Message(
        "no_current_configuration",
        "HSCL3680",
        "The partition {name} has no current configuration to be activated with.  Specify a "
        "partition profile.",
        Trust.INFERRED,
        "code: field notes, V10R3; text inferred from its meaning",
    ),
    Message(
        "os_shutdown_no_rmc",
        "HSCL0DB4",
        "The operating system of the partition {name} cannot be shut down: there is no RMC "
        "connection to it, or it does not support the operation.",
        Trust.INFERRED,
        "code: pypowervm; text inferred from its meaning",
    ),
    Message(
        "terminal_open",
        "HSCL151B",
        "A virtual terminal session is open for the partition {name}.",
        Trust.INFERRED,
        "code: pypowervm; text inferred from its meaning",
    ),
    Message(
        "system_busy_migrating",
        None,
        "The managed system {name} takes part in a partition migration.",
        Trust.INVENTED,
        "own text",
    ),
    Message(
        "system_has_running_partitions",
        None,
        "Partitions of the managed system {name} are running.  Shut them down first, or use "
        "--immed.",
        Trust.INVENTED,
        "own text",
    ),
    # -- profiles -----------------------------------------------------------------------------
    Message(
        "units_per_processor",
        "HSCL0622",
        "The {units} processing units are less than {minimum} for each of the {procs} virtual "
        "processors.",
        Trust.INFERRED,
        "code: field notes, V10R3; text inferred from its meaning",
    ),
    Message(
        "units_above_processors",
        None,
        "The {units} processing units are more than 1.0 for each of the {procs} virtual "
        "processors.",
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "wrong_order",
        None,
        "The values of {names} must not decrease in this order.  " + _RETRY,
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "no_free_id",
        None,
        "The managed system {name} has no free partition ID.",
        Trust.INVENTED,
        _OWN,
    ),
    # -- keys ---------------------------------------------------------------------------------
)
