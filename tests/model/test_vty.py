"""The console device of a partition: one terminal, and what answers in each state."""

import pytest
from support.lab import L10, Lab, load_lab

from hmcsh.language.messages import HmcError
from hmcsh.model import power, system_power
from hmcsh.model.partition import Partition
from hmcsh.model.states import LparEnvironment, PartitionState, SystemState
from hmcsh.model.vty import VirtualTerminal
from hmcsh.runtime import SECOND

LOG_IN = "\r\n\r\nAIX Version 6\r\nConsole login: "
ENTERED = f"\r\n{LOG_IN}"  # what the end of an empty line shows
REFUSED = "The log-in to the partition {} is not emulated by this console."


@pytest.fixture
def redbook() -> Lab:
    return load_lab("redbook")


class Screen:
    """A terminal that a test looks at."""

    def __init__(self, partition: Partition) -> None:
        self.terminal: VirtualTerminal = partition.vty.open("hmc1", "hscroot")
        self.text = ""
        self.terminal.show = self._show

    def _show(self, text: str) -> None:
        self.text += text

    def type(self, text: str) -> str:
        """Type something; gives what it shows."""
        self.text = ""
        self.terminal.type(text)
        return self.text


def test_one_terminal_at_a_time(redbook: Lab) -> None:
    train = redbook.partition("TRAIN")
    terminal = train.vty.open("hmc1", "hscroot")
    with pytest.raises(HmcError) as here:
        train.vty.open("hmc1", "hscpe")
    assert here.value.message.key == "vterm_already_open"
    with pytest.raises(HmcError) as elsewhere:
        train.vty.open("hmc2", "hscroot")
    assert elsewhere.value.message.key == "vterm_open_elsewhere"
    assert train.vty.terminal is terminal
    train.vty.close()
    assert terminal.closed.fired
    after = train.vty.open("hmc2", "hscroot")
    terminal.close()
    assert train.vty.terminal is after, "who has lost his terminal does not close another's"


def test_no_terminal_on_an_i5_os_partition_or_without_a_hypervisor(redbook: Lab) -> None:
    train = redbook.partition("TRAIN")
    train.environment = LparEnvironment.OS400
    with pytest.raises(HmcError, match="i5/OS"):
        train.vty.open("hmc1", "hscroot")
    train.environment = LparEnvironment.AIXLINUX
    train.frame.state = SystemState.POWER_OFF
    with pytest.raises(HmcError) as refused:
        train.vty.open("hmc1", "hscroot")
    assert refused.value.message.key == "system_wrong_state"
    assert train.vty.terminal is None


def test_nothing_answers_in_a_partition_that_is_off(redbook: Lab) -> None:
    assert Screen(redbook.partition("PROD")).type("\rroot\r") == ""


def test_a_running_system_waits_silently_and_lets_nobody_in(redbook: Lab) -> None:
    screen = Screen(redbook.partition("TRAIN"))
    assert screen.text == "", "capture, V10R3: an idle partition writes nothing"
    assert screen.type("\r") == ENTERED
    assert screen.type("root\r") == f"root\r\n{REFUSED.format('TRAIN')}{ENTERED}"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        pytest.param("ab\x7fc", "ab\b \bc", id="DEL"),
        pytest.param("ab\bc", "ab\b \bc", id="backspace"),
        pytest.param("\x7f", "", id="nothing to erase"),
        pytest.param("ab\x15", "ab\b \b\b \b", id="kill"),
        pytest.param("\x1b[A\x03\x04\0", "[A", id="keys without a meaning"),
        pytest.param("x" * 300, "x" * 255, id="a line that is too long"),
        pytest.param("\r\n", ENTERED * 2, id="CR and LF end a line"),
        pytest.param("  \r", f"  {ENTERED}", id="blanks are no name"),
    ],
)
def test_the_line_can_be_corrected(redbook: Lab, typed: str, shown: str) -> None:
    assert Screen(redbook.partition("TRAIN")).type(typed) == shown


@pytest.mark.parametrize(
    ("partition", "version", "prompt"),
    [
        pytest.param("TRAIN", "AIX 5.3 5300-07", "AIX Version 5\r\nConsole login: ", id="AIX"),
        pytest.param("VIOS1_L10", None, "IBM Virtual I/O Server\r\n\r\nlogin: ", id="VIOS"),
        pytest.param("TRAIN", "Linux/SuSE 2.6", "Linux/SuSE 2.6\r\n\r\nTRAIN login: ", id="Linux"),
    ],
)
def test_each_system_has_its_log_in(
    redbook: Lab, partition: str, version: str | None, prompt: str
) -> None:
    found = redbook.partition(partition)
    if version is not None:
        found.operating_system.version = version
    assert Screen(found).type("\r") == f"\r\n\r\n\r\n{prompt}"


