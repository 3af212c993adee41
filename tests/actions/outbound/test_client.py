"""One call leaves once, goes where it was checked, and ends in time."""

import ssl
import time
from pathlib import Path

import pytest

from actions.outbound import Client, OutboundRefused, OutboundTemporary, OutboundUnknown, request
from actions.outbound.addresses import Allowed
from benchmarks.sinks.process import SinkProcess
from tests.servers.fixtures import StartSink

PEM = Path(__file__).with_name("hooks.example.pem")


@pytest.fixture
def server(start_http_sink: StartSink) -> SinkProcess:
    return start_http_sink()


def call(server: SinkProcess, path: str, *, timeout: float = 5, method: str = "GET", body: bytes = b""):  # type: ignore[no-untyped-def]
    client = Client(allowed=Allowed.parse("127.0.0.1"))
    return client.request(method, f"http://127.0.0.1:{server.port}/{path}", timeout=timeout, body=body)


def test_an_answer_is_given_with_its_status_headers_and_body(server: SinkProcess) -> None:
    client = Client(allowed=Allowed.parse("127.0.0.1"))
    url = f"http://127.0.0.1:{server.port}/200/a?b=c%20d&e=é"
    answer = client.request(
        "POST", url, headers={"X-One": "é", "Host": "evil", "content-length": "9"}, body=b'{"a": 1}'
    )
    assert (answer.status, answer.body, answer.is_cut, answer.is_success) == (200, b'{"ok": true}', False, True)
    assert answer.headers["content-type"] == "application/json"
    [seen] = server.entries()
    assert (seen["method"], seen["path"], seen["body"]) == ("POST", "/200/a?b=c%20d&e=%C3%A9", '{"a": 1}')
    assert seen["headers"]["host"] == f"127.0.0.1:{server.port}"
    assert seen["headers"]["content-length"] == "8"
    assert seen["headers"]["user-agent"] == "Declic"


@pytest.mark.parametrize("status", [201, 204, 301, 400, 401, 404, 500, 503])
def test_every_status_is_an_answer(server: SinkProcess, status: int) -> None:
    assert call(server, str(status)).status == status


def test_a_redirect_is_not_followed(server: SinkProcess) -> None:
    answer = call(server, f"to:http:,,127.0.0.1:{server.port},200")
    assert answer.status == 302
    assert answer.headers["location"] == f"http://127.0.0.1:{server.port}/200"
    assert len(server.entries()) == 1


@pytest.mark.parametrize(("path", "seconds"), [("429:30", 30), ("503:0", 0), ("429", None), ("429:soon", None)])
def test_the_time_to_wait_is_read(server: SinkProcess, path: str, seconds: float | None) -> None:
    assert call(server, path).retry_after == seconds


def test_a_date_to_wait_for_is_read(server: SinkProcess) -> None:
    assert call(server, "429:Wed,%2021%20Oct%202015%2007:28:00%20GMT").retry_after in (0, None)


def test_a_body_that_is_too_long_is_cut(server: SinkProcess) -> None:
    answer = call(server, "big")
    assert (answer.status, len(answer.body), answer.is_cut) == (200, 64 * 1024, True)


@pytest.mark.parametrize("path", ["never", "late:30", "drip-head"])
def test_no_answer_in_time_leaves_the_outcome_unknown(server: SinkProcess, path: str) -> None:
    began = time.monotonic()
    with pytest.raises(OutboundUnknown, match="in time"):
        call(server, path, timeout=1)
    assert time.monotonic() - began < 3
    assert len(server.entries()) == 1


def test_a_body_that_comes_too_slowly_is_cut_since_the_status_is_known(server: SinkProcess) -> None:
    began = time.monotonic()
    answer = call(server, "drip", timeout=1)
    assert (answer.status, answer.is_cut) == (200, True)
    assert time.monotonic() - began < 3


