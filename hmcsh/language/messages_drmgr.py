"""Messages of drmgr of AIX."""

from hmcsh.language.message import Message, Trust

_OWN = "the project's own"
_DONE = "drmgr of AIX, words recalled"

MESSAGES: tuple[Message, ...] = (
    Message(
        "drmgr_done", None, "DR script file {path} installed successfully", Trust.RECALLED, _DONE
    ),
    Message(
        "drmgr_removed",
        None,
        "DR script file {path} uninstalled successfully",
        Trust.INFERRED,
        "as that of drmgr -i",
    ),
    Message("drmgr_not_root", None, "drmgr: Only root can do this.", Trust.INVENTED, _OWN),
    Message(
        "drmgr_not_readable",
        None,
        "drmgr: The script {path} cannot be read.",
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "drmgr_not_copied",
        None,
        "drmgr: The script cannot be copied to {path}: {reason}.",
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "drmgr_installed",
        None,
        "drmgr: A script {path} is installed already.",
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "drmgr_not_installed",
        None,
        "drmgr: No script {path} is installed.",
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "drmgr_failed",
        None,
        "drmgr: The script {path} failed at {command} with status {status}. {said}",
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "drmgr_timeout",
        None,
        "drmgr: The script {path} did not answer {command} in time.",
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "drmgr_no_script",
        None,
        "drmgr: {path} is no DLPAR script: it tells neither what it is nor for which resources.",
        Trust.INVENTED,
        _OWN,
    ),
)
