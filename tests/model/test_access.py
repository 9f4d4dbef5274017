"""Users, roles and scopes as the model has them."""

import datetime

import asyncssh
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hmcsh.language.levels import V7R3_2, V10R3, Level
from hmcsh.language.messages import HmcError
from hmcsh.model.access import EVERYTHING, Resource, Scope, scope_of
from hmcsh.model.console import Console
from hmcsh.model.inventory import load
from hmcsh.model.keys import comment, is_key_line, own_key
from hmcsh.model.roles import KINDS, TaskRole, known_tasks, predefined_roles
from hmcsh.model.users import User, check_password
from hmcsh.runtime import Clock

START = datetime.datetime(2007, 4, 3, 15)
DAY = datetime.timedelta(days=1)

resources = st.builds(
    Resource,
    st.from_regex(r"[A-Z0-9]{4}-[A-Z0-9]{3}\*[A-Z0-9]{7}", fullmatch=True),
    st.none() | st.integers(0, 99999),
)


@given(resources)
def test_a_printed_resource_reads_back(resource: Resource) -> None:
    assert Resource.parse(str(resource)) == resource


@pytest.mark.parametrize(
    "text",
    [
        "cec:root/ibmhscS1_0|9131-52A*6535CCG|IBMHSC_ComputerSystem",
        "lpar:root/ibmhscS1_0|1*9131-52A*6535CCG|IBMHSC_Partition",
        "lpar:root/ibmhscS1_0|ALL_PARTITIONS*9131-52A*6535CCG|IBMHSC_Partition",
    ],
)
def test_captured_resources_are_printed_as_they_were(text: str) -> None:
    assert str(Resource.parse(text)) == text


@pytest.mark.parametrize(
    "text",
    ["", "ALL:", "cec:root/ibmhscS1_0|9131|IBMHSC_ComputerSystem", "lpar:1*9131-52A*65CG"],
)
def test_what_is_no_resource(text: str) -> None:
    with pytest.raises(ValueError, match="not a managed resource"):
        Resource.parse(text)


def test_scopes() -> None:
    frames = load("redbook", Clock("manual")).frames.values()
    first, second = frames
    one, other, *_ = first.partitions.values()

    def of(resource: Resource) -> Scope:
        return scope_of([resource])

    single = of(Resource(first.mtms, one.lpar_id))
    assert (single.whole(first), single.system(first), single.system(second)) == (
        False,
        True,
        False,
    )
    assert (single.partition(one), single.partition(other)) == (True, False)
    partitions = of(Resource(first.mtms, 0))
    assert partitions.partition(other)
    assert not partitions.whole(first)
    system = of(Resource(first.mtms))
    assert system.whole(first)
    assert system.partition(one)
    nothing = scope_of([])
    assert not any(nothing.system(frame) for frame in frames)
    assert all(EVERYTHING.whole(frame) for frame in frames)


# -- task roles -------------------------------------------------------------------------------


def test_names_of_tasks_are_of_one_type_and_sorted() -> None:
    for level in (V7R3_2, V10R3):
        known = known_tasks(level)
        assert tuple(known) == KINDS
        for role in predefined_roles(level).values():
            for kind, names in role.tasks.items():
                assert list(names) == sorted(set(names))
                assert set(names) <= known[kind]


def test_a_custom_role_may_what_it_names_as_far_as_its_parent_may() -> None:
    console = Console(level=V7R3_2)
    console.task_roles = {
        "starter": TaskRole(
            "starter", "hmcoperator", {"lpar": ("ActivateLPAR", "SetLPARKeylockPosition")}
        ),
        "child": TaskRole("child", "starter", {"lpar": ("ActivateLPAR", "ShutdownLPAR")}),
        "caller": TaskRole("caller", "hmcviewer", {"cec": ("chsysstate", "lssyscfg")}),
        "orphan": TaskRole("orphan", "gone", {"lpar": ("ActivateLPAR",)}),
    }
    assert console.allows("starter", "ActivateLPAR", "chsysstate")
    assert not console.allows("starter", "ShutdownLPAR", "chsysstate")
    assert not console.allows("starter", "SetLPARKeylockPosition", "chsysstate")
    assert console.allows("child", "ActivateLPAR", "chsysstate")
    assert not console.allows("child", "ShutdownLPAR", "chsysstate")
    assert console.allows("caller", "ListCECProperty", "lssyscfg")
    assert not console.allows("caller", "ListCECProperty", "lshwres")
    assert not console.allows("caller", "CECPowerOn", "chsysstate")
    assert not console.allows("orphan", "ActivateLPAR", "chsysstate")
    assert not console.allows("nobody", "ListCECProperty", "lssyscfg")


