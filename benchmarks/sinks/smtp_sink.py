"""An SMTP server that accepts all, or fails as told, and writes down what it accepted.

    python -m benchmarks.sinks.smtp_sink --log FILE [--port N] [--reject PATTERN=CODE] …

It prints `{"host": …, "port": …}` when it listens. Each accepted message is one line of the log: message_id, sender,
recipients, subject, headers (X-* and List-*), size, at; with --keep the whole message as well.
"""

import argparse
import asyncio
import json
import re
import socket
import time
from typing import Any

from benchmarks.sinks.log import Log

_END = b"\r\n.\r\n"
_ADDRESS = re.compile(r"<([^>]*)>")
_EXTENSIONS = (
    b"250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-AUTH PLAIN LOGIN\r\n250 SIZE 52428800\r\n"
)


class Faults:
    """Which recipients meet which failure; patterns are searched in the recipient's address."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.rejections = [(re.compile(p), int(code)) for p, code in (r.rsplit("=", 1) for r in options.reject)]
        self.drop_after_data = _pattern(options.drop_after_data)
        self.drop_in_data = _pattern(options.drop_in_data)
        self.slow = [(re.compile(p), float(s)) for p, s in (r.rsplit("=", 1) for r in options.slow)]
        self.is_mute: bool = options.mute

    def rejection(self, recipient: str) -> int:
        """Return the code that answers RCPT, 0 to accept."""
        return next((code for pattern, code in self.rejections if pattern.search(recipient)), 0)

    def delay(self, recipients: list[str]) -> float:
        """Return the seconds for which the answer to the end of the data is held back."""
        return max((s for pattern, s in self.slow if any(map(pattern.search, recipients))), default=0.0)


class Session(asyncio.Protocol):
    """One connection."""

    def __init__(self, log: Log, faults: Faults, keep: bool) -> None:
        self.log, self.faults, self.keep = log, faults, keep
        self.buffer = bytearray()
        self.in_data = self.is_held = False
        self.sender, self.recipients = "", list[str]()
        self.credentials = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        if not self.faults.is_mute:
            transport.write(b"220 sink ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        """Take what came in."""
        if self.faults.is_mute:
            return
        self.buffer += data
        self.work()

    def work(self) -> None:
        """Answer all that is complete; what came in one packet is answered in one."""
        answers: list[bytes] = []
        while not self.is_held and not self.transport.is_closing():
            if self.in_data:
                end = self.buffer.find(_END)
                if end < 0 and not self.buffer.startswith(b".\r\n"):
                    break
                message = bytes(self.buffer[: max(end, 0)])
                del self.buffer[: max(end, 0) + (len(_END) if end >= 0 else 3)]
                self.in_data = False
                answers.append(self.accept(message))
                continue
            end = self.buffer.find(b"\n")
            if end < 0:
                break
            line = bytes(self.buffer[:end]).rstrip(b"\r")
            del self.buffer[: end + 1]
            answers.append(self.command(line))
        if answers and not self.transport.is_closing():
            self.transport.write(b"".join(answers))

    def command(self, line: bytes) -> bytes:
        """Return the answer to a command."""
        if self.credentials:
            self.credentials -= 1
            return b"334 UGFzc3dvcmQ6\r\n" if self.credentials else b"235 ok\r\n"
        verb = line[:4].upper()
        if verb == b"MAIL":
            self.sender, self.recipients = _address(line), []
            return b"250 ok\r\n"
        if verb == b"RCPT":
            recipient = _address(line)
            if code := self.faults.rejection(recipient):
                return f"{code} refused by the sink\r\n".encode()
            self.recipients.append(recipient)
            return b"250 ok\r\n"
        if verb == b"DATA":
            if not self.recipients:
                return b"503 no recipient\r\n"
            if self.meets(self.faults.drop_in_data):
                self.transport.write(b"354 go on\r\n")
                self.transport.abort()
                return b""
            self.in_data = True
            return b"354 go on\r\n"
        return self.other(verb, line)

    def other(self, verb: bytes, line: bytes) -> bytes:
        """Return the answer to a command that moves no message."""
        if verb == b"EHLO":
            return _EXTENSIONS
        if verb == b"QUIT":
            self.transport.write(b"221 bye\r\n")
            self.transport.close()
            return b""
        if verb == b"AUTH":
            if line.upper() in (b"AUTH LOGIN", b"AUTH PLAIN"):
                self.credentials = 2 if line.upper().endswith(b"LOGIN") else 1
                return b"334 VXNlcm5hbWU6\r\n" if self.credentials == 2 else b"334 \r\n"
            self.credentials = 1 if line.upper().startswith(b"AUTH LOGIN") else 0
            return b"334 UGFzc3dvcmQ6\r\n" if self.credentials else b"235 ok\r\n"
        if verb == b"RSET":
            self.sender, self.recipients = "", []
        return b"250 ok\r\n" if verb in (b"HELO", b"NOOP", b"RSET") else b"502 not known\r\n"

    def accept(self, message: bytes) -> bytes:
        """Write the message down; return the answer, unless a fault says otherwise."""
        self.log.add(described(message, self.sender, self.recipients, keep=self.keep))
        recipients, self.recipients = self.recipients, []
        if any(map(self.faults.drop_after_data.search, recipients)) if self.faults.drop_after_data else False:
            self.transport.abort()
            return b""
        if delay := self.faults.delay(recipients):
            self.is_held = True
            asyncio.get_running_loop().call_later(delay, self.release)
            return b""
        return b"250 accepted\r\n"

    def release(self) -> None:
        """Give the answer that was held back."""
        self.is_held = False
        if not self.transport.is_closing():
            self.transport.write(b"250 accepted\r\n")
            self.work()

    def meets(self, pattern: re.Pattern[str] | None) -> bool:
        """Tell whether a recipient fits a pattern."""
        return pattern is not None and any(map(pattern.search, self.recipients))


def described(message: bytes, sender: str, recipients: list[str], *, keep: bool) -> dict[str, Any]:
    """Return what the log says of a message."""
    head = message.partition(b"\r\n\r\n")[0].decode("utf-8", "replace")
    headers: dict[str, str] = {}
    for line in re.sub(r"\r\n[ \t]+", " ", head).split("\r\n"):
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    entry = {
        "message_id": headers.get("message-id", ""),
        "sender": sender,
        "recipient": recipients[0] if recipients else "",
        "recipients": recipients,
        "subject": headers.get("subject", ""),
        "headers": {name: value for name, value in headers.items() if name.startswith(("x-", "list-"))},
        "size": len(message),
        "at": time.time(),
    }
    return {**entry, "message": message.decode("utf-8", "replace").replace("\r\n..", "\r\n.")} if keep else entry


def _address(line: bytes) -> str:
    text = line.decode("utf-8", "replace")
    found = _ADDRESS.search(text)
    return found[1] if found else text.partition(":")[2].strip()


def _pattern(written: str) -> re.Pattern[str] | None:
    return re.compile(written) if written else None


async def serve(options: argparse.Namespace) -> None:
    """Listen until the process ends."""
    log, faults = Log(options.log), Faults(options)
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", options.port))
    ready = json.dumps({"host": "127.0.0.1", "port": listener.getsockname()[1]})
    if options.refuse:  # bound, so that nobody else takes the port, but not listening
        print(ready, flush=True)
        await asyncio.Event().wait()
    server = await asyncio.get_running_loop().create_server(
        lambda: Session(log, faults, options.keep), sock=listener, backlog=512
    )
    print(ready, flush=True)
    await server.serve_forever()


def main() -> None:
    """Read the options and serve."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--log", required=True)
    parser.add_argument("--keep", action="store_true", help="log whole messages")
    parser.add_argument("--reject", action="append", default=[], metavar="PATTERN=CODE", help="answer RCPT with a code")
    parser.add_argument("--slow", action="append", default=[], metavar="PATTERN=SECONDS", help="answer late")
    parser.add_argument("--drop-after-data", default="", metavar="PATTERN", help="accept, then break without answer")
    parser.add_argument("--drop-in-data", default="", metavar="PATTERN", help="break before the end of the data")
    parser.add_argument("--mute", action="store_true", help="accept connections and never say a word")
    parser.add_argument("--refuse", action="store_true", help="refuse connections")
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
