"""The sinks, on which fault tests and benchmarks stand, do what they say."""

import smtplib
import time
import urllib.request
from email.message import EmailMessage

import pytest

from benchmarks.sinks.process import SinkProcess
from tests.servers.fixtures import StartSink


def mail(number: int = 1) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "shop@example.com", "zoe@example.com", "Été à lire"
    message["Message-ID"], message["X-Declic-Delivery"] = f"<{number}@example.com>", str(number)
    message["List-Unsubscribe"] = "<https://shop.example/u>"
    message.set_content("Hello\n.\n..dots\n")
    return message


def deliver(sink: SinkProcess, *recipients: str, number: int = 1) -> None:
    with smtplib.SMTP(sink.host, sink.port, timeout=2) as connection:
        connection.send_message(mail(number), "shop@example.com", recipients or ("zoe@example.com",))


def test_an_accepted_mail_is_one_line_of_the_log(start_smtp_sink: StartSink) -> None:
    sink = start_smtp_sink("--keep")
    deliver(sink)
    [entry] = sink.entries()
    assert entry["message_id"] == "<1@example.com>"
    assert (entry["sender"], entry["recipient"]) == ("shop@example.com", "zoe@example.com")
    assert entry["subject"] == "Été à lire"
    assert entry["headers"] == {"x-declic-delivery": "1", "list-unsubscribe": "<https://shop.example/u>"}
    assert entry["message"].endswith("Hello\r\n.\r\n..dots")


def test_a_connection_is_used_for_many(start_smtp_sink: StartSink) -> None:
    sink = start_smtp_sink()
    with smtplib.SMTP(sink.host, sink.port) as connection:
        connection.login("user", "secret")
        for number in range(200):
            connection.send_message(mail(number))
    assert [entry["message_id"] for entry in sink.entries()] == [f"<{number}@example.com>" for number in range(200)]


def test_commands_in_one_packet_are_all_answered(start_smtp_sink: StartSink) -> None:
    sink = start_smtp_sink()
    with smtplib.SMTP(sink.host, sink.port) as connection:
        connection.ehlo()
        one = "MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\n"
        connection.send(one)
        assert [connection.getreply()[0] for _ in range(3)] == [250, 250, 354]
        connection.send("Subject: x\r\n\r\ny\r\n.\r\n" + one)
        assert [connection.getreply()[0] for _ in range(4)] == [250, 250, 250, 354]
        connection.send(".\r\n")
        assert connection.getreply()[0] == 250
    assert [entry["subject"] for entry in sink.entries()] == ["x", ""]


def test_recipients_are_rejected_by_pattern(start_smtp_sink: StartSink) -> None:
    sink = start_smtp_sink("--reject", "gone@=550", "--reject", "later@=451")
    for recipient, code in (("gone@example.com", 550), ("later@example.com", 451)):
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            deliver(sink, recipient)
        assert refused.value.recipients[recipient][0] == code
    assert sink.entries() == []


def test_a_mail_may_be_accepted_without_an_answer(start_smtp_sink: StartSink) -> None:
    sink = start_smtp_sink("--drop-after-data", "zoe@")
    with pytest.raises((smtplib.SMTPException, OSError)):
        deliver(sink)
    assert len(sink.entries()) == 1


def test_a_connection_may_break_before_the_end_of_the_data(start_smtp_sink: StartSink) -> None:
    sink = start_smtp_sink("--drop-in-data", "zoe@")
    with pytest.raises((smtplib.SMTPException, OSError)):
        deliver(sink)
    assert sink.entries() == []
    deliver(sink, "other@example.com")


def test_an_answer_may_come_late(start_smtp_sink: StartSink) -> None:
    sink = start_smtp_sink("--slow", "zoe@=0.5")
    began = time.monotonic()
    deliver(sink)
    assert time.monotonic() - began > 0.5


@pytest.mark.parametrize("option", ["--mute", "--refuse"])
def test_a_server_may_not_be_there(start_smtp_sink: StartSink, option: str) -> None:
    with pytest.raises(OSError):
        deliver(start_smtp_sink(option))


def test_the_paths_of_the_http_sink_are_scripts(start_http_sink: StartSink) -> None:
    sink = start_http_sink()
    codes = []
    for _ in range(4):
        try:
            with urllib.request.urlopen(f"http://{sink.host}:{sink.port}/500,429:2,200/orders", data=b"x") as answer:
                codes.append(answer.status)
        except urllib.error.HTTPError as error:
            codes.append(error.code)
    assert codes == [500, 429, 200, 200]
    assert [entry["body"] for entry in sink.entries()] == ["x"] * 4