def test_roles_and_tasks_come_with_levels() -> None:
    assert "hmcclientliveupdate" not in predefined_roles(V7R3_2)
    assert "hmcclientliveupdate" in predefined_roles(V10R3)
    assert "ListHMCUser" in predefined_roles(V7R3_2)["hmcviewer"].names
    assert "ListHMCUser" not in predefined_roles(V10R3)["hmcviewer"].names
    assert "ViosAdminOp" in known_tasks(V10R3)["lpar"]
    assert "ViosAdminOp" not in known_tasks(V7R3_2)["lpar"]


# -- users ------------------------------------------------------------------------------------


def test_a_password_opens() -> None:
    user = User("a", password="abc123")
    assert user.opens("abc123")
    assert not user.opens("abc1234")
    assert not User("a").opens("")
    assert not User("a").opens("x")


MAY = {
    "fresh": (User("a", password="x"), 0, True),
    "disabled": (User("a", password="x", disabled=True), 0, False),
    "not over ssh": (User("a", password="x", remote_ssh=False), 0, False),
    "last day of a password": (User("a", password="x", password_age=30), 30, True),
    "password expired": (User("a", password="x", password_age=30), 31, False),
    "never expires": (User("a", password="x"), 100_000, True),
    "without a password none expires": (User("a", password_age=30), 31, True),
    "changed since": (
        User("a", password="x", password_age=30, password_changed=START + 20 * DAY),
        31,
        True,
    ),
    "long not here": (User("a", password="x", inactivity_expiration=10), 11, False),
    "was here": (
        User("a", password="x", inactivity_expiration=10, last_login=START + 5 * DAY),
        11,
        True,
    ),
}


@pytest.mark.parametrize(("user", "days", "expected"), MAY.values(), ids=MAY)
def test_who_may_log_in(user: User, days: int, expected: bool) -> None:
    assert (user.refusal(START, START + days * DAY) is None) is expected


@pytest.mark.parametrize(
    ("password", "level", "key"),
    [
        ("abcdefg", V7R3_2, None),
        ("abcdef", V7R3_2, "password_length"),
        ("abcdefg", V10R3, "password_length"),
        ("abcdefgh", V10R3, None),
        ("x" * 32, V10R3, None),
        ("x" * 33, V10R3, "password_length"),
        ("abc\tdefgh", V10R3, "password_characters"),
        ("pässwörter", V10R3, "password_characters"),
    ],
)
def test_rules_of_passwords(password: str, level: Level, key: str | None) -> None:
    if key is None:
        check_password(password, level)
        return
    with pytest.raises(HmcError) as caught:
        check_password(password, level)
    assert caught.value.message.key == key


# -- keys -------------------------------------------------------------------------------------


def test_the_key_of_a_console_is_a_public_key_and_always_the_same() -> None:
    key = own_key("hmc1", "hscroot")
    assert asyncssh.import_public_key(key).get_algorithm() == "ssh-rsa"
    assert comment(key) == "hscroot@hmc1"
    assert key == own_key("hmc1", "hscroot")
    assert key.split()[1] != own_key("hmc2", "hscroot").split()[1]


@pytest.mark.parametrize(
    ("line", "one"),
    [
        pytest.param("ssh-rsa AAAAB3NzaC1yc2EAAAADAQAB root@mgt", True, id="a-key"),
        pytest.param("nonsense", True, id="no-key"),
        pytest.param('from="10.0.0.1" ssh-rsa AAAA x@y', True, id="options"),
        pytest.param("", False, id="empty"),
        pytest.param("  ", False, id="blank"),
        pytest.param("ssh-rsa AAAA x\nssh-rsa AAAA y", False, id="two-lines"),
        pytest.param("ssh-rsa AAAA \x1b[2J", False, id="control-characters"),
    ],
)
def test_a_line_of_keys_is_taken_as_it_is_if_it_is_one(line: str, one: bool) -> None:
    assert is_key_line(line) is one
