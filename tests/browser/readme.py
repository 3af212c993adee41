"""What the README tells a newcomer to do, read from the README itself."""

import json
import re
import shlex
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TEXT = (Path(__file__).resolve().parents[2] / "README.md").read_text()
FIRST_STEPS: str = TEXT.partition("## First steps")[2].partition("\n## ")[0]
START, SELL, *_MORE = re.findall(r"```sh\n(.*?)```", FIRST_STEPS, re.DOTALL)


def said(words: str) -> str:
    """Return words as they are; fails unless the first steps say them."""
    assert words in " ".join(FIRST_STEPS.replace("*", "").replace("`", "").split()), (
        f"the README does not say {words!r}"
    )
    return words


def start_settings() -> dict[str, str]:
    """Return the settings that the first steps start Declic with."""
    words = shlex.split(START)
    assert {"make", "run"} < set(words)
    return dict(word.split("=", 1) for word in words if "=" in word)


@dataclass(frozen=True)
class Curl:
    """A call that the README makes with curl."""

    url: str
    headers: dict[str, str]
    body: str

    def send(self, base: str, key: str) -> dict[str, Any]:
        """Make the call at another address, with a key; raises HTTPError with what was answered."""
        headers = {name: value.replace("$KEY", key) for name, value in self.headers.items()}
        url = self.url.replace("http://127.0.0.1:8000", base)
        request = urllib.request.Request(url, self.body.encode(), headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            content: dict[str, Any] = json.load(answer)
        return content


def curls() -> list[Curl]:
    """Return the calls of the first steps, in order."""
    found = []
    for command in re.findall(r"^curl .*$", SELL.replace("\\\n", " "), re.MULTILINE):
        words = iter(shlex.split(command)[1:])
        url, headers, body = next(words), {}, ""
        for word in words:
            if word == "-H":
                name, _, value = next(words).partition(": ")
                headers[name] = value
            elif word == "-d":
                body = next(words)
        found.append(Curl(url, headers, body))
    return found
