"""The session with an SMTP server."""

import time

import pytest

from actions.channels.email import ChannelDown, SmtpTransport
from actions.channels.email.smtp import Server
from actions.channels.mime import Mail
from actions.channels.results import Away, Final, Sent, Temporary, Unknown
from tests.actions.smtp_sink import Sink


def a_mail(recipient: str = "zoe@example.com", text: str = "Hello") -> Mail:
    return Mail("Shop", "shop@example.com", recipient, "Subject", "", text, "1@x")


def a_session(sink: Sink, **values: float) -> SmtpTransport:
    return SmtpTransport(Server("127.0.0.1", sink.port, timeout=values.get("timeout", 2)))


def test_a_line_that_begins_with_a_dot_arrives_as_it_was(sink: Sink) -> None:
    assert a_session(sink).send_many([a_mail(text="a\n.\n..b\n.")]) == [Sent("2.0.0 queued as Q1")]
    assert sink.accepted[0][1].partition(b"\r\n\r\n")[2].replace(b"=2E", b".").rstrip() == b"a\r\n.\r\n..b\r\n."


def test_a_break_in_the_middle_of_the_message_is_temporary(sink: Sink) -> None:
    sink.behaviour["zoe@example.com"] = ("body", "close")
    [result, other] = a_session(sink).send_many([a_mail(text="long " * 4_000_000), a_mail("other@example.com")])
    assert isinstance(result, Temporary)
    assert isinstance(other, Sent)


def test_a_server_that_does_not_answer_in_time_is_temporary_before_data_and_unknown_after(sink: Sink) -> None:
    sink.behaviour.update({"a@example.com": ("rcpt", "stall"), "b@example.com": ("end", "stall")})
    results = a_session(sink, timeout=0.3).send_many([a_mail("a@example.com"), a_mail("b@example.com")])
    assert [type(result) for result in results] == [Temporary, Unknown]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [("421 bye", Temporary), ("450 later", Temporary), ("550 no", Final), ("530 log in first", Temporary)],
)
def test_an_answer_decides_and_the_next_mail_leaves(sink: Sink, answer: str, kind: type) -> None:
    sink.behaviour["a@example.com"] = ("rcpt", answer)
    results = a_session(sink).send_many([a_mail("a@example.com"), a_mail("b@example.com")])
    assert [type(result) for result in results] == [kind, Sent]


@pytest.mark.parametrize("pipelining", [True, False])
def test_a_server_that_ends_long_sessions_gets_another_one(sink: Sink, pipelining: bool) -> None:
    sink.pipelining, sink.mail_answer, sink.mail_answer_after = pipelining, "421 4.7.0 enough for one session", 2
    results = a_session(sink).send_many([a_mail(f"{name}@example.com") for name in "abcde"])
    assert [type(result) for result in results] == [Sent] * 5
    assert sink.recipients == [f"{name}@example.com" for name in "abcde"]
    assert sink.connections == 3


@pytest.mark.parametrize("answer", ["421 4.3.2 going down", "530 5.7.0 log in first"])
def test_a_server_that_takes_no_mail_at_all_is_away_and_the_rest_is_not_tried(sink: Sink, answer: str) -> None:
    sink.mail_answer = answer
    results = a_session(sink).send_many([a_mail("a@example.com"), a_mail("b@example.com")])
    assert [type(result) for result in results] == [Away, Away]
    assert sink.connections == 1


def test_a_connection_that_died_while_idle_is_noticed(sink: Sink) -> None:
    session = a_session(sink)
    session.open()
    assert session._smtp is not None
    session._smtp.sock.shutdown(2)
    session._used_at = time.monotonic() - 60
    session.open()
    assert session.send_many([a_mail()]) == [Sent("2.0.0 queued as Q1")]
    assert sink.connections == 2


def test_a_server_that_is_not_there_is_down() -> None:
    with pytest.raises(ChannelDown):
        SmtpTransport(Server("127.0.0.1", 1, timeout=1)).open()


def test_an_address_with_letters_outside_of_ascii_needs_a_server_that_takes_them(sink: Sink) -> None:
    [result] = a_session(sink).send_many([a_mail("zoé@example.com")])
    assert isinstance(result, Final)
    assert sink.accepted == []
