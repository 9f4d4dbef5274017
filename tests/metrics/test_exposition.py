"""Who asks for the metrics, and in which ways."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import logging
import socket
import threading
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from hmcsh.metrics import exposition
from hmcsh.metrics.exposition import REQUESTS, Exposition

PATIENCE = 10.0
LOAD = SimpleNamespace(connections=5, unauthenticated=2, sessions=7)


@contextlib.contextmanager
def exposed() -> Iterator[Exposition]:
    made = Exposition("127.0.0.1", 0)
    try:
        yield made
    finally:
        made.end()


def ask(one: Exposition, path: str = "/metrics", method: str = "GET") -> tuple[int, str]:
    connection = http.client.HTTPConnection(*one.server_address[:2], timeout=PATIENCE)
    with contextlib.closing(connection):
        connection.request(method, path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def during(one: Exposition, act: Callable[[], Any]) -> Any:
    """What comes of it while the server answers."""

    async def serve() -> Any:
        one.begin(lambda: [("hmc1", LOAD)])
        return await asyncio.to_thread(act)

    return asyncio.run(serve())


def test_what_is_asked_for_is_as_it_is_now() -> None:
    with exposed() as one:
        status, text = during(one, lambda: ask(one))
    assert status == 200
    assert 'hmcsh_connections{console="hmc1",state="waiting"} 2.0\n' in text
    assert 'hmcsh_connections{console="hmc1",state="logged_in"} 3.0\n' in text
    assert 'hmcsh_sessions{console="hmc1"} 7.0\n' in text


def test_a_console_of_another_name_takes_the_place_of_the_former() -> None:
    names = iter(["hmc1", "hmc2"])
    with exposed() as one:
        one.begin = lambda servers: Exposition.begin(one, lambda: [(next(names), LOAD)])
        first, second = during(one, lambda: (ask(one)[1], ask(one)[1]))
    assert "hmc1" in first
    assert 'hmcsh_sessions{console="hmc2"} 7.0\n' in second
    assert "hmc1" not in second


def test_it_is_read_in_the_event_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    with exposed() as one:
        where = []
        monkeypatch.setattr(one.metrics, "take", lambda: where.append(threading.current_thread()))
        assert during(one, lambda: [ask(one)[0], ask(one)[0]]) == [200, 200]
    assert where == [threading.main_thread()] * 2


def test_a_loop_without_time_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exposition, "_TURN", 0.01)

    async def serve() -> tuple[int, str]:
        answers = []
        answered = threading.Event()

        def scrape() -> None:
            answers.append(ask(one))
            answered.set()

        one.begin(lambda: [("hmc1", LOAD)])
        threading.Thread(target=scrape).start()
        assert answered.wait(PATIENCE), "it waits for the loop, which waits for it here"
        return answers[0]

    with exposed() as one:
        status, text = asyncio.run(serve())
    assert status == 200
    assert "hmcsh_build_info" in text
    assert "hmc1" not in text, "values stay as they were"


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [("/", "GET", 404), ("/metrics/x", "GET", 404), ("/metrics?x=1", "GET", 200)]
    + [("/metrics", "POST", 501), ("/metrics", "DELETE", 501)],
)
def test_nothing_else_is_there(path: str, method: str, status: int) -> None:
    with exposed() as one:
        assert during(one, lambda: ask(one, path, method))[0] == status


def test_the_lag_of_the_loop_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hmcsh.metrics.watching._LAG_INTERVAL", 0.001)

    def wait() -> str:
        text = ask(one)[1]
        while "hmcsh_event_loop_lag_seconds_count 0.0" in text:
            text = ask(one)[1]
        return text

    with exposed() as one:
        assert "hmcsh_event_loop_lag_seconds_sum" in during(one, wait)


def test_clients_that_leave_or_send_noise_are_no_faults(caplog: pytest.LogCaptureFixture) -> None:
    def act() -> int:
        for sent in (b"", b"GET /metrics HTTP/1.1\r\n\r\n", b"\x00\xff\n\n", b"GET\r\n\r\n" * 9):
            with socket.create_connection(one.server_address[:2], PATIENCE) as client:
                client.sendall(sent)
        return ask(one)[0]

    with exposed() as one:
        assert during(one, act) == 200
    assert not caplog.records


def test_a_fault_of_ours_is_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise ValueError("a mistake")

    with exposed() as one:
        monkeypatch.setattr(one.metrics, "take", fail)
        with pytest.raises(http.client.RemoteDisconnected):
            during(one, lambda: ask(one))
    assert [each.message for each in caplog.records] == ["a request for metrics failed"]
    assert caplog.records[0].levelno == logging.ERROR


def test_clients_that_say_nothing_do_not_pile_up() -> None:
    def act() -> None:
        with contextlib.ExitStack() as stack:
            silent = [
                stack.enter_context(socket.create_connection(one.server_address[:2], PATIENCE))
                for _ in range(REQUESTS + 1)
            ]
            assert silent[-1].recv(1) == b"", "one too many is turned away"
        while True:  # until the places are given back
            with contextlib.suppress(http.client.RemoteDisconnected, ConnectionError):
                assert ask(one)[0] == 200
                return

    with exposed() as one:
        during(one, act)


def test_a_port_that_is_taken() -> None:
    with exposed() as one:
        port = one.server_address[1]
        with pytest.raises(OSError, match=rf"^metrics on 127\.0\.0\.1:{port}: Address already"):
            Exposition("127.0.0.1", port)


def test_an_address_that_is_none() -> None:
    with pytest.raises(OSError, match=r"^metrics on nowhere\.invalid:0: "):
        Exposition("nowhere.invalid", 0)


def test_where_it_is_served_on_ipv6() -> None:
    try:
        one = Exposition("::1", 0)
    except OSError as error:
        assert "not available" in str(error) or "not supported" in str(error), error
        return
    with contextlib.closing(one.socket):
        assert one.url == f"http://[::1]:{one.server_address[1]}/metrics"