def test_what_is_typed_with_no_terminal_open_reaches_nobody(redbook: Lab) -> None:
    train = redbook.partition("TRAIN")
    screen = Screen(train)
    train.vty.close()
    assert screen.type("\r") == ""


# -- the way up and down -------------------------------------------------------------------------


def activate(lab: Lab, boot_mode: str | None = None) -> tuple[Partition, Screen]:
    prod = lab.partition("PROD")
    screen = Screen(prod)
    power.activate(prod, prod.profiles[prod.default_profile], power.Boot(mode=boot_mode))
    return prod, screen


def test_a_start_shows_reference_codes_and_then_the_log_in(redbook: Lab) -> None:
    prod, screen = activate(redbook)
    clock = redbook.datacenter.clock
    clock.advance(SECOND)
    assert screen.text == "CA00E1F1\r\n"
    assert screen.type("\r") == "", "firmware that starts an operating system does not answer"
    clock.advance(60 * SECOND)
    assert prod.state is PartitionState.RUNNING
    assert screen.text == LOG_IN


@pytest.mark.parametrize(
    ("mode", "shown", "typed", "refusal"),
    [
        pytest.param("of", "\r\n ok\r\n0 > ", "dev /\r", "The word dev at the Open", id="of"),
        pytest.param("sms", "PowerPC Firmware\r\n", "5\r", "Services (SMS) is not", id="sms"),
    ],
)
def test_firmware_is_seen_where_a_start_stops(
    redbook: Lab, mode: str, shown: str, typed: str, refusal: str
) -> None:
    prod, screen = activate(redbook, mode)
    redbook.datacenter.clock.advance(60 * SECOND)
    assert prod.state is PartitionState.OPEN_FIRMWARE
    assert shown in screen.text
    assert refusal in screen.type(typed)


@pytest.mark.parametrize(
    ("mode", "typed", "states"),
    [
        ("of", ["boot\r"], ["Open Firmware", "Running"]),
        ("of", ["reset-all\r"], ["Starting", "Open Firmware", "Running"]),
        ("sms", ["x\r", "1\r"], ["Open Firmware", "Running"]),
        ("sms", ["X\r", "2\r"], ["Open Firmware"]),
    ],
    ids=["boot", "reset-all", "sms-exit", "sms-stay"],
)
def test_the_way_out_of_the_firmware(
    redbook: Lab, mode: str, typed: list[str], states: list[str]
) -> None:
    prod, screen = activate(redbook, mode)
    redbook.datacenter.clock.advance(60 * SECOND)
    for text in typed:
        screen.type(text)
    seen = [str(prod.state)]
    for _ in range(60):
        redbook.datacenter.clock.advance(SECOND)
        if seen[-1] != str(prod.state):
            seen.append(str(prod.state))
    assert seen == states
    if states[-1] == "Running":
        assert screen.text.endswith(LOG_IN)
    else:
        assert "Main Menu" in screen.text


def test_a_start_without_an_operating_system_stops_at_the_firmware_prompt(redbook: Lab) -> None:
    redbook.partition("PROD").operating_system = None
    _, screen = activate(redbook)
    redbook.datacenter.clock.advance(60 * SECOND)
    assert screen.text.endswith("0 > ")


def test_a_log_in_ends_with_its_system(redbook: Lab) -> None:
    train = redbook.partition("TRAIN")
    screen = Screen(train)
    screen.type("ro")
    power.shut_down(train, immediate=True, restart=True)
    assert screen.type("ot\r") == "", "a system that shuts down does not answer"
    redbook.datacenter.clock.advance(120 * SECOND)
    assert screen.text.endswith(LOG_IN), "the terminal outlives a restart"
    assert screen.type("x\r").startswith("x\r\n"), "what was typed before is forgotten"


def test_a_system_that_is_powered_off_closes_terminals(redbook: Lab) -> None:
    terminal = redbook.partition("TRAIN").vty.open("hmc1", "hscroot")
    system_power.power_off(redbook.frame(L10), immediate=True)
    redbook.datacenter.clock.advance(120 * SECOND)
    assert terminal.closed.fired


def test_a_partition_that_is_removed_closes_its_terminal(redbook: Lab) -> None:
    prod = redbook.partition("PROD")
    terminal = prod.vty.open("hmc1", "hscroot")
    prod.frame.remove(prod)
    assert terminal.closed.fired
