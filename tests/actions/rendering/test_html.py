"""HTML leaves ready for mail programs, with a text beside it."""

from actions.rendering.texts import Texts
from tests.actions.rendering.rendering import failure_of, html_of, rendered

TABLE = """<html><head><style>.price{color:red}</style></head><body>
<table>
{% for line in data.items %}<tr><td {% if line.big %}class="price"{% endif %}>{{ line.name }}</td></tr>{% endfor %}
</table>
</body></html>"""


def test_styles_are_inlined_and_kept_for_programs_that_read_them() -> None:
    made = html_of('<style>p{color:red} @media (max-width:9px){p{color:blue}}</style><p>{{ x:"a" }}</p>')
    assert '<p style="color: red;">a</p>' in made
    assert "@media" in made


def test_html_without_styles_is_left_as_it_was_written() -> None:
    html = "<TABLE><tr><td>&nbsp;é<br></table>"
    assert html_of(html) == html


def test_tags_between_the_rows_of_a_table_stay_there() -> None:
    made = html_of(TABLE, data={"items": [{"name": "A", "big": True}, {"name": "B"}]})
    assert made.index("<table>") < made.index(">A<") < made.index(">B<") < made.index("</table>")
    assert made.count("</tr>") == 2


def test_a_style_sheet_with_tags_is_finished_message_by_message() -> None:
    html = "<style>{% if vip %}p{color:gold}{% else %}p{color:gray}{% endif %}</style><p style='margin:{{ m }}px'>x</p>"
    assert "color: gold" in html_of(html, vip=True, m=3)
    assert "color: gray" in html_of(html, m=3)
    assert "margin:3px" in html_of(html, m=3).replace(" ", "")


def test_mjml_becomes_html_with_its_tags() -> None:
    mjml = (
        "<mjml><mj-body>{% for line in data.items %}<mj-section><mj-column><mj-text>{{ line.name }}</mj-text>"
        '<mj-button href="https://shop.example/?q={{ line.name:"all" }}">Buy</mj-button></mj-column></mj-section>'
        "{% endfor %}</mj-body></mjml>"
    )
    made = rendered(Texts(html=mjml, preheader="Look"), data={"items": [{"name": "A&B"}, {"name": "C"}]})
    assert "<mj-" not in made.html
    assert "https://shop.example/?q=A&amp;B" in made.html
    assert "googleapis" not in made.html
    assert made.text == "A&B\n\nBuy (https://shop.example/?q=A&B)\n\nC\n\nBuy (https://shop.example/?q=C)"


def test_mjml_that_cannot_be_read_fails_with_the_reason() -> None:
    assert failure_of(Texts(html="<mjml><mj-body><mj-section></mj-body></mjml>")) == "markup"


def test_the_preheader_stands_first_in_the_body_and_not_in_the_text() -> None:
    made = rendered(Texts(html="<html><body><p>Hi</p></body></html>", preheader="{{ n }} < 3 & more"), n="<b>")
    assert made.html.startswith("<html><body><div data-preheader")
    assert "&lt;b&gt; &lt; 3 &amp; more" in made.html
    assert made.text == "Hi"


def test_the_text_is_made_from_the_html_where_none_is_written() -> None:
    html = (
        "<head><title>no</title></head><h1>Hello {{ name }}</h1><p>One<br>two &amp; three</p>"
        "<ul><li>a</li><li>b</li></ul>"
        '<p style="display: none">no</p><script>no</script><a href="{{ unsubscribe_url }}">Unsubscribe</a>'
        '<a href="https://a.example"><img src="x.png" alt="Logo"></a><a href="mailto:a@b.c">a@b.c</a>'
    )
    made = rendered(Texts(html=html), name="<Zoé>", unsubscribe_url="https://s.example/u?a=1&b=2")
    assert made.text == (
        "Hello <Zoé>\n\nOne\ntwo & three\n\n- a\n- b\n\n"
        "Unsubscribe (https://s.example/u?a=1&b=2)Logo (https://a.example)a@b.c"
    )


def test_a_block_that_prints_nothing_leaves_no_gap_in_the_text() -> None:
    html = "<p>a</p>{% if x %}<p>b</p>{% endif %}{% for i in y %}<p>{{ i }}</p>{% endfor %}<p>c</p>"
    assert rendered(Texts(html=html)).text == "a\n\nc"
    assert rendered(Texts(html=html), x=1, y=[1, 2]).text == "a\n\nb\n\n1\n\n2\n\nc"


def test_a_written_text_is_taken_as_it_is() -> None:
    assert rendered(Texts(html="<p>a</p>", text="  {{ x }}\n\n\n\nb "), x="<>").text == "  <>\n\n\n\nb "


def test_words_that_look_like_our_markers_stay_words() -> None:
    assert html_of("<p>lqd0x {{ x }} LQDQ1x</p>", x=1) == "<p>lqd0x 1 LQDQ1x</p>"
