"""A small SMTP server that keeps what it accepts and misbehaves as it is told, recipient by recipient."""

import socketserver
import threading
import time
from dataclasses import dataclass, field


@dataclass
class Sink:
    """Where it listens, what it accepted, and how it treats a recipient: (stage, answer, "close", "leave", "stall")."""

    port: int = 0
    accepted: list[tuple[str, bytes]] = field(default_factory=list)
    behaviour: dict[str, tuple[str, str]] = field(default_factory=dict)
    held: list[str] = field(default_factory=list)
    connections: int = 0
    pipelining: bool = True
    is_gone: bool = False
    #: what MAIL is answered after so many in a session
    mail_answer: str = ""
    mail_answer_after: int = 0

    @property
    def recipients(self) -> list[str]:
        return [recipient for recipient, _ in self.accepted]


class _Session(socketserver.StreamRequestHandler):
    sink: Sink

    def handle(self) -> None:
        self.sink.connections += 1
        if self.sink.is_gone:
            self.say("421 gone")
            return
        self.say("220 sink")
        recipient = ""
        begun = 0
        while line := self.rfile.readline():
            verb = line.decode().strip().upper()
            if verb.startswith("EHLO"):
                self.say("250-sink\r\n250-PIPELINING\r\n250 8BITMIME" if self.sink.pipelining else "250 sink")
            elif verb.startswith("MAIL"):
                begun += 1
                is_refused = self.sink.mail_answer and begun > self.sink.mail_answer_after
                self.say(self.sink.mail_answer if is_refused else "250 ok")
                if is_refused and self.sink.mail_answer.startswith("421"):
                    return
            elif verb.startswith("RCPT"):
                recipient = line.decode().partition("<")[2].partition(">")[0]
                answer = self.acts("rcpt", recipient, "250 ok")
                if answer is None:
                    return
                if not answer.startswith("2"):
                    recipient = ""
            elif verb == "DATA" and not recipient:
                self.say("503 no recipient")
            elif verb == "DATA":
                answer = self.acts("data", recipient, "354 go on")
                if answer is None:
                    return
                if not answer.startswith("3"):
                    continue
                body = b""
                while not body.endswith(b"\r\n.\r\n"):
                    chunk = self.rfile.readline()
                    if not chunk or (self.told("body", recipient) and len(body) > 50):
                        return
                    body += chunk
                    if body == b".\r\n":
                        break
                if self.told("end", recipient) in (None, "250 late"):
                    self.sink.accepted.append((recipient, body[:-5].replace(b"\r\n..", b"\r\n.")))
                if self.acts("end", recipient, "250 2.0.0 queued as Q1") is None:
                    return
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def told(self, stage: str, recipient: str) -> str | None:
        at, what = self.sink.behaviour.get(recipient, ("", ""))
        return what if at == stage else None

    def acts(self, stage: str, recipient: str, usual: str) -> str | None:
        what = self.told(stage, recipient)
        if what in ("close", "leave"):
            self.sink.is_gone = what == "leave"
            return None
        if what == "hold":
            self.sink.held.append(recipient)
            self.rfile.read(1)
            return None
        if what == "stall":
            time.sleep(5)
            return None
        self.say(what or usual)
        return what or usual

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


class running_sink:
    """A sink that runs inside the block."""

    def __enter__(self) -> Sink:
        self.sink = Sink()
        handler = type("Session", (_Session,), {"sink": self.sink})
        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler, bind_and_activate=True)
        self.server.daemon_threads = True
        self.sink.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self.sink

    def __exit__(self, *exc: object) -> None:
        self.server.shutdown()
        self.server.server_close()
