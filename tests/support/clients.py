"""How programs that automate a console reach it: connections, dialogues, real client programs."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import paramiko
import pexpect
import pytest
from support.served import PASSWORD, Served, require

Answer = tuple[str, str, int]


@contextlib.contextmanager
def connected(served: Served) -> Iterator[Callable[[str], Answer]]:
    """Log in as paramiko's users do; gives what sends an exec request and collects its answer."""
    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
    client.connect(
        served.address,
        served.port,
        "hscroot",
        PASSWORD,
        allow_agent=False,
        look_for_keys=False,
    )

    def ask(command: str) -> Answer:
        stdin, stdout, stderr = client.exec_command(command, timeout=20)
        stdin.channel.shutdown_write()
        return stdout.read().decode(), stderr.read().decode(), stdout.channel.recv_exit_status()

    try:
        yield ask
    finally:
        client.close()


def dialogue(
    served: Served, *, echo: bool, size: tuple[int, int], options: tuple[str, ...] = ()
) -> pexpect.spawn[str]:
    """Log in at a terminal, where `echo` is what the client's own terminal is set to."""
    words = served.ssh_command("-tt", *options, "-o", "PubkeyAuthentication=no")
    child = pexpect.spawn(
        words[0],
        words[1:],
        env={**served.environment(), "SSH_ASKPASS_REQUIRE": "never"},
        encoding="utf-8",
        echo=echo,
        timeout=20,
        dimensions=size,
    )
    child.expect("ssword:")
    child.sendline(PASSWORD)
    return child


def wrapped(served: Served, folder: Path, *options: str) -> dict[str, str]:
    """An environment whose `ssh` has `options` and known hosts of its own, and the password.

    It is for programs that call `ssh` themselves; the program that is called stays OpenSSH's.
    """
    known = folder / "known_hosts"
    settings = ("-F", "none", "-o", f"UserKnownHostsFile={known}", *options)
    words = [require("ssh"), *settings]
    wrapper = folder / "ssh"
    wrapper.write_text("#!/bin/sh\nexec " + " ".join(f"'{word}'" for word in words) + ' "$@"\n')
    wrapper.chmod(0o700)
    return {**served.environment(), "PATH": f"{folder}:{os.environ['PATH']}"}


def stonith(served: Served, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`stonith -t ibmhmc` of cluster-glue, unmodified.

    The plug-in calls `ssh -l hscroot ADDRESS ...`: one that knows the port stands before it.
    """
    program = require("stonith")
    plugins = subprocess.run([program, "-L"], capture_output=True, text=True, check=False).stdout
    if "ibmhmc" not in plugins.split():
        pytest.skip("the plug-in ibmhmc of stonith is not installed")
    port = ("-p", str(served.port), "-o", "StrictHostKeyChecking=accept-new")
    return subprocess.run(
        [program, "-t", "ibmhmc", f"ipaddr={served.address}", *arguments],
        env=wrapped(served, folder, *port, "-o", "LogLevel=ERROR", "-o", "IdentityFile=none"),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def fence_lpar(
    served: Served, system: str, action: str, *more: str
) -> subprocess.CompletedProcess[str]:
    """fence_lpar, the fence agent for partitions, unmodified."""
    log_in = ["-a", served.address, "-u", str(served.port), "-l", "hscroot", "-p", PASSWORD, "-x"]
    options = f"-t -o UserKnownHostsFile={served.folder / 'fence_hosts'}"
    waits = ["--power-wait", "0", "--power-timeout", "20"]
    return subprocess.run(
        [require("fence_lpar"), *log_in, "--ssh-options", options, *waits]
        + ["-s", system, "-o", action, *more],
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


_RUBY = """
require 'net/ssh'
port, password, *commands = ARGV
%w[password keyboard-interactive].each do |method|
  Net::SSH.start('127.0.0.1', 'hscroot', port: port.to_i, password: password,
                 auth_methods: ['none', method], verify_host_key: :never) do |session|
    commands.each do |command|
      status = {}
      print session.exec!(command, status: status)
      puts status[:exit_code]
    end
  end
end
"""


def net_ssh(served: Served, *commands: str) -> str:
    """What Ruby's Net::SSH prints of commands and their statuses, logged in both ways."""
    ruby = require("ruby")
    if subprocess.run([ruby, "-e", "require 'net/ssh'"], capture_output=True).returncode != 0:
        pytest.skip("Net::SSH (ruby-net-ssh) is not installed")
    done = subprocess.run(
        [ruby, "-e", _RUBY, str(served.port), PASSWORD, *commands],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def python(served: Served, folder: Path, program: str) -> subprocess.CompletedProcess[str]:
    """Run a program of Python; its arguments are port, password and an `ssh` to be called.

    That one keeps known hosts and the socket of a master connection in `folder`.
    """
    environment = wrapped(served, folder, "-o", f"ControlPath={folder}/master")
    return subprocess.run(
        [sys.executable, "-c", program, str(served.port), PASSWORD, str(folder / "ssh")],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
