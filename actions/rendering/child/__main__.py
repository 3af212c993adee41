"""Read requests from standard input, write one answer for each message to standard output."""

import gc
import json
import os
import sys
from collections import OrderedDict
from dataclasses import asdict
from typing import Any, BinaryIO

from actions.rendering import wire
from actions.rendering.child.compiled import Compiled, without_control_characters
from actions.rendering.child.errors import problem_of
from actions.rendering.child.inspection import inspect
from actions.rendering.child.limits import Stopwatch, limit_process
from actions.rendering.child.localised import locale_for, money_filter, zone_for
from actions.rendering.texts import Problem, Texts

MOST_COMPILED = 128
MOST_COMPILED_CHARACTERS = 2_000_000


class Cache:
    """The messages parsed last; errors are kept too, so that a broken text is parsed once."""

    def __init__(self) -> None:
        self.kept: OrderedDict[str, tuple[Compiled | Exception, int]] = OrderedDict()
        self.characters = 0

    def compiled(self, key: str, parts: dict[str, str]) -> Compiled:
        """Return the parsed form, or raise what parsing raised."""
        if key not in self.kept:
            size = sum(len(part) for part in parts.values())
            made: Compiled | Exception
            try:
                made = Compiled(Texts(**parts))
            except MemoryError:
                raise
            except Exception as error:
                made = error
            self.kept[key] = made, size
            self.characters += size
            while len(self.kept) > 1 and (len(self.kept) > MOST_COMPILED or self.characters > MOST_COMPILED_CHARACTERS):
                self.characters -= self.kept.popitem(last=False)[1][1]
        self.kept.move_to_end(key)
        found = self.kept[key][0]
        if isinstance(found, Exception):
            raise found
        return found


def main() -> None:
    """Answer until the parent closes the pipe."""
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    requests = sys.stdin.buffer
    warm_up()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)  # a message leaves no cycles; what was loaded is not looked at again
    limit_process()
    cache = Cache()
    write(answers, wire.value("ready"))
    while request := read(requests):
        try:
            asked = json.loads(request, object_hook=_cleaned if b"\\u00" in request else None)
        except MemoryError:
            return
        if "text" in asked:
            with Stopwatch():
                found = inspect(asked["text"], is_html=asked["is_html"])
            write(answers, wire.value([sorted(found.variables), [asdict(problem) for problem in found.problems]]))
            continue
        for key, context, language, time_zone in asked["jobs"]:
            try:
                with Stopwatch():
                    answer = rendered(cache, key, asked["texts"][key], context, language, time_zone)
            except MemoryError:
                write(answers, wire.value(asdict(Problem("memory"))))
                return  # what is left of the memory is of no use: the parent starts anew
            write(answers, answer)


def rendered(cache: Cache, key: str, parts: dict[str, str], context: Any, language: str, time_zone: str) -> bytes:
    """Return the rendered message, or the problem, ready to be sent."""
    try:
        made = cache.compiled(key, parts).render(context, language, time_zone)
    except MemoryError:
        raise
    except Exception as error:
        return wire.value(asdict(problem_of(error)))
    return wire.texts(made.subject, made.html, made.text)


def _cleaned(values: dict[str, Any]) -> dict[str, Any]:
    """Take control characters out of a JSON object; where JSON is in UTF-8, only they are written as escapes."""
    return {name: _without(value) for name, value in values.items()}


def _without(value: Any) -> Any:
    if isinstance(value, str):
        return without_control_characters(value)
    return [_without(item) for item in value] if isinstance(value, list) else value


def warm_up() -> None:
    """Load what is loaded at first use, before memory is bounded."""
    for language in ("en", "fr"):
        locale_for(language)
        money_filter(1)
    zone_for("Europe/Paris")
    Compiled(Texts("s {{ x }}", "p", "<style>p{color:red}</style><p>{{ x | date: 'long' }}</p>")).render(
        {}, "fr", "UTC"
    )


def read(stream: BinaryIO) -> bytes:
    """Return the next request, empty at the end."""
    head = stream.read(4)
    return stream.read(int.from_bytes(head, "big")) if len(head) == 4 else b""


def write(stream: Any, answer: bytes) -> None:
    """Write one answer behind its length."""
    message = memoryview(len(answer).to_bytes(4, "big") + answer)
    while message:
        message = message[stream.write(message) :]


if __name__ == "__main__":
    main()
