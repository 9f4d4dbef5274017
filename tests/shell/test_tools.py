"""What an HMC's shell offers beside bash, what it lacks, and what is refused."""

from __future__ import annotations

import datetime

import pytest

LACKING = "awk gawk wc bc vi ps last uptime free df hostname passwd seq tee xargs stty perl ssh ftp"


@pytest.mark.parametrize("name", LACKING.split())
def test_tools_that_an_hmc_lacks(name, session) -> None:
    assert session().string(f"{name} -x") == (127, "", f"bash: {name}: command not found\n")


@pytest.mark.parametrize("name", ["cp", "mkdir", "rm", "mount", "scp", "man", "diff"])
def test_tools_that_are_not_emulated_say_so(name, session) -> None:
    assert session().string(f"{name} a b") == (1, "", f"{name}: not emulated\n")


LINES = {
    "date": ("date", "Mon Mar  2 09:30:15 UTC 2009\n"),
    "date formatted": ("date '+%Y-%m-%d %H:%M:%S %j %-d %e %s %%'",
                       "2009-03-02 09:30:15 061 2  2 1235986215 %\n"),
    "date of an epoch": ("date -u -d @0 +%F", "1970-01-01\n"),
    "date in words": ("date -d 'yesterday' +%d; date -d '2 days ago' +%a", "01\nSat\n"),
    "sleep passes the console's time": ("sleep 90; date +%T; sleep 1h 2m; date +%T",
                                        "09:31:45\n10:33:45\n"),
    "seconds": ("sleep 7; echo $SECONDS", "7\n"),
    "who": ("who", "hscroot  pts/0        2009-03-02 09:30 (10.0.0.9)\n"),
    "who, since the start": ("who -b", "         system boot  2009-03-02 09:24\n"),
    "ping": ("ping -c 2 10.0.0.9; date +%S",
             "PING 10.0.0.9 (10.0.0.9) 56(84) bytes of data.\n"
             "64 bytes from 10.0.0.9: icmp_seq=1 ttl=64 time=0.210 ms\n"
             "64 bytes from 10.0.0.9: icmp_seq=2 ttl=64 time=0.210 ms\n\n"
             "--- 10.0.0.9 ping statistics ---\n"
             "2 packets transmitted, 2 received, 0% packet loss, time 1000ms\n"
             "rtt min/avg/max/mdev = 0.210/0.210/0.210/0.000 ms\n16\n"),
    "ping, no answer": ("ping 10.0.0.1 -c 1 -W 3 | grep loss; echo ${PIPESTATUS[0]}; date +%S",
                        "1 packets transmitted, 0 received, 100% packet loss, time 0ms\n1\n18\n"),
    "whoami": ("whoami", "hscroot\n"),
    "uname": ("uname -n; uname", "hmc1.example.com\nLinux\n"),
    "which": ("which grep; which awk; echo $?", "/usr/bin/grep\n1\n"),
    "type": ("type cat; type -t awk; echo $?", "cat is /usr/bin/cat\n1\n"),
    "pagers copy": ("echo a | less; echo b | more", "a\nb\n"),
    "ls": ("ls; ls -l names; ls -d /proc; ls nothing; echo $?",
           "names\nprofile.sh\n-r--r--r-- 1 root root       15 Mar  2 09:30 names\n/proc\n2\n"),
    "cat files": ("cat names names | sort -u | head -1; cat < names | tail -1", "apple\nfig\n"),
    "grep files": ("grep -n a names profile.sh; grep -c . names",
                   "names:1:pear\nnames:2:apple\n3\n"),
    "sed a file": ("sed -n '2,$p' names", "apple\nfig\n"),
    "tilde": ("echo ~ ~/x", "/home/hscroot /home/hscroot/x\n"),
    "pwd": ("pwd; echo $PWD $HOME $USER", "/home/hscroot\n/home/hscroot /home/hscroot hscroot\n"),
    "process numbers stay the same": ("echo $$ $PPID", "4200 4199\n"),
    "random numbers stay the same": ("RANDOM=5; a=$RANDOM; RANDOM=5; [ $a = $RANDOM ] && echo same",
                                     "same\n"),
    "file tests": ("[ -f names ] && [ -d /proc ] && [ -r names ] && [ ! -e x ] && echo ok", "ok\n"),
    "locale": ("LANG=en_US; locale | head -2", 'LANG=en_US\nLC_CTYPE="en_US"\n'),
    "clear": ("clear", "\x1b[H\x1b[2J"),
    "version of bash": ("echo ${BASH_VERSION%%.*}", "3\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", LINES)
def test_line(name, session) -> None:
    text, out = LINES[name]
    assert session().string(text)[1] == out


REFUSED = {
    "date -s 10:00": "date: cannot set date: Operation not permitted\n",
    "date nonsense": "date: invalid date 'nonsense'\n",
    "sleep x": "sleep: invalid time interval 'x'\n",
    "grep": "Usage: grep [OPTION]... PATTERNS [FILE]...\n",
    "grep '[' names": "grep: Unmatched [, [^, [:, [., or [=\n",
    "grep -E '(' names": "grep: Unmatched ( or \\(\n",
    "grep -Z x": "grep: invalid option -- 'Z'\n",
    "grep x /root/secret": "grep: /root/secret: Permission denied\n",
    "cat /proc": "cat: /proc: Is a directory\n",
    "cat < /root/secret": "bash: /root/secret: Permission denied\n",
    "sort -o out names": "sort: out: restricted: cannot redirect output\n",
    "sort -k0 names": "sort: field number is zero: invalid field specification '0'\n",
    "uniq names out": "uniq: out: restricted: cannot redirect output\n",
    "sed -i s/a/b/ names": "sed: -i: not supported\n",
    "sed 'w out' names": "sed: -e expression #1, char 1: w: restricted\n",
    "sed s/a/b/w names": "sed: -e expression #1, char 6: s///w: restricted\n",
    "sed s/a/b/e names": "sed: -e expression #1, char 6: s///e: restricted\n",
    "sed s//x/ names": "sed: -e expression #1, char 0: no previous regular expression\n",
    "sed '/a/s//\\2/' names":
        "sed: -e expression #1, char 0: invalid reference \\2 on `s' command's RHS\n",
    "read -t x": "bash: read: x: invalid timeout specification\n",
    "cut -d ab -f1 names": "cut: the delimiter must be a single character\n",
    "head -n x names": "head: invalid number of lines: 'x'\n",
    "tail -f names": "tail: -f: not supported\n",
    "tr": "tr: missing operand\n",
    "tr z-a x": "tr: range-endpoints of 'z-a' are in reverse collating sequence order\n",
    "expr": "expr: missing operand\n",
    "expr 1 +": "expr: syntax error: missing argument after '+'\n",
    "expr a + 1": "expr: non-integer argument\n",
    "ping -c 1 nowhere": "ping: unknown host nowhere\n",
    "ping 10.0.0.9": "ping: without -c: not supported\n",
    "ping -c 0 10.0.0.9": "ping: bad number of packets to transmit.\n",
    "ping -f -c 1 10.0.0.9": "ping: -f: not supported\n",
    "ping -c 1": "ping: one host is needed\n",
    "ping -c 1 -i -1 10.0.0.9": "ping: bad timing interval: '-1'\n",
    "whoami x": "whoami: extra operand 'x'\n",
    "pushd /": "bash: pushd: restricted\n",
    "enable -n cd": "bash: enable: restricted\n",
    "ulimit -n 5": "bash: ulimit: not supported\n",
    "umask 0": "bash: umask: not supported\n",
    "shopt -s extglob": "bash: shopt: extglob: invalid shell option name\n",
    "declare -A map": "bash: declare: -A: invalid option\n"
                      "declare: usage: declare [-aFfgirtxp] [name[=value] ...]\n",
    "echo x > >(cat)": "bash: -c: process substitution for output: restricted\n",
    "select x in a; do :; done": "bash: -c: select: not supported\n",
    "echo x >&0": "bash: echo: write error: Bad file descriptor\n",
    "read x <&1": "",
    "kill %1": "bash: kill: %1: no such job\n",
    "cd -P /": "bash: cd: restricted\n",
    "eval 'cd /'": "bash: cd: restricted\n",
    "command cd /": "bash: command: restricted\n",
    "f() { /bin/ls; }; f": "bash: /bin/ls: restricted: cannot specify `/' in command names\n",
    "x=/bin/ls; $x": "bash: /bin/ls: restricted: cannot specify `/' in command names\n",
    "command /bin/ls": "bash: /bin/ls: restricted: cannot specify `/' in command names\n",
    "local x": "bash: local: can only be used in a function\n",
    "printf '%999999999d' 1": "bash: printf: limit exceeded: 4194304 characters of one word\n",
}  # fmt: skip


@pytest.mark.parametrize("text", REFUSED)
def test_refused(text, session) -> None:
    status, out, err = session().string(text)
    assert (out, err) == ("", REFUSED[text])
    assert status != 0


def test_nothing_escapes_when_not_restricted(session) -> None:
    """Without restrictions there still is no file to write and no program to run."""
    one = session(restricted=False)
    status, out, err = one.string("echo a > /dev/null; echo b 2>/dev/null; echo c > f; /bin/ls")
    assert (status, out) == (127, "b\n")
    assert err == "bash: f: Read-only file system\nbash: /bin/ls: No such file or directory\n"


def test_bytes_that_are_no_utf8_come_through(session) -> None:
    text = "printf '\\351\\n' | sed 's/x/y/' | grep -v q; echo '\udce9'"
    assert session().string(text)[1] == "\udce9\n\udce9\n"


def test_the_host_decides_the_time(session) -> None:
    one = session()
    one.host.time = datetime.datetime(2030, 12, 24, 1, 2, 3)
    assert one.string("date; date +%Z%z")[1] == "Tue Dec 24 01:02:03 UTC 2030\nUTC+0000\n"


def test_time_uses_the_console_s_clock(session) -> None:
    assert session().string("time sleep 61.5")[2] == (
        "\nreal\t1m1.500s\nuser\t0m0.000s\nsys\t0m0.000s\n"
    )
