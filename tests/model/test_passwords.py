"""Passwords as they are kept."""

import asyncio
import base64
import hashlib
import re
from pathlib import Path

import pytest
from hmcsh.commands.hmc.common.passwords import protect
from hypothesis import given, settings
from hypothesis import strategies as st
from support.console import Console
from support.kept import picture

from hmcsh.model import passwords
from hmcsh.model.connection import Trouble
from hmcsh.model.inventory import InventoryError, load_text
from hmcsh.runtime import Clock
from hmcsh.state.exporting import pieces
from hmcsh.state.inventories import load as load_inventory
from hmcsh.state.keeper import Keeper


def test_a_hash_is_scrypt_in_the_phc_format() -> None:
    record = passwords.hashed("s3cret é")
    _, name, parameters, salt, digest = record.split("$")
    assert (name, parameters) == ("scrypt", "ln=14,r=8,p=1")
    expected = hashlib.scrypt(
        "s3cret é".encode(),
        salt=base64.b64decode(salt + "=="),
        n=1 << 14,
        r=8,
        p=1,
        dklen=32,
    )
    assert base64.b64decode(digest + "=") == expected
    assert "s3cret" not in record
    assert passwords.hashed("s3cret é") != record, "each has a salt of its own"


@pytest.mark.parametrize("kept", ["text", "hash"])
def test_the_right_password_opens_and_becomes_a_hash(kept: str) -> None:
    record = passwords.hashed("abc123") if kept == "hash" else "abc123"
    found = passwords.verify(record, "abc123")
    assert found is not None
    assert passwords.is_hashed(found)
    assert passwords.opens(found, "abc123")
    for wrong in ("", "abc1234", "abc12", record + "x", "abc12\udc33"):
        assert passwords.verify(record, wrong) is None, wrong
        assert not passwords.opens(record, wrong), wrong


def test_a_hash_is_not_its_own_password() -> None:
    record = passwords.hashed("abc123")
    assert passwords.verify(record, record) is None


def test_the_same_work_is_done_whoever_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    record = passwords.hashed("abc123")
    done = []
    scrypt = hashlib.scrypt

    def counted(*args: object, **options: int) -> bytes:
        done.append((options["n"], options["r"], options["p"]))
        return scrypt(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(hashlib, "scrypt", counted)
    for kept in (record, "abc123", None):
        for password in ("abc123", "wrong", ""):
            passwords.verify(kept, password)
    assert done == [(1 << 14, 8, 1)] * 9


MALFORMED = {
    "nothing": "$scrypt$",
    "no hash": "$scrypt$ln=14,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA",
    "a short hash": "$scrypt$ln=14,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAA",
    "too much memory": f"$scrypt$ln=30,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA${'A' * 43}",
    "no rounds": f"$scrypt$ln=14,r=0,p=1$AAAAAAAAAAAAAAAAAAAAAA${'A' * 43}",
    "another cost": f"$scrypt$ln=x,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA${'A' * 43}",
}


@pytest.mark.parametrize("record", MALFORMED.values(), ids=MALFORMED)
def test_an_inventory_refuses_a_malformed_hash(record: str) -> None:
    with pytest.raises(InventoryError, match="the hash of a password"):
        load_text(
            f"hmc: {{users: {{a: {{password: '{record}'}}}}}}\nsystems: {{s: {{}}}}\n", Clock()
        )


def test_an_inventory_takes_a_hash() -> None:
    record = passwords.hashed("abc123")
    text = f"hmc: {{users: {{a: {{password: '{record}'}}}}}}\nsystems: {{s: {{}}}}\n"
    user = load_text(text, Clock()).console.users["a"]
    assert user.opens("abc123")
    assert not user.opens(record)


@settings(max_examples=200)
@given(st.text(max_size=100) | st.from_regex(r"\$scrypt\$ln=\d+,r=\d+,p=\d+\$\w+\$\w+"))
def test_any_record_is_read_or_refused(text: str) -> None:
    assert passwords.is_hashed(text) or passwords.problem(text) is None


SECRETS = """
systems:
  one:
    access_password: "under the rose"
    connection: password
    address: 10.1.0.3
    partitions:
      a: {os: {version: AIX 7.1, password: "open sesame"}}
      b: {os: {version: AIX 7.1, password: "open sesame"}}
      c: {os: {version: AIX 7.1}}
"""


def test_no_password_stands_in_a_state_file_or_an_export(tmp_path: Path) -> None:
    """Not those of operating systems, nor of service processors; they open as before."""
    hmc = Console(SECRETS, "hscroot", {})
    datacenter, mobility = hmc.datacenter, hmc.mobility
    asyncio.run(protect(datacenter))
    before = picture(mobility)
    asyncio.run(protect(datacenter))
    assert picture(mobility) == before, "what is a hash stays as it is"
    keeper = Keeper.create(tmp_path / "state", mobility)
    keeper.close()
    text = "".join(pieces(mobility))
    for written in (text.encode(), (tmp_path / "state").read_bytes()):
        assert b"under the rose" not in written and b"open sesame" not in written
        assert len(set(re.findall(rb"\$scrypt\$[^\"]{60,}", written))) == 3, "hscroot, one, a and b"
    path = tmp_path / "exported.yaml"
    path.write_text(text)
    assert "".join(pieces(load_inventory(path, "manual"))) == text
    frame = datacenter.frames["one"]
    assert hmc("mksysconn --ip 10.1.0.3 -r sys --passwd guess")[0] == 0
    assert frame.trouble is Trouble.PASSWORD
    hmc.lines("mksysconn --ip 10.1.0.3 -r sys --passwd 'under the rose'")
    assert frame.trouble is None


@pytest.mark.parametrize(
    "field", ["access_password: $scrypt$x", "partitions: {a: {os: {password: $scrypt$x}}}"]
)
def test_a_malformed_hash_of_any_password_is_refused(field: str) -> None:
    with pytest.raises(InventoryError, match="the hash of a password"):
        load_text(f"systems: {{one: {{{field}}}}}", Clock("manual"))
