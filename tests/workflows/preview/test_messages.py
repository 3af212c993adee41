import pytest

from tests.factories.drafts import document, mail, tag, trigger
from tests.factories.messages import TemplateFactory, TemplateTextFactory
from tests.factories.people import ProfileFactory
from tests.factories.sales import OrderFactory
from workflows.preview.messages import profile_to_show, render_messages, sample_data
from workflows.preview.recap import action_of

pytestmark = pytest.mark.django_db


def render_message(action, made, profile):
    return render_messages([action], made, profile)[0]


def test_a_message_is_rendered_for_the_profile():
    profile = ProfileFactory(first_name="Anna")
    made = document(mail(html="<p>{{ var:profile.customer_firstname }} in {{ profile.city }}</p>"))

    shown = render_message(action_of(made["steps"][0]), made, profile)

    assert shown.subject == "Hello Anna"
    assert "<p>Anna in </p>" in shown.html


def test_a_template_is_shown_in_the_language_of_the_profile():
    template = TemplateFactory()
    TemplateTextFactory(template=template, language="fr", subject="Bonjour")
    TemplateTextFactory(template=template, language="en", subject="Hello")
    made = document(mail(source="template", template=str(template.uid)))

    shown = render_message(action_of(made["steps"][0]), made, ProfileFactory(language="en"))

    assert shown.subject == "Hello"


def test_data_comes_from_the_last_event_of_the_profile():
    profile = ProfileFactory()
    OrderFactory(profile=profile, reference="O-17", status="paid")
    made = document(mail(subject="Order {{ data.order.reference }}"))

    assert render_message(action_of(made["steps"][0]), made, profile).subject == "Order O-17"


def test_where_nothing_happened_tags_show_what_will_stand_there():
    made = document(mail(), triggers=[trigger("profile_updated", fields_watched=["city"])])

    assert sample_data(made, ProfileFactory())["field"]["new"].startswith("[")


def test_a_text_that_cannot_be_rendered_says_why():
    made = document(mail(subject="{{ profile.first_name"))

    assert render_message(action_of(made["steps"][0]), made, ProfileFactory()).error


def test_an_action_that_sends_nothing_has_no_message():
    assert render_message(action_of(tag()), document(tag()), None) is None


def test_the_profile_shown_is_the_chosen_one_else_one_with_events():
    busy, quiet = ProfileFactory(), ProfileFactory()
    OrderFactory(profile=busy)

    assert profile_to_show(str(quiet.pk)) == quiet
    assert profile_to_show("") == busy
    assert profile_to_show("no number") == busy
    assert profile_to_show("999999999") == busy


def test_there_may_be_no_profile_at_all():
    made = document(mail())

    assert profile_to_show("") is None
    assert render_message(action_of(made["steps"][0]), made, None).subject == "Hello [first name]"
