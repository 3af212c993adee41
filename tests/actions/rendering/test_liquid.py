"""Conditions, filters and missing values behave as a marketer expects."""

import pytest

from actions.rendering.texts import Texts
from tests.actions.rendering.rendering import failure_of, html_of, rendered, text_of


@pytest.mark.parametrize("value", [None, "", [], {}])
def test_nothing_is_nothing_whatever_its_form(value: object) -> None:
    text = '{% if x %}1{% endif %}{% if x != "" %}2{% endif %}{% if x == blank %}3{% endif %}{{ x | default: "4" }}'
    assert text_of(text, x=value) == text_of(text) == "34"


def test_a_missing_value_prints_empty_at_any_depth() -> None:
    assert text_of("[{{ a }}{{ a.b.c }}{{ a[0].b }}{{ a | upcase }}{{ a.b | date: 'long' }}{{ a | money }}]") == "[]"


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("n == 2", True),
        ('n == "2"', True),
        ("text == 2", True),
        ("text > 1", True),
        ("text > 10", False),
        ("missing > 1", False),
        ("missing < 1", False),
        ("flag == true", True),
        ("flag == 1", False),
        ('flag == "true"', False),
        ("n >= 2 and text <= 2", True),
        ("(n == 3 or text == 2) and flag", True),
        ("not missing", True),
        ('list contains "a"', True),
        ("list contains 2", True),
        ('word contains "ell"', True),
        ("n contains 2", False),
        ('missing contains "x"', False),
        ("n > word", False),
        ('"b" > "a"', True),
    ],
)
def test_conditions_compare_values_of_either_encoding(condition: str, holds: bool) -> None:
    context = {"n": 2, "text": "2", "flag": True, "list": ["a", "2"], "word": "hello"}
    assert text_of(f"{{% if {condition} %}}yes{{% else %}}no{{% endif %}}", **context) == ("yes" if holds else "no")


def test_a_case_compares_as_a_condition_does() -> None:
    assert text_of("{% case n %}{% when 2 %}two{% endcase %}", n="2") == "two"


@pytest.mark.parametrize(
    ("text", "language", "printed"),
    [
        ("{{ d | date }}", "fr", "1 mars 2026"),
        ("{{ d | date: 'long' }}", "en", "March 1, 2026"),
        ("{{ d | date: 'full' }}", "fr_FR", "dimanche 1 mars 2026"),
        ("{{ d | date: 'short' }}", "fr-FR", "01/03/2026"),
        ("{{ d | date: '%A %-d %B %Y' }}", "fr", "dimanche 1 mars 2026"),
        ("{{ d | date: '%d/%m/%y %H:%M' }}", "xx", "01/03/26 00:30"),
        ("{{ d | date: '%999999999d' }}", "en", "%999999999d"),
        ("{{ d | date: 'time' }}", "fr", "00:30"),
        ("{{ '2026-03-01' | date: 'long' }}", "fr", "1 mars 2026"),
        ("{{ 0 | date: '%Y' }}", "en", "1970"),
        ("{{ 'soon' | date: 'long' }}", "fr", "soon"),
        ("{{ '1567.5' | money: 'EUR' }}", "fr", "1 567,50 €"),
        ("{{ 15.67 | money: 'usd' }}", "en", "$15.67"),
        ("{{ 15 | money: 'JPY' }}", "en", "¥15"),
        ("{{ '15,67' | money }}", "fr", "15,67 €"),
        ("{{ 'free' | money }}", "fr", "free"),
        ("{{ 1234567.891 | number }}", "fr", "1 234 567,891"),
        ("{{ 5 | number: 2 }}", "en", "5.00"),
    ],
)
def test_dates_and_amounts_are_written_for_their_reader(text: str, language: str, printed: str) -> None:
    made = text_of(text, language=language, time_zone="Europe/Paris", d="2026-02-28T23:30:00Z")
    assert made.replace("\u202f", " ").replace("\xa0", " ") == printed


def test_values_are_escaped_in_html_and_only_there() -> None:
    texts = Texts(subject="{{ x }}", html="<p>{{ x }}</p>", text="{{ x }}")
    made = rendered(texts, x="<b>&'\"")
    assert (made.subject, made.html, made.text) == ("<b>&'\"", "<p>&lt;b&gt;&amp;&#39;&#34;</p>", "<b>&'\"")


@pytest.mark.parametrize("trick", ["safe", "url_decode", "base64_decode", "escapejs"])
def test_no_filter_lets_markup_of_a_value_through(trick: str) -> None:
    assert failure_of(Texts(html=f"{{{{ x | {trick} }}}}"), x="<script>") == "unknown_filter"


@pytest.mark.parametrize(
    "chain",
    ["append: x", "prepend: x", "replace: 'z', x", "capitalize", "strip", "split: ',' | join: ' '", "escape_once"],
)
def test_filters_keep_values_escaped(chain: str) -> None:
    assert "<script" not in html_of(
        f"{{{{ x | {chain} }}}}{{% capture y %}}{{{{ x }}}}{{% endcapture %}}{{{{ y }}}}", x="<script>"
    )


def test_a_subject_is_one_line() -> None:
    made = rendered(Texts(subject="Hello\r\nBcc: {{ x }}"), x="a\nb\r\n\x00\x07c")
    assert made.subject == "Hello Bcc: a b c"


def test_control_characters_reach_no_message() -> None:
    made = rendered(Texts(html="<p>\x08{{ x.y[0] }}</p>", text="\x00{{ x.y[0] }}"), x={"y": ["a\x00\x1bb\ttab"]})
    assert (made.html, made.text) == ("<p>ab\ttab</p>", "ab\ttab")


def test_templates_cannot_load_others_nor_reach_python() -> None:
    assert failure_of(Texts(text="{% include 'x' %}")) == "syntax"
    assert failure_of(Texts(text="{% render 'x' %}")) == "syntax"
    assert text_of("[{{ x.__class__ }}{{ x.keys }}{{ x['__init__'] }}]", x={"a": 1}) == "[]"
