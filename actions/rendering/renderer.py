"""Render messages in the child process, many at a time; what goes wrong with one does not touch the others."""

import atexit
import json
import os
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from actions.rendering.process import ChildLost, ChildProcess
from actions.rendering.texts import Inspection, Job, Problem, Rendered, RenderFailed

_JOBS_AT_ONCE = 64
_BYTES_AT_ONCE = 512 * 1024
_LARGEST_REQUEST = 8 * 2**20
#: A text that ran out of time so often is not tried again for so many seconds, since every message behind it waits.
_TRIES_OF_A_SLOW_TEXT = 2
_SHUNNED_FOR = 60.0


class Renderer:
    """One child process, started when needed and again when it had to be ended; threads wait for each other."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: ChildProcess | None = None
        self._slow: dict[str, tuple[int, float]] = {}

    def render(self, job: Job) -> Rendered | RenderFailed:
        """Render one message."""
        return self.render_many([job])[0]

    def render_many(self, jobs: Sequence[Job]) -> list[Rendered | RenderFailed]:
        """Render messages; answers come in the order of the jobs, a RenderFailed in the place of each that failed."""
        answers: dict[int, Rendered | RenderFailed] = {}
        blamed: set[int] = set()
        with self._lock:
            while waiting := self._waiting(jobs, answers):
                try:
                    self._render(jobs, waiting, answers)
                except ChildLost as lost:
                    self._blame(jobs, next(i for i in waiting if i not in answers), lost.reason, answers, blamed)
        return [answers[i] for i in range(len(jobs))]

    def inspect(self, text: str, *, is_html: bool = False) -> Inspection:
        """Return the variables and the problems of a text."""
        request = _encoded({"text": text, "is_html": is_html})
        if len(request) > _LARGEST_REQUEST:
            return Inspection(frozenset(), (Problem("too_long"),))
        with self._lock:
            try:
                child = self._living_child()
                child.ask(request)
                variables, problems = child.answer()
            except ChildLost as lost:
                self._child = None
                return Inspection(frozenset(), (Problem(lost.reason),))
        return Inspection(frozenset(variables), tuple(Problem(**problem) for problem in problems))

    def close(self) -> None:
        """End the child; a later call starts another."""
        with self._lock:
            if self._child is not None:
                self._child.close()
                self._child = None

    def forget(self) -> None:
        """Let go of the child of the process that this one was forked from."""
        self._lock = threading.Lock()
        if self._child is not None:
            self._child.forget()
            self._child = None

    @property
    def child_pid(self) -> int | None:
        """Return the process id of the child, if one runs."""
        return self._child.pid if self._child else None

    def _living_child(self) -> ChildProcess:
        if self._child is None:
            self._child = ChildProcess()
        return self._child

    def _waiting(self, jobs: Sequence[Job], answers: dict[int, Rendered | RenderFailed]) -> list[int]:
        """Return the jobs without an answer, after answering those whose text is shunned."""
        if self._slow:
            oldest = time.monotonic() - _SHUNNED_FOR
            self._slow = {key: tries for key, tries in self._slow.items() if tries[1] > oldest}
        shunned = {key for key, (tries, _) in self._slow.items() if tries >= _TRIES_OF_A_SLOW_TEXT}
        waiting = []
        for i, job in enumerate(jobs):
            if i in answers:
                continue
            if shunned and job.texts.key in shunned:
                answers[i] = RenderFailed(Problem("time"))
            else:
                waiting.append(i)
        return waiting

    def _render(self, jobs: Sequence[Job], waiting: list[int], answers: dict[int, Rendered | RenderFailed]) -> None:
        child = self._living_child()
        batches = _batches(jobs, waiting, answers)
        batch = next(batches, None)
        while batch:
            request, indexes = batch
            child.ask(request)
            batch = next(batches, None)  # encoded while the child works
            for i in indexes:
                answer = child.answer()
                if isinstance(answer, tuple):
                    answers[i] = Rendered(*answer)
                elif answer["code"] == "memory":
                    child.close()
                    raise ChildLost("memory")
                else:
                    answers[i] = RenderFailed(Problem(**answer))

    def _blame(
        self,
        jobs: Sequence[Job],
        index: int,
        reason: str,
        answers: dict[int, Rendered | RenderFailed],
        blamed: set[int],
    ) -> None:
        """Fail the job at which the child was lost; where it may be innocent, at the second time."""
        self._child = None
        key = jobs[index].texts.key
        if reason == "time":
            self._slow[key] = (self._slow.get(key, (0, 0.0))[0] + 1, time.monotonic())
        if reason == "time" or index in blamed:
            answers[index] = RenderFailed(Problem(reason))
        blamed.add(index)


def _batches(
    jobs: Sequence[Job], waiting: list[int], answers: dict[int, Rendered | RenderFailed]
) -> Iterator[tuple[bytes, list[int]]]:
    """Yield requests with the jobs they hold; a job too large to be sent is answered here."""
    texts: dict[str, bytes] = {}
    lines: list[bytes] = []
    indexes: list[int] = []
    size = 0
    for i in waiting:
        job = jobs[i]
        key = job.texts.key
        line = _encoded([key, job.context, job.language, job.time_zone])
        text = _encoded(key) + b":" + _encoded(asdict(job.texts)) if key not in texts else b""
        if len(line) + len(text) > _LARGEST_REQUEST:
            answers[i] = RenderFailed(Problem("too_large"))
            continue
        if lines and (len(lines) >= _JOBS_AT_ONCE or size + len(line) + len(text) > _BYTES_AT_ONCE):
            yield _request(texts, lines), indexes
            text = text or texts[key]
            texts, lines, indexes, size = {}, [], [], 0
        if text:
            texts[key] = text
        lines.append(line)
        indexes.append(i)
        size += len(line) + len(text)
    if lines:
        yield _request(texts, lines), indexes


def _request(texts: dict[str, bytes], lines: list[bytes]) -> bytes:
    return b'{"texts":{' + b",".join(texts.values()) + b'},"jobs":[' + b",".join(lines) + b"]}"


def _encoded(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, default=str).encode("utf-8", "replace")


_renderer = Renderer()


def renderer() -> Renderer:
    """Return the renderer of this process; its child starts with the first message."""
    return _renderer


atexit.register(_renderer.close)
os.register_at_fork(after_in_child=_renderer.forget)
