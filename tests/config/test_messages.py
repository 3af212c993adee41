"""Texts to translate are found without gettext, and a gap in the French catalog is named."""

import polib
import pytest
from django.utils import translation

from config import messages
from config.messages import Message

TEMPLATE = """{% load i18n %}{% translate "Hello" %} {{ _("there") }} {{ x|default:_("none") }} it's
{% translate "May" context "month" %}
{% blocktranslate trimmed with a=b %}
  Hi {{ a }},
  welcome
{% endblocktranslate %}
{% blocktranslate count n=x %}one run{% plural %}{{ n }} runs{% endblocktranslate %}"""


def test_texts_of_a_template_are_found() -> None:
    assert set(messages.in_template(TEMPLATE)) == {
        Message(None, "Hello", None),
        Message(None, "there", None),
        Message(None, "none", None),
        Message("month", "May", None),
        Message(None, "Hi %(a)s, welcome", None),
        Message(None, "one run", "%(n)s runs"),
    }


def test_texts_of_python_are_found() -> None:
    source = """
_("one" " text")
ngettext_lazy("%(n)d run", "%(n)d runs", "n")
translation.pgettext("month", "May")
_(variable)
other("not this")
"""
    assert list(messages.in_python(source)) == [
        Message(None, "one text", None),
        Message(None, "%(n)d run", "%(n)d runs"),
        Message("month", "May", None),
    ]


def catalog(**texts: str) -> polib.POFile:
    file = polib.POFile()
    file.extend(polib.POEntry(msgid=text, msgstr=french) for text, french in texts.items())
    return file


@pytest.mark.parametrize(
    ("texts", "problem"),
    [
        ({}, "untranslated: 'Run' (a.py)"),
        ({"Run": ""}, "untranslated: 'Run' (a.py)"),
        ({"Run": "Exécution", "Old": "Vieux"}, "no longer used: 'Old'"),
        ({"Run": "Exécution %(n)s"}, "placeholders differ: 'Run' -> 'Exécution %(n)s' (a.py)"),
    ],
)
def test_a_gap_is_named(texts: dict[str, str], problem: str) -> None:
    found = {Message(None, "Run", None): ["a.py"]}
    assert list(messages.problems(catalog(**texts), found)) == [problem]


def test_updating_keeps_translations_and_drops_what_is_gone() -> None:
    file = catalog(Run="Exécution", Old="Vieux")
    messages.update(file, {Message(None, "Run", None): ["a.py"], Message(None, "Step", None): ["b.py"]})
    assert {entry.msgid: entry.msgstr for entry in file} == {"Run": "Exécution", "Step": ""}


def test_the_admin_theme_speaks_french() -> None:
    with translation.override("fr"):
        assert translation.gettext("Apply Filters") == "Appliquer les filtres"
