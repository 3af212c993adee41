"""What is wrong with a text is said with its line and what to do."""

import pytest
from django.utils import translation

from actions.rendering.problems import MESSAGES, describe, problems, variables
from actions.rendering.renderer import renderer
from actions.rendering.texts import Job, Problem, RenderFailed, Texts


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a\n{{ x", "Line 2: “{{ x” is never closed. Add }} or %} where the tag ends."),
        ("a\n\n{% if x %}b", "Line 3: {% if %} is never closed. Add {% endif %} where it ends."),
        ("{% endfor %}", "Line 1: {% endfor %} closes nothing. Remove it, or add the tag that it belongs to."),
        ("{% bogus %}", "Line 1: There is no tag {% bogus %}. Check its spelling."),
        ("{{ x | bogus }}", "Line 1: There is no filter “bogus”. Check its spelling, or remove it."),
        ("{{ x | plus: }}", "Line 1: “{{ x | plus: }}”: the filter needs other values behind its colon."),
        ("{{ x y }}", "Line 1: “{{ x y }}” cannot be read. Check the spelling, the quotes and the braces."),
        (
            "{% if a = 3 %}{% endif %}",
            "Line 1: “{% if a = 3 %}” cannot be read. Check the spelling, the quotes and the braces.",
        ),
    ],
)
def test_a_mistake_is_named_with_its_line(text: str, said: str) -> None:
    with translation.override("en"):
        assert problems(text) == [said]


def test_all_mistakes_are_found_at_once_in_the_order_of_their_lines() -> None:
    found = renderer().inspect("{{ a b }}\n{{ c | nope }}\n{% if d %}\n{{ e").problems
    assert [(p.line, p.code) for p in found] == [
        (1, "syntax"),
        (2, "unknown_filter"),
        (3, "unclosed_block"),
        (4, "unclosed_tag"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no tags, 100 % {sure}",
        "{% if var:a %}{% elseif b %}{% else %}{% endif %}",
        "{% for i in x %}{% if i == 2 %}{% break %}{% endif %}{{ forloop.index }}{% else %}none{% endfor %}",
        "{% case x %}{% when 1 %}a{% else %}b{% endcase %}",
        "{% raw %}{{ {% bogus {% endraw %}{% comment %}{{ x y }}{% endcomment %}",
        "{{ x | divided_by: y }}",
        "{% unless x %}{% endunless %}{% capture y %}{% endcapture %}{{ y }}",
    ],
)
def test_a_right_text_has_no_problem(text: str) -> None:
    assert problems(text) == []


def test_html_is_checked_as_html() -> None:
    with translation.override("en"):
        [said] = problems("<mjml><mj-body><mj-section></mj-body></mjml>", is_html=True)
    assert said.startswith("The MJML cannot be read (")
    assert (
        problems("<mjml><mj-body>{% if x %}<mj-section></mj-section>{% endif %}</mj-body></mjml>", is_html=True) == []
    )
    assert problems("<style>{% if x %}p{}{% endif %}</style>", is_html=True) == []


def test_the_variables_of_a_text_are_those_it_asks_its_context_for() -> None:
    text = (
        '{{ var:profile.first_name:"x" }}'
        "{% for line in data.items %}{{ line.name }}{{ data.items[0].price }}{% endfor %}"
        '{% set total = data.order.amount %}{{ total }}{% if var:site.name:"n" == "b" %}{% endif %}'
    )
    assert variables(text) == {
        "profile.first_name",
        "data.items",
        "data.items[0].price",
        "data.order.amount",
        "site.name",
    }


def test_the_variables_of_a_broken_text_are_not_known() -> None:
    assert variables("{{ profile.first_name }}{% if") == set()


def test_a_failed_message_says_why() -> None:
    made = renderer().render(Job(Texts(html="<p>\n{{ 1 | divided_by: 0 }}</p>")))
    assert isinstance(made, RenderFailed)
    with translation.override("en"):
        assert (
            made.message == "Line 2: A filter cannot work with the value it was given (divided_by: can't divide by 0)."
        )


@pytest.mark.parametrize("code", sorted(MESSAGES))
def test_every_problem_has_a_sentence(code: str) -> None:
    assert describe(Problem(code, 3, "100%")).strip()
