"""drmgr: installs, lists and removes DLPAR scripts (SG24-7460 5.8.3)."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from hmcsh.commands.common.invocation import Lines
from hmcsh.commands.common.partition import PartitionCall, PartitionCommand

from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.dialect import AIX
from hmcsh.language.messages import Refusal, render
from hmcsh.model.awareness import DEFAULT_SECONDS, Finished, InstalledScript, Kind
from hmcsh.model.filetree import FileView
from hmcsh.model.systemfiles import DR_SCRIPTS, files_of

_RULE = "-" * 60
_OTHER_HOST = Option("-D", "host", "required", metavar="hostname")

DECLARATION = Declaration(
    "drmgr",
    "Installs, lists and removes dynamic logical partitioning scripts.",
    (
        Option("-i", "install", "required", metavar="script_name", kind="file"),
        Option("-w", "minutes", "required", metavar="minutes", minimum=0, maximum=1440),
        Option("-f", "force", help="takes the place of a script of that name"),
        Option("-u", "uninstall", "required", metavar="script_name"),
        _OTHER_HOST,
        Option("-l", "list"),
        Option("-b", "build", help="builds the list of scripts anew from their repository"),
    ),
    (
        Form({"-i": ()}, (), ("-w", "-f", "-D")),
        Form({"-u": ()}, (), ("-D",)),
        Form({"-l": ()}),
        Form({"-b": ()}),
    ),
    notes=(
        f"A script is copied to {DR_SCRIPTS} and asked what it is by its commands scriptinfo, "
        "register and usage. Those that register for the resource pmig are called in migrations.",
        "-w gives a script so many minutes instead of the seconds that it asks for.",
    ),
    examples=("drmgr -i ./migrate.sh", "drmgr -l"),
    source="SG24-7460 4.1, 5.8.3; that -b reads the scripts again is recalled",
    dialect=AIX,
)


async def run(call: PartitionCall) -> Lines:
    """Do what was asked for."""
    if call.caller.user != "root":
        raise Refusal(1, "drmgr_not_root")
    if call.given("host"):
        raise Refusal(1, "not_emulated", what="drmgr -D")
    if call.given("list"):
        return list(_listed(call))
    if call.given("build"):
        return await _build(call)
    if (name := call.text("uninstall")) is not None:
        return _uninstall(call, posixpath.basename(name))
    return await _install(call)


def _scripts(call: PartitionCall) -> dict[str, InstalledScript]:
    """The scripts that were written in the partition, by name, in the order of their calls."""
    registered = call.system.registered
    return {who.name: who for who in registered if isinstance(who, InstalledScript)}


def _keep(call: PartitionCall, scripts: dict[str, InstalledScript]) -> None:
    """Let the operating system tell these scripts of migrations, before applications."""
    others = [who for who in call.system.registered if not isinstance(who, InstalledScript)]
    declared = [who for who in others if who.kind is Kind.SCRIPT]
    further = [who for who in others if who.kind is not Kind.SCRIPT]
    call.system.registered = (*declared, *(scripts[n] for n in sorted(scripts)), *further)


async def _install(call: PartitionCall) -> Lines:
    source = call.parsed.required("install")
    name = posixpath.basename(source)
    try:
        text = await call.invocation.read_file(source)
    except OSError:
        raise Refusal(1, "drmgr_not_readable", path=source) from None
    scripts, view = _scripts(call), files_of(call.partition, "root")
    path = f"{DR_SCRIPTS}/{name}"
    if name in scripts and not call.given("force"):
        raise Refusal(1, "drmgr_installed", path=path)
    kept = _text(view, path)
    _write(view, path, text)
    try:
        script = await _asked(call, name, int(call.text("minutes") or 0))
    except Refusal:
        if kept is None:
            view.remove(path)
        else:
            _write(view, path, kept)
        raise
    _keep(call, {**_scripts(call), name: script})
    return [render("drmgr_done", path=source)]


def _text(view: FileView, path: str) -> str | None:
    try:
        return view.read(path)
    except OSError:
        return None


def _write(view: FileView, path: str, text: str) -> None:
    try:
        view.open(path, 0o755)(text)
    except OSError as problem:
        raise Refusal(1, "drmgr_not_copied", path=path, reason=problem.strerror) from None


async def _asked(call: PartitionCall, name: str, minutes: int) -> InstalledScript:
    """Ask a script of the repository what it is. Raises Refusal if it does not answer as one."""
    path = f"{DR_SCRIPTS}/{name}"
    info = await _ask(call, path, "scriptinfo")
    registration = await _ask(call, path, "register")
    resources = [value for key, value in registration.pairs() if key == "DR_RESOURCE"]
    if not info.said("DR_SCRIPTINFO") or not resources:
        raise Refusal(1, "drmgr_no_script", path=path)
    usages = {}
    for resource in resources:
        usages[resource] = (await _ask(call, path, "usage", resource)).said("DR_USAGE")
    timeout = info.said("DR_TIMEOUT")
    return InstalledScript(
        name,
        Kind.SCRIPT,
        path=path,
        info=dict(info.pairs()),
        usages=usages,
        seconds=int(timeout) if re.fullmatch(r"[1-9]\d{0,5}", timeout) else DEFAULT_SECONDS,
        minutes=minutes,
    )


async def _ask(call: PartitionCall, path: str, *words: str) -> Finished:
    runner = call.datacenter.run_script
    if runner is None:
        raise Refusal(1, "not_emulated", what="drmgr -i")
    running = runner(call.partition, path, words, DEFAULT_SECONDS * 1_000_000_000)
    try:
        finished: Finished = await call.datacenter.clock.wait(running.ended)
    finally:
        running.stop()
    if finished.status:
        said = finished.said("DR_ERROR")
        raise Refusal(
            1, "drmgr_failed", path=path, command=words[0], status=finished.status, said=said
        )
    if finished.status is None:
        raise Refusal(1, "drmgr_timeout", path=path, command=words[0])
    return finished


def _uninstall(call: PartitionCall, name: str) -> Lines:
    scripts = _scripts(call)
    path = f"{DR_SCRIPTS}/{name}"
    if name not in scripts:
        raise Refusal(1, "drmgr_not_installed", path=path)
    del scripts[name]
    view = files_of(call.partition, "root")
    if _text(view, path) is not None:
        view.remove(path)
    _keep(call, scripts)
    return [render("drmgr_removed", path=path)]


async def _build(call: PartitionCall) -> Lines:
    """Read the repository anew: what was copied there by hand counts, what was removed does not."""
    known = _scripts(call)
    made = {}
    for name in files_of(call.partition, "root").names(DR_SCRIPTS):
        made[name] = await _asked(call, name, known[name].minutes if name in known else 0)
    _keep(call, made)
    return ()


def _listed(call: PartitionCall) -> Iterator[str]:
    yield f"DR Install Root Directory: {posixpath.dirname(DR_SCRIPTS)}"
    yield "Syslog ID: DRMGR"
    yield _RULE
    for script in _scripts(call).values():
        info = script.info
        yield f"{script.path}\t{info.get('DR_SCRIPTINFO', '')}"
        yield (
            f"\tVendor:{info.get('DR_VENDOR', '')},\tVersion:{info.get('DR_VERSION', '')},"
            f"\tDate:{info.get('DR_DATE', '')}"
        )
        yield f"\tScript Timeout:{script.seconds},\tAdmin Override Timeout:{script.minutes}"
        yield "\tMemory DR Percentage:100"
        yield "\tResources Supported:"
        for resource, usage in script.usages.items():
            yield f"\t\tResource Name: {resource}\tResource Usage: {usage}"
        yield _RULE


COMMAND = PartitionCommand(DECLARATION, run)
