"""One child process renders for many: it is restarted, limited, and shares nothing with its parent."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from actions.rendering.process import ROOT
from actions.rendering.renderer import Renderer
from actions.rendering.texts import Job, Rendered, RenderFailed, Texts

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

FINE = Texts(subject="{{ x }}")
SLOW = Texts(
    text='{% assign s = "<b>aaaaaaaa" %}{% for i in (1..13) %}{% assign s = s | append: s %}{% endfor %}'
    "{% for i in (1..5000) %}" + "{% assign t = s | upcase | downcase | strip_html %}" * 20 + "{% endfor %}{{ x }}"
)


@pytest.fixture
def renderer() -> Renderer:
    return Renderer()


@pytest.fixture(autouse=True)
def _closed(renderer: Renderer) -> object:
    yield
    renderer.close()


def subjects(made: list[Rendered | RenderFailed]) -> list[str]:
    return [one.subject if isinstance(one, Rendered) else one.problem.code for one in made]


def test_answers_come_in_the_order_of_the_jobs(renderer: Renderer) -> None:
    jobs = [Job(Texts(subject=f"{i % 7} {{{{ x }}}}"), {"x": i}) for i in range(1000)]
    assert subjects(renderer.render_many(jobs)) == [f"{i % 7} {i}" for i in range(1000)]


def test_no_jobs_have_no_answers(renderer: Renderer) -> None:
    assert renderer.render_many([]) == []
    assert renderer.child_pid is None


def test_a_killed_child_is_replaced_and_nobody_is_blamed(renderer: Renderer) -> None:
    renderer.render(Job(FINE))
    assert renderer.child_pid
    os.kill(renderer.child_pid, signal.SIGKILL)
    assert subjects(renderer.render_many([Job(FINE, {"x": i}) for i in range(200)])) == [str(i) for i in range(200)]


def test_a_text_that_is_too_slow_twice_is_not_tried_for_all_others(renderer: Renderer) -> None:
    began = time.monotonic()
    made = renderer.render_many([Job(SLOW, {"x": i}) for i in range(100)] + [Job(FINE, {"x": "fine"})])
    assert subjects(made) == ["time"] * 100 + ["fine"]
    assert time.monotonic() - began < 10


def test_a_context_too_large_to_be_sent_fails_alone(renderer: Renderer) -> None:
    made = renderer.render_many([Job(FINE, {"x": 1}), Job(FINE, {"x": "y" * 9_000_000}), Job(FINE, {"x": 2})])
    assert subjects(made) == ["1", "too_large", "2"]


@on_linux
def test_memory_is_bounded(renderer: Renderer) -> None:
    text = "".join(f"{{% capture c{i} %}}{'x' * 1000}{{% endcapture %}}" for i in range(700))
    renderer.render(Job(FINE))
    child = renderer.child_pid
    for number in range(5):
        renderer.render(Job(Texts(text=f"{number}{text}")))
    # of these, twice as much as the child may hold, if it kept them
    for number in range(140):
        renderer.render(Job(Texts(text=f"{number}" + "x" * 950_000)))
    assert renderer.child_pid == child, "it ran out of memory"
    status = Path(f"/proc/{renderer.child_pid}/status").read_text()
    size = int(status.partition("VmPeak:")[2].split()[0])
    assert size < 160 * 1024
    assert subjects([renderer.render(Job(FINE, {"x": "still there"}))]) == ["still there"]


@on_linux
def test_the_child_knows_nothing_of_our_environment(renderer: Renderer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_SECRET_OF_OURS", "x")
    renderer.render(Job(FINE))
    process = Path(f"/proc/{renderer.child_pid}")
    assert b"SECRET" not in (process / "environ").read_bytes()
    ours = {Path(os.readlink(fd)).name for fd in (process / "fd").iterdir() if fd.name not in "12"}
    assert all(name.startswith("pipe:") for name in ours), "a connection or a file of ours is open in it"


def test_the_child_loads_no_django() -> None:
    ask = "import sys, actions.rendering.child.__main__ as _; print([m for m in sys.modules if 'django' in m])"
    done = subprocess.run([sys.executable, "-c", ask], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_threads_share_it(renderer: Renderer) -> None:
    results: dict[int, list[str]] = {}

    def work(number: int) -> None:
        results[number] = subjects(renderer.render_many([Job(FINE, {"x": f"{number}-{i}"}) for i in range(100)]))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == {number: [f"{number}-{i}" for i in range(100)] for number in range(8)}


def test_a_forked_process_has_a_child_of_its_own(renderer: Renderer) -> None:
    renderer.render(Job(FINE))
    os.register_at_fork(after_in_child=renderer.forget)
    pid = os.fork()
    if pid == 0:
        mine = subjects([renderer.render(Job(FINE, {"x": "forked"}))]) == ["forked"]
        renderer.close()
        os._exit(0 if mine else 1)
    assert os.waitpid(pid, 0)[1] == 0
    assert subjects([renderer.render(Job(FINE, {"x": "parent"}))]) == ["parent"]


@on_linux
def test_closing_ends_the_child(renderer: Renderer) -> None:
    renderer.render(Job(FINE))
    pid = renderer.child_pid
    renderer.close()
    assert not Path(f"/proc/{pid}").exists()
    assert subjects([renderer.render(Job(FINE, {"x": 1}))]) == ["1"]


def test_ctrl_c_and_a_polite_end_are_left_to_the_parent(renderer: Renderer) -> None:
    renderer.render(Job(FINE))
    pid = renderer.child_pid
    assert pid
    os.kill(pid, signal.SIGINT)
    os.kill(pid, signal.SIGTERM)
    assert subjects([renderer.render(Job(FINE, {"x": 1}))]) == ["1"]
    assert renderer.child_pid == pid


@pytest.mark.slow
def test_a_typical_mail_is_rendered_thousands_of_times_a_second(renderer: Renderer) -> None:
    html = "<style>p{color:red}</style>" + "<p>{{ profile.first_name }}, lorem ipsum dolor sit amet.</p>" * 3
    html += "<table>{% for i in data.items %}<tr><td>{{ i.name }}</td></tr>{% endfor %}</table>" + "<p>words</p>" * 300
    context = {"profile": {"first_name": "Zoé"}, "data": {"items": [{"name": "a"}, {"name": "b"}]}}
    jobs = [Job(Texts(subject="Hi {{ profile.first_name }}", html=html), context, "fr") for _ in range(2000)]
    renderer.render_many(jobs[:100])
    began = time.monotonic()
    assert all(isinstance(made, Rendered) for made in renderer.render_many(jobs))
    assert len(jobs) / (time.monotonic() - began) > 700, "far below what was measured (above 3,000 on a quiet machine)"
