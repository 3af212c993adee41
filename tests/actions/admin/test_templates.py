"""Templates and webhook targets in the back-office."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from actions.integrations import make_target, signing_secrets
from actions.models import Integration
from crm.models import Template
from tests.crm.admin.forms import errors_of, save
from tests.factories.people import ProfileFactory, UserFactory

pytestmark = pytest.mark.django_db

PREVIEW = "admin:crm_template_preview"


def test_a_template_is_written_in_several_languages(admin: Client) -> None:
    texts = {"texts-TOTAL_FORMS": "2", "texts-0-language": "fr", "texts-0-subject": "Bonjour"}
    more = {"texts-1-language": "en", "texts-1-subject": "Hello", "texts-1-html": "<p>Hi</p>"}
    response = save(admin, reverse("admin:crm_template_add"), name="Welcome", **texts, **more)
    assert response.status_code == 302
    template = Template.objects.get()
    assert {text.language: text.subject for text in template.texts.all()} == {"fr": "Bonjour", "en": "Hello"}
    assert template.history.count() == 1


def test_one_language_is_written_once(admin: Client) -> None:
    texts = {"texts-TOTAL_FORMS": "2", "texts-0-language": "fr", "texts-0-subject": "Bonjour"}
    more = {"texts-1-language": "fr", "texts-1-subject": "Salut"}
    response = save(admin, reverse("admin:crm_template_add"), name="Welcome", **texts, **more)
    assert response.status_code == 200
    assert not Template.objects.exists()


def test_the_preview_shows_the_message_for_somebody_the_shop_knows(admin: Client) -> None:
    ProfileFactory(first_name="Ada")
    parts = {"subject": "x", "html": "<h1>Hello {{ var:profile.customer_firstname }}</h1>", "language": "en"}
    frame = admin.post(reverse(PREVIEW), parts)
    assert "Hello Ada" in frame.content.decode()
    assert "sandbox" in frame.headers["Content-Security-Policy"]


def test_the_preview_says_what_is_wrong(admin: Client) -> None:
    frame = admin.post(reverse(PREVIEW), {"html": "{% if %}<script>alert(1)</script>"})
    assert frame.status_code == 200
    assert "cannot be sent" in frame.content.decode()
    assert "<script>" not in frame.content.decode()


def test_the_preview_is_for_those_who_may_see_templates(client: Client) -> None:
    client.force_login(UserFactory(is_superuser=False))
    assert client.post(reverse(PREVIEW), {}).status_code == 403
    assert client.get(reverse(PREVIEW)).status_code == 405


def test_who_may_not_see_profiles_sees_no_data_of_one(client: Client) -> None:
    ProfileFactory(first_name="Ada")
    writer = UserFactory(is_superuser=False)
    writer.user_permissions.add(Permission.objects.get(content_type__app_label="crm", codename="view_template"))
    client.force_login(writer)
    frame = client.post(reverse(PREVIEW), {"html": "<h1>Hello {{ profile.first_name }}!</h1>", "language": "en"})
    assert frame.status_code == 200
    assert "Hello" in frame.content.decode()
    assert "Ada" not in frame.content.decode()


def test_the_secret_of_a_target_is_shown_once(admin: Client) -> None:
    response = save(
        admin, reverse("admin:actions_integration_add") + "?kind=webhook", name="ERP", url="https://erp.example/hook"
    )
    target = Integration.objects.get()
    secret = signing_secrets(target)[0]
    assert (target.settings["url"], target.is_active) == ("https://erp.example/hook", True)
    assert secret in response.content.decode()
    assert "no-store" in response.headers["Cache-Control"]
    page = reverse("admin:actions_integration_change", args=[target.pk])
    assert secret not in admin.get(page).content.decode()
    renewed = save(admin, page, renews="on")
    target.refresh_from_db()
    assert signing_secrets(target)[0] in renewed.content.decode()
    assert signing_secrets(target)[1] == secret


def test_a_target_is_switched_off_and_not_deleted(admin: Client) -> None:
    target, _secret = make_target(name="ERP", url="https://erp.example/hook")
    assert admin.post(reverse("admin:actions_integration_delete", args=[target.pk]), {"post": "yes"}).status_code == 403
    assert Integration.objects.exists()


def test_an_address_that_is_none_is_refused(admin: Client) -> None:
    response = save(
        admin, reverse("admin:actions_integration_add") + "?kind=webhook", name="ERP", url="ftp://erp.example"
    )
    assert list(errors_of(response)) == ["url"]
    assert not Integration.objects.exists()


def test_a_tag_that_nothing_sets_is_said_when_the_template_is_saved(admin: Client) -> None:
    text = {"texts-TOTAL_FORMS": "1", "texts-0-language": "en", "texts-0-subject": "Hi {{ profile.first_name }}"}
    html = "<p>{{ profile.firstnam }} {{ data.coupon.code }}</p>"
    save(admin, reverse("admin:crm_template_add"), name="Welcome", **text, **{"texts-0-html": html})
    page = admin.get(reverse("admin:crm_template_changelist")).content.decode()
    assert "Nothing sets {{ profile.firstnam }} here" in page
    assert "data.coupon.code" not in page


def test_the_page_offers_tags_to_insert(admin: Client) -> None:
    page = admin.get(reverse("admin:crm_template_add")).content.decode()
    assert 'data-insert="{{ profile.first_name }}"' in page
    assert 'data-insert="{{ unsubscribe_url }}"' in page


def test_subject_and_problems_stand_beside_the_preview(admin: Client) -> None:
    ProfileFactory(first_name="Ada")
    parts = {"subject": "Hello {{ profile.first_name }}", "html": "<p>{{ profile.nope }}</p>", "language": "en"}
    said = admin.post(f"{reverse(PREVIEW)}?part=said", parts).json()
    assert said == {"subject": "Hello Ada", "problems": ["Nothing sets {{ profile.nope }} here: it will be empty."]}


@pytest.mark.parametrize("kind", ["newsletter", "scenario"])
def test_a_new_template_is_written_from_the_form_of_a_mailing(admin: Client, kind: str) -> None:
    page = admin.get(reverse(f"admin:crm_{kind}_add")).content.decode()
    assert "Write a new template" in page
    assert f"{reverse('admin:crm_template_add')}?_to_field=id&amp;_popup=1" in page


def test_who_may_not_write_templates_is_offered_none(client: Client) -> None:
    writer = UserFactory(is_superuser=False)
    for name in ("add_newsletter", "view_newsletter", "view_template"):
        writer.user_permissions.add(Permission.objects.get(content_type__app_label="crm", codename=name))
    client.force_login(writer)
    assert "Write a new template" not in client.get(reverse("admin:crm_newsletter_add")).content.decode()
