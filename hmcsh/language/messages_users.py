"""Messages on users, roles, keys, connections and settings of the console."""

from hmcsh.language.message import Message, Trust

_RETRY = "Please correct your entry and retry the command."
_CHECK = "Please check your entry and retry the command."
_OWN = "own text; none is known"
_NOT_FOUND = "the pattern of HSCL8012; code unknown"


def _own(key: str, text: str, source: str = _OWN) -> Message:
    return Message(key, None, text, Trust.INVENTED, source)


MESSAGES: tuple[Message, ...] = (
    # -- users ------------------------------------------------------------------------------
    _own("user_not_found", "The user named {name} was not found.  " + _CHECK, _NOT_FOUND),
    _own("user_exists", "The user {name} already exists.  " + _CHECK),
    _own(
        "user_name_invalid",
        "The user name {name} is not valid: it has 1 to 32 characters and begins with a letter.  "
        + _RETRY,
        "the rule: manual page of mkhmcusr, V10; own text",
    ),
    _own("user_predefined", "The user {name} is predefined: it cannot be removed or renamed."),
    _own("user_is_caller", "The user {name} cannot be removed by itself."),
    _own(
        "password_length",
        "The password is not valid: it must have at least {shortest} and at most {longest} "
        "characters.",
        "the rule: manual page of mkhmcusr, V10; own text",
    ),
    _own("password_characters", "The password is not valid: it has forbidden characters."),
    _own("password_too_new", "The password was changed less than {days} days ago."),
    _own("passwords_differ", "The passwords do not match.  No changes were made."),
    Message(
        "enter_password",
        None,
        "Enter the new password:",
        Trust.CAPTURE,
        "notes on chhmcusr with a session, V7 (ahix.fr)",
    ),
    Message(
        "retype_password",
        None,
        "Retype the new password:",
        Trust.CAPTURE,
        "notes on chhmcusr with a session, V7 (ahix.fr)",
    ),
    Message(
        "ldap_not_configured",
        None,
        "LDAP server is not configured.",
        Trust.SCRIPT,
        "ansible-power-hmc compares the words",
    ),
    # -- roles ------------------------------------------------------------------------------
    _own("role_not_found", "The role named {name} was not found.  " + _CHECK, _NOT_FOUND),
    _own("role_exists", "The role {name} already exists.  " + _CHECK),
    _own("role_predefined", "The role {name} is predefined: it cannot be changed or removed."),
    _own(
        "role_lacks_task",
        "The task {task} is not one that the task role {parent} can pass on.  " + _CHECK,
    ),
    _own("task_unknown", "There is no task or command {task} for {kind} resources.  " + _CHECK),
    _own("resource_not_found", "The managed resource object {name} was not found.  " + _CHECK),
    # -- keys -------------------------------------------------------------------------------
    Message(
        "remote_password",
        None,
        "Enter the password for user {user} on the remote host {host}:",
        Trust.CAPTURE,
        "capture, V7R7.9 or V9R1",
    ),
    _own("remote_not_reached", "The remote host {host} could not be contacted."),
    _own("remote_refused", "The remote host {host} refused the log-in of the user {user}."),
    # -- connections ------------------------------------------------------------------------
    _own("connection_exists", "A connection to {ip} already exists.  " + _CHECK),
    _own("connection_not_found", "There is no connection to {ip}.  " + _CHECK, _NOT_FOUND),
    _own(
        "system_not_connected",
        "The console has no connection to the managed system {name}.",
    ),
    # -- settings ---------------------------------------------------------------------------
    _own("interface_not_found", "The network interface {name} was not found.  " + _CHECK),
    _own("setting_exists", "{value} is already configured.  " + _CHECK),
    _own("setting_not_found", "{value} is not configured.  " + _CHECK),
    _own("console_has_locks", "The console has locked managed systems for a partition migration."),
    # -- RMC --------------------------------------------------------------------------------
    Message(
        "rmc_connected",
        None,
        "{ip} has RMC connection.",
        Trust.SCRIPT,
        "op-test and avocado-misc-tests look for these words",
    ),
    _own("rmc_not_connected", "{ip} does not have RMC connection."),
    _own("rmc_address_differs", "The partition {name} does not have the IP address {ip}."),
    _own("rmc_console_checked", "The console has no problem that prevents RMC connections."),
)