@pytest.mark.parametrize("path", ["drop", "nonsense"])
def test_a_break_after_the_request_leaves_the_outcome_unknown(server: SinkProcess, path: str) -> None:
    with pytest.raises(OutboundUnknown, match="was sent"):
        call(server, path)
    assert len(server.entries()) == 1


def test_a_server_that_is_not_there_may_be_asked_again(server: SinkProcess) -> None:
    server.stop()
    with pytest.raises(OutboundTemporary, match="No connection"):
        call(server, "200")


def test_the_next_address_is_tried_where_one_does_not_answer(server: SinkProcess) -> None:
    client = Client(resolve=lambda host, port: ["127.0.0.9", "127.0.0.1"], allowed=Allowed.parse("127.0.0.0/8"))
    assert client.request("GET", f"http://hooks.example:{server.port}/200").status == 200


def test_the_connection_goes_to_the_address_that_was_checked(server: SinkProcess) -> None:
    asked: list[str] = []

    def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.9"]

    client = Client(resolve=rebinding, allowed=Allowed.parse("127.0.0.1"))
    assert client.request("GET", f"http://hooks.example:{server.port}/200").status == 200
    assert asked == ["hooks.example"]
    assert server.entries()[0]["headers"]["host"] == f"hooks.example:{server.port}"


def test_a_name_that_turns_private_is_refused_at_the_next_call(server: SinkProcess) -> None:
    answers = iter([["1.1.1.1"], ["127.0.0.1"]])
    client = Client(resolve=lambda host, port: next(answers), allowed=Allowed())
    client.check(f"http://hooks.example:{server.port}/200")
    with pytest.raises(OutboundRefused):
        client.request("GET", f"http://hooks.example:{server.port}/200")
    assert server.entries() == []


def test_a_resolver_that_hangs_ends_with_the_call() -> None:
    began = time.monotonic()
    client = Client(resolve=lambda host, port: time.sleep(5) or ["127.0.0.1"])  # type: ignore[func-returns-value]
    with pytest.raises(OutboundTemporary):
        client.request("GET", "http://hooks.example/", timeout=0.5)
    assert time.monotonic() - began < 2


def test_tls_is_checked_against_the_name_although_the_address_is_pinned(start_http_sink: StartSink) -> None:
    server = start_http_sink("--cert", str(PEM))
    trust = ssl.create_default_context(cafile=str(PEM))
    client = Client(resolve=lambda h, p: ["127.0.0.1"], allowed=Allowed.parse("127.0.0.1"), ssl_context=trust)
    assert client.request("POST", f"https://hooks.example:{server.port}/200", body=b"x").status == 200
    with pytest.raises(OutboundTemporary, match=r"(?i)certificate"):
        client.request("POST", f"https://other.example:{server.port}/200", body=b"x")
    assert len(server.entries()) == 1


@pytest.mark.parametrize(
    ("method", "headers"),
    [("TRACE", {}), ("GET\r\n", {}), ("POST", {"X\r\nY": "1"}), ("POST", {"X": "1\r\nY: 2"}), ("POST", {"é": "1"})],
)
def test_what_cannot_be_written_is_refused(server: SinkProcess, method: str, headers: dict[str, str]) -> None:
    with pytest.raises(OutboundRefused):
        Client(allowed=Allowed.parse("127.0.0.1")).request(
            method, f"http://127.0.0.1:{server.port}/200", headers=headers
        )
    assert server.entries() == []


def test_the_setting_allows_what_an_operator_names(server: SinkProcess, settings: object) -> None:
    url = f"http://127.0.0.1:{server.port}/200"
    with pytest.raises(OutboundRefused):
        request("GET", url)
    settings.DECLIC_OUTBOUND_ALLOW = "localhost, 127.0.0.1"  # type: ignore[attr-defined]
    assert request("GET", url).status == 200
    settings.DECLIC_OUTBOUND_ALLOW = ""  # type: ignore[attr-defined]
    assert request("GET", url, allow_private=True).status == 200
