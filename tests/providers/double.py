"""What every double is: it checks a call, writes down what it accepted, and refuses the rest as the service would."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from benchmarks.sinks.log import Log, read_log
from tests.actions.http_sink import Got

Answer = tuple[int, bytes]


class Refused(Exception):
    """The call is not as the documents say: the status and the body with which the service answers."""

    def __init__(self, status: int, body: Mapping[str, Any]) -> None:
        super().__init__(f"{status} {body}")
        self.status, self.body = status, body


class Double:
    """A service under a path of the sink; its file, not our tables, says what it was asked to do."""

    #: the first part of the path
    mount: ClassVar[str]

    def __init__(self, folder: Path) -> None:
        self._file = folder / f"{self.mount}.jsonl"
        self._log = Log(str(self._file))

    def answer(self, got: Got) -> Answer:
        """Check a call, write it down, answer it."""
        try:
            status, said, done = self.check(got)
        except Refused as refused:
            self._log.add({"refused": str(refused), "path": got.path})
            return refused.status, json.dumps(refused.body).encode()
        if done:
            self._log.add(done)
        return status, b"" if said is None else json.dumps(said).encode()

    def check(self, got: Got) -> tuple[int, dict[str, Any] | None, dict[str, Any] | None]:
        """Return the status, the body and what is to be written down; raises Refused."""
        raise NotImplementedError

    def accepted(self) -> list[dict[str, Any]]:
        """Return what was accepted; nothing may have been refused."""
        found = read_log(self._file)
        refused = [entry for entry in found if "refused" in entry]
        assert refused == []
        return found


def json_of(got: Got, otherwise: Mapping[str, Any]) -> dict[str, Any]:
    """Return the JSON object of a call that says it is one; else it is refused."""
    try:
        body = json.loads(got.body)
    except ValueError:
        raise Refused(400, otherwise) from None
    if not isinstance(body, dict) or got.headers.get("content-type", "").split(";")[0] != "application/json":
        raise Refused(400, otherwise)
    return body
