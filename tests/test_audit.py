"""`make audit` fails for a dependency with a known vulnerability, and says so if it cannot ask."""

import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
AUDIT = ROOT / ".ci" / "audit"
PIP_AUDIT = ROOT / ".audit" / "bin" / "pip-audit"
WEAK = {"name": "weak", "version": "1.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["1.1"]}]}
HOPELESS = {"name": "sad", "version": "3", "vulns": [{"id": "GHSA-2", "fix_versions": []}]}
SOUND: dict[str, Any] = {"name": "sound", "version": "2.0", "vulns": []}
UNKNOWN = {"name": "unknown", "skip_reason": "Dependency not found on PyPI"}

# What pip-audit reports (None: nothing), the status, what is said, whether the report is kept.
REPORTS: dict[str, tuple[str | None, int, str, bool]] = {
    "a vulnerable dependency": (
        json.dumps({"dependencies": [SOUND, WEAK]}), 1,
        "weak 1.0: PYSEC-1, fixed in 1.1\naudit: 2 of 2 dependencies looked up, 1 vulnerable\n",
        True,
    ),
    "one that is not mended": (
        json.dumps({"dependencies": [UNKNOWN, HOPELESS]}), 1,
        "sad 3: GHSA-2, fixed in none\naudit: 1 of 2 dependencies looked up, 1 vulnerable\n", True,
    ),
    "sound dependencies": (
        json.dumps({"dependencies": [SOUND, UNKNOWN]}), 0,
        "audit: 1 of 2 dependencies looked up, 0 vulnerable\n", True,
    ),
    "none is known": (
        json.dumps({"dependencies": [UNKNOWN]}), 0,
        "AUDIT SKIPPED: nothing is known here of any of 1 dependencies\n", False,
    ),
    "no report": (None, 0, "AUDIT SKIPPED: cannot connect\n", False),
    "half a report": ('{"depend', 0, "AUDIT SKIPPED: ", False),
}  # fmt: skip


def audit(folder: Path, program: Path, *options: str) -> tuple[int, str]:
    lock = folder / "constraints.txt"
    if not lock.exists():
        lock.write_text("weak==1.0\n")
    done = subprocess.run(
        [sys.executable, AUDIT, program, folder / "report.json", *options],
        cwd=folder, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.stderr == ""
    return done.returncode, done.stdout


@pytest.mark.parametrize("kind", REPORTS)
def test_a_report_is_read(tmp_path: Path, kind: str) -> None:
    report, status, said, kept = REPORTS[kind]
    program = tmp_path / "pip-audit"
    (tmp_path / "given").write_text(report or "")
    asked = tmp_path / "asked"
    find = 'while [ "$1" != --output ]; do shift; done; cp given "$2"'
    program.write_text(
        f"#!/bin/sh\necho asked >> {asked}\n"
        + (find if report is not None else "echo warned >&2; echo cannot connect >&2; exit 1")
    )
    program.chmod(0o700)
    found = audit(tmp_path, program)
    assert found == (status, found[1] if kind == "half a report" else said)
    assert found[1].startswith(said)
    assert (tmp_path / "report.json").exists() is kept
    assert audit(tmp_path, program) == found  # from what is kept, or asked anew
    assert len(asked.read_text().splitlines()) == (1 if kept else 2)


class _Service(BaseHTTPRequestHandler):
    """The query of the OSV service (osv.dev), which knows of one vulnerability."""

    def do_POST(self) -> None:
        query = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        known = query["package"]["name"] == "weak" and query["version"] == "1.0"
        package = {"name": "weak", "ecosystem": "PyPI"}
        ranges = [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.1"}]}]
        one = {
            "id": "PYSEC-2026-1", "summary": "weak", "modified": "2026-01-01T00:00:00Z",
            "affected": [{"package": package, "ranges": ranges, "versions": ["1.0"]}],
        }  # fmt: skip
        body = json.dumps({"vulns": [one]} if known else {}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def service() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Service)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1/query"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.skipif(shutil.which(PIP_AUDIT) is None, reason="`make audit` has installed none here")
def test_pip_audit_fails_for_a_vulnerable_dependency(tmp_path: Path) -> None:
    with service() as address:
        options = ("--vulnerability-service", "osv", "--osv-url", address)
        status, said = audit(tmp_path, PIP_AUDIT, *options)
    assert status == 1, said
    assert said == (
        "weak 1.0: PYSEC-2026-1, fixed in 1.1\naudit: 1 of 1 dependencies looked up, 1 vulnerable\n"
    )
