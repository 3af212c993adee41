"""Nothing that anybody writes or posts stops the renderer or its neighbours."""

import time

import pytest

from actions.rendering.renderer import renderer
from actions.rendering.texts import Job, Rendered, RenderFailed, Texts
from tests.naughty import naughty_strings

FINE = Texts(subject="s {{ x }}", html="<p>{{ x }}</p>")
GROW = '{% assign s = "aaaaaaaaaa" %}{% for i in (1..50) %}{% assign s = s | '


def test_every_naughty_string_is_printed_as_it_is() -> None:
    strings = naughty_strings()
    texts = Texts(subject="{{ x }}", html="<p>{{ x }}</p>", text="{{ x }}")
    for value, made in zip(strings, renderer().render_many([Job(texts, {"x": s}) for s in strings]), strict=True):
        assert isinstance(made, Rendered), value
        kept = "".join(c for c in value if c in "\t\n\r" or not (c < " " or c == "\x7f"))
        assert made.text.replace("\x7f", "") == kept.encode("utf-8", "replace").decode()
        assert "<script" not in made.html.lower()
        assert "\n" not in made.subject


def test_every_naughty_string_as_a_template_ends_without_harm() -> None:
    strings = naughty_strings()
    jobs = [Job(Texts(subject=s, html=s, text=s), {"x": 1}) for s in strings]
    before = renderer().render(Job(FINE)) and renderer().child_pid
    made = renderer().render_many(jobs)
    assert renderer().child_pid == before, "one of them ended the child"
    plain = [(s, m) for s, m in zip(strings, made, strict=True) if "{{" not in s and "{%" not in s]
    assert all(isinstance(m, Rendered) for _, m in plain)
    for string in strings[::10]:
        renderer().inspect(string, is_html=True)


@pytest.mark.parametrize(
    "bomb",
    [
        '{{ (1..100000000) | join: "" | size }}',
        "{% for i in (1..100000000) reversed %}{% endfor %}",
        "{% for i in (1..5000) %}{% for j in (1..5000) %}{{ i }}{% endfor %}{% endfor %}",
        GROW + "append: s %}{% endfor %}",
        GROW + 'replace: "a", s %}{% endfor %}',
        GROW + 'split: "" | join: s %}{% endfor %}',
        "{% assign n = 9 %}{% for i in (1..5000) %}{% assign n = n | times: n %}{% endfor %}",
        '{% assign l = "a,b" | split: "," %}{% for i in (1..40) %}{% assign l = l | concat: l %}{% endfor %}',
        "{% capture a %}" + "x" * 900_000 + "{% endcapture %}" + "{{ a }}" * 100,
        "{% if x %}" * 10_000,
        "{% if " + "(" * 5_000 + "1" + ")" * 5_000 + " %}{% endif %}",
        "{{ a" + ".b" * 100_000 + " }}",
        "{{ x " + "| upcase " * 20_000 + "}}",
        "<div>" * 50_000,
        "<!-- -->" * 20_000,
        "x" * 2_000_000,
    ],
)
@pytest.mark.parametrize("part", ["text", "html"])
def test_a_bomb_ends_soon_and_its_neighbours_go_on(bomb: str, part: str) -> None:
    began = time.process_time()
    first, _, last = renderer().render_many([Job(FINE, {"x": 1}), Job(Texts(**{part: bomb})), Job(FINE, {"x": 2})])
    assert isinstance(first, Rendered)
    assert isinstance(last, Rendered)
    assert (first.subject, last.subject) == ("s 1", "s 2")
    assert time.process_time() - began < 2


def test_a_text_that_never_ends_fails_soon_and_its_neighbours_go_on() -> None:
    work = "{% assign t = s | upcase | downcase | capitalize | strip_html %}"
    endless = '{% assign s = "<b>aaaaaaaa" %}{% for i in (1..13) %}{% assign s = s | append: s %}{% endfor %}'
    endless += f"{{% for i in (1..5000) %}}{work * 20}{{% endfor %}}"
    renderer().render(Job(FINE))
    began = time.monotonic()
    made = renderer().render_many([Job(FINE, {"x": 1}), Job(Texts(text=endless))])
    took = time.monotonic() - began
    after = renderer().render(Job(FINE, {"x": 2}))
    assert isinstance(made[0], Rendered)
    assert isinstance(made[1], RenderFailed)
    assert made[1].problem.code in {"time", "late"}
    assert isinstance(after, Rendered)
    assert took < 20, "half a second of processor time; more on a machine that is busy"
