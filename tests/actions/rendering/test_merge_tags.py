"""Every form in which merge tags come is understood (spec section 6)."""

import time

import pytest

from actions.rendering.merge_tags import normalise
from actions.rendering.namespaces import PROFILE_ALIASES, profile_namespace
from tests.actions.rendering.rendering import text_of

ZOE = {"profile": {"customer_firstname": "Zoé", "first_name": "Zoé", "status": "gold"}}


@pytest.mark.parametrize(
    ("written", "liquid"),
    [
        ("{{ var:profile.customer_firstname }}", "{{ profile.customer_firstname }}"),
        ("{{var:profile.customer_firstname}}", "{{profile.customer_firstname}}"),
        ("{{- var:x -}}", "{{- x -}}"),
        ("{{ data.spread.pot_amount_update }}", "{{ data.spread.pot_amount_update }}"),
        ("{{ profile.first_name }}", "{{ profile.first_name }}"),
        ('{{var:x:"default"}}', '{{x | default: "default"}}'),
        ("{{ var:x:'it \"is\"' }}", "{{ x | default: 'it \"is\"' }}"),
        ('{{ var:a.b:"x" | upcase }}', '{{ a.b | default: "x" | upcase }}'),
        ("{{ var:x:0 }}", "{{ x | default: 0 }}"),
        ("{{ var:x:-1.5 }}", "{{ x | default: -1.5 }}"),
        ("{{ var:x:dear client }}", '{{ x | default: "dear client" }}'),
        ("{{ var:x:var:y.z }}", "{{ x | default: y.z }}"),
        ('{{ profile.first_name:"friend" }}', '{{ profile.first_name | default: "friend" }}'),
        ('{{ var:data.items[0].name:"-" }}', '{{ data.items[0].name | default: "-" }}'),
        ('{{ var:"first name" }}', '{{ ["first name"] }}'),
        ("{{ var:x:&quot;d &eacute;&quot; }}", '{{ x | default: "d é" }}'),
        ("{{ var:x:“d” }}", '{{ x | default: "d" }}'),
        ("{{\xa0var:x\xa0}}", "{{ x }}"),
        ("{% if var:a == 1 %}", "{% if a == 1 %}"),
        ("{% if var:a &gt; 1 %}", "{% if a > 1 %}"),
        ("{% elseif var:a == 1 %}", "{% elsif a == 1 %}"),
        ("{% else if var:a == 1 %}", "{% elsif a == 1 %}"),
        ("{%else%}", "{%else%}"),
        ("{% for x in var:data.items limit:3 %}", "{% for x in data.items limit:3 %}"),
        ("{% set x = var:y %}", "{% assign x = y %}"),
        ('{% set x = var:y:"z" %}', '{% assign x = y | default: "z" %}'),
        ("{% set n = 3 %}", "{% assign n = 3 %}"),
    ],
)
def test_a_tag_becomes_liquid(written: str, liquid: str) -> None:
    assert normalise(written) == liquid


@pytest.mark.parametrize(
    "text",
    [
        "var:x and 12:30, {not a tag}, { { x } }, 100 %",
        '{{ "var:x" }}',
        '{% if a == "var:b" %}',
        '{{ x | date: "%d:%m" }}',
        "{{ var | upcase }}",
        "{% raw %}{{ var:x }}{% endraw %}",
        "{{ unclosed",
        "{% unclosed",
        '<a href="mailto:a@b.c">it\'s &eacute; “so”</a>',
        "",
    ],
)
def test_what_is_no_merge_tag_is_left_alone(text: str) -> None:
    assert normalise(text) == text


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("Hello {{ var:profile.customer_firstname }}!", "Hello Zoé!"),
        ('{{ var:x:"a }} b" }} c', "a }} b c"),
        ('{{ "var:x }} {{ y" }}', "var:x }} {{ y"),
        ('{{var:x:"say \\"hi\\", it\'s"}}', 'say "hi", it\'s'),
        ('{% if var:profile.status:"none" == "gold" %}yes{% endif %}', "yes"),
        ('{% if var:x:"none" == "none" %}yes{% endif %}', "yes"),
        ('{% if var:x %}1{% elseif var:y:"d" == "d" %}2{% else %}3{% endif %}', "2"),
        ('{% if var:profile.status != "" %}{{ profile.status }}{% endif %}', "gold"),
        ('{% if var:profile.nothing != "" %}shown{% endif %}', ""),
        ('{% for i in var:data.items %}{{ var:i.name:"?" }},{% endfor %}', ""),
        ('{{ profile.first_name | append: var:x:"!" }}', "Zoé!"),
        ('{% case var:profile.status %}{% when "gold" %}G{% endcase %}', "G"),
        ('{% if var:profile.status contains "%}" %}no{% else %}yes{% endif %}', "yes"),
        ('{% set greeting = var:x:"Hello" %}{{ greeting }}', "Hello"),
    ],
)
def test_a_tag_prints_what_it_means(written: str, printed: str) -> None:
    assert text_of(written, **ZOE) == printed


def test_a_loop_over_posted_lines_reads_them_either_way() -> None:
    lines = [{"name": "Tea"}, {"name": ""}]
    text = '{% for line in var:data.items %}{{ var:line.name:"?" }}{{ line.name }};{% endfor %}'
    assert text_of(text, data={"items": lines}) == "TeaTea;?;"


@pytest.mark.parametrize(
    "text",
    [
        "{{ " * 100_000,
        "{% " * 100_000,
        '{{ "' * 100_000 + "}}",
        '{{ a "\n' * 30_000 + "}}",
        "{{ var:" * 50_000 + "}}",
        '{{ var:x:"' + "\\" * 100_000,
        "{{ " + "a." * 100_000 + " }}",
        "{{" + " " * 200_000 + "}}",
        '{{ " }} ' * 50_000,
        "{{ " + "var:x:" * 50_000 + " }}",
        "{{ " + "a[b" * 50_000 + " }}",
        "{%if%}" * 30_000 + '{% elseif var:x:"d" %}' * 3_000,
    ],
)
def test_hostile_text_is_read_in_linear_time(text: str) -> None:
    began = time.process_time()
    normalise(text)
    assert time.process_time() - began < 1


def test_a_profile_is_found_under_spreads_names_and_ours() -> None:
    names = profile_namespace({"first_name": "Zoé", "email": "z@example.com", "points": 3})
    assert names["customer_firstname"] == names["first_name"] == "Zoé"
    assert names["customer_email"] == "z@example.com"
    assert names["points"] == 3
    assert set(PROFILE_ALIASES) <= set(names)
