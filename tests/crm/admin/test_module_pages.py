"""What a module's page says and asks for is written in the back-office."""

import pytest
from django.test import Client
from django.urls import reverse

from crm.models import Module
from tests.factories.consents import ConsentDefinitionFactory
from tests.factories.modules import ModuleFactory
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
INLINE = {"referral_settings-TOTAL_FORMS": "0", "referral_settings-INITIAL_FORMS": "0"}


def visitor() -> Client:
    client = Client()
    client.force_login(UserFactory())
    return client


def test_a_page_is_set_up_and_shown_again():
    ConsentDefinitionFactory(name="NewsEmail")
    client = visitor()
    form = {"name": "Survey", "slug": "survey", "kind": "form", "language": "en", "title": "Tell us", "intro": "Hello"}
    lists = {"asks": ["first_name", "birthday"], "questions": "Tea?\nCoffee?", "consents": ["NewsEmail"]}

    answer = client.post(reverse("admin:crm_module_add"), {**form, **lists, **INLINE, "thanks": "Bye"})

    assert answer.status_code == 302, answer.context["errors"]
    module = Module.objects.get()
    assert module.settings["page"] == {
        "title": "Tell us",
        "intro": "Hello",
        "asks": ["first_name", "birthday"],
        "questions": ["Tea?", "Coffee?"],
        "consents": ["NewsEmail"],
        "thanks": "Bye",
    }
    page = client.get(reverse("admin:crm_module_change", args=[module.pk])).content.decode()
    assert "Tell us" in page
    assert "/m/survey/" in page
    hosted = Client().get("/m/survey/").content.decode()
    assert all(words in hosted for words in ("Tell us", "Hello", "Tea?", "Coffee?"))


@pytest.mark.parametrize("wrong", [{"asks": ["email_key"]}, {"consents": ["Nope"]}, {"questions": "x" * 201}])
def test_what_no_page_can_ask_is_refused(wrong):
    form = {"name": "Survey", "slug": "survey", "kind": "form", "language": "", **INLINE}

    answer = visitor().post(reverse("admin:crm_module_add"), {**form, **wrong})

    assert answer.status_code == 200
    assert not Module.objects.exists()


def test_a_game_has_no_page_to_link_to():
    module = ModuleFactory(kind="game")

    page = visitor().get(reverse("admin:crm_module_change", args=[module.pk])).content.decode()

    assert f"/m/{module.slug}/" not in page
