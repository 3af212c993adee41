"""The pages of newsletters."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse

from actions.mailings.newsletters import schedule_newsletter
from actions.mailings.preparing import prepare_all
from actions.models import Delivery
from crm import clock
from crm.models import Newsletter, User
from tests.crm.admin.forms import errors_of, save
from tests.factories.deliveries import a_definition, a_profile
from tests.factories.mailings import a_begun_newsletter, a_newsletter, a_prepared_newsletter, a_template, people_in
from tests.factories.messages import TemplateFactory
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db

ADD = "admin:crm_newsletter_add"
VERBS = ("test", "send", "unschedule", "pause", "resume", "cancel", "copy")


def at(newsletter: Newsletter, page: str) -> str:
    return reverse(f"admin:crm_newsletter_{page}", args=[newsletter.pk])


def text(response: Any) -> str:
    return response.content.decode()


def somebody(*names: str) -> User:
    user: User = UserFactory(is_superuser=False)
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    return user


def test_one_is_written_and_leads_to_its_page(admin: Client) -> None:
    a_definition()
    template, segment = a_template(), people_in("fr")
    response = save(
        admin,
        reverse(ADD),
        name="Spring",
        template=template.pk,
        segment=segment.pk,
        purpose="marketing",
        marketing_consents=["NewsEmail"],
    )
    newsletter = Newsletter.objects.get()
    assert response.headers["Location"] == at(newsletter, "page")
    assert (newsletter.consents, newsletter.segment, newsletter.status) == (["NewsEmail"], segment, "draft")
    assert newsletter.history.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"marketing_consents": []}, "marketing_consents"),
        ({"purpose": "service"}, "legal_bases"),
        ({"per_minute": "0"}, "per_minute"),
        ({"per_minute": "99999999999999999999"}, "per_minute"),
        ({"template": ""}, "template"),
        ({"name": "x" * 200}, "name"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(admin: Client, changes: dict[str, Any], field: str) -> None:
    a_definition()
    given = {"name": "Spring", "template": a_template().pk, "purpose": "marketing", "marketing_consents": ["NewsEmail"]}
    response = save(admin, reverse(ADD), **{**given, **changes})
    assert response.status_code == 200
    assert field in errors_of(response)
    assert not Newsletter.objects.exists()


def test_the_page_shows_all_and_what_is_wrong(admin: Client) -> None:
    a_profile("zoe@example.com", first_name="Zoé")
    page = text(admin.get(at(a_newsletter(), "page")))
    assert "Zoé" in page
    assert "sandbox" in page
    broken = text(admin.get(at(a_newsletter(template=TemplateFactory()), "page")))
    assert "disabled" in broken


def test_the_message_is_shown_for_a_chosen_profile(admin: Client) -> None:
    a_profile(first_name="Ada")
    zoe = a_profile(first_name="Zoé")
    newsletter = a_newsletter()
    frame = admin.get(at(newsletter, "message"), {"profile": zoe.pk})
    assert "Bonjour Zoé" in text(frame)
    assert "sandbox" in frame.headers["Content-Security-Policy"]
    assert "Bonjour Zoé" in text(admin.get(at(newsletter, "message"), {"profile": zoe.pk, "part": "text"}))
    found = text(admin.get(at(newsletter, "profiles"), {"q": "Zoé"}, headers={"HX-Request": "true"}))
    assert f"?profile={zoe.pk}" in found
    for nonsense in ("x", "9" * 30, "-1"):
        assert admin.get(at(newsletter, "message"), {"profile": nonsense}).status_code == 200


def test_it_is_sent_after_a_question_that_says_to_how_many(admin: Client) -> None:
    for _ in range(3):
        a_profile()
    newsletter = a_newsletter()
    assert "3" in text(admin.get(at(newsletter, "send")))
    assert newsletter.status == "draft"
    admin.post(at(newsletter, "send"), {"when": "now"})
    prepare_all()
    assert Delivery.objects.filter(newsletter_id=newsletter.pk).count() == 3
    assert LogEntry.objects.filter(object_id=str(newsletter.pk)).count() == 1


def test_a_time_is_meant_in_the_shops_zone(admin: Client) -> None:
    a_profile()
    newsletter = a_newsletter()
    local = clock.now().astimezone(ZoneInfo("Europe/Paris")) + timedelta(days=1)
    admin.post(at(newsletter, "send"), {"when": "later", "at": f"{local:%Y-%m-%dT%H:%M}"})
    newsletter.refresh_from_db()
    assert newsletter.status == "scheduled"
    assert newsletter.send_at == local.replace(second=0, microsecond=0)


@pytest.mark.parametrize("nonsense", ["", "soon", "2026-13-45T99:99", "0001-01-01T00:00", "\0", "9" * 500])
def test_a_time_that_is_none_is_asked_for_again(admin: Client, nonsense: str) -> None:
    a_profile()
    newsletter = a_newsletter()
    response = admin.post(at(newsletter, "send"), {"when": "later", "at": nonsense}, follow=True)
    assert response.status_code == 200
    assert Newsletter.objects.get().status == "draft"


def test_it_is_paused_resumed_and_cancelled_on_its_page(admin: Client) -> None:
    a_profile()
    newsletter = a_prepared_newsletter()
    for page, status in (("pause", "paused"), ("resume", "sending"), ("cancel", "cancelled")):
        assert admin.get(at(newsletter, "page")).status_code == 200
        admin.post(at(newsletter, page))
        newsletter.refresh_from_db()
        assert newsletter.status == status
    assert "cannot" not in text(admin.get(at(newsletter, "progress")))


def test_a_step_that_is_no_longer_possible_is_refused_in_words(admin: Client) -> None:
    newsletter = a_newsletter()
    for page in ("unschedule", "pause", "resume", "cancel"):
        response = admin.post(at(newsletter, page), follow=True)
        assert response.status_code == 200
        assert [str(message) for message in response.context["messages"]]
    assert Newsletter.objects.get().status == "draft"


def test_what_has_begun_cannot_be_changed_or_deleted(admin: Client) -> None:
    a_profile()
    newsletter = a_begun_newsletter(name="Spring")
    change = reverse("admin:crm_newsletter_change", args=[newsletter.pk])
    assert admin.get(change).headers["Location"] == at(newsletter, "page")
    admin.post(change, {"name": "Autumn"})
    assert admin.post(reverse("admin:crm_newsletter_delete", args=[newsletter.pk]), {"post": "yes"}).status_code == 403
    assert Newsletter.objects.get().name == "Spring"


def test_a_draft_that_begins_while_its_form_is_open_is_not_overwritten(admin: Client) -> None:
    a_profile()
    newsletter = a_newsletter(name="Spring", template=a_template())
    response = save(admin, reverse("admin:crm_newsletter_change", args=[newsletter.pk]), name="Autumn")
    assert response.status_code == 302
    newsletter.refresh_from_db()
    schedule_newsletter(newsletter)
    save_again = admin.post(reverse("admin:crm_newsletter_change", args=[newsletter.pk]), {"name": "Winter"})
    assert save_again.status_code == 302
    newsletter.refresh_from_db()
    assert (newsletter.name, newsletter.status) == ("Autumn", "scheduled")


def test_sending_is_a_permission_of_its_own(client: Client) -> None:
    a_profile()
    newsletter = a_newsletter()
    client.force_login(somebody("view_newsletter", "change_newsletter", "view_template", "view_segment"))
    page = text(client.get(at(newsletter, "page")))
    assert at(newsletter, "send") not in page
    for verb in VERBS:
        expected = {302} if verb == "test" else {403}
        assert client.post(at(newsletter, verb), {"to": "me@shop.example"}).status_code in expected, verb
    client.force_login(somebody("view_newsletter", "send_newsletter"))
    assert at(newsletter, "send") in text(client.get(at(newsletter, "page")))
    assert client.post(at(newsletter, "send"), {"when": "now"}).status_code == 302
    assert Newsletter.objects.get().status == "scheduled"


def test_a_marketer_may_send_and_customer_service_may_not() -> None:
    may = {}
    for role in ("Administrator", "Marketer", "Customer service"):
        user = somebody()
        user.groups.add(Group.objects.get(name=role))
        may[role] = {user.has_perm("crm.send_newsletter"), user.has_perm("crm.activate_scenario")}
    assert may == {"Administrator": {True}, "Marketer": {True}, "Customer service": {False}}


def test_who_may_see_no_profiles_sees_none(client: Client) -> None:
    zoe = a_profile(first_name="Zoé")
    newsletter = a_newsletter()
    client.force_login(somebody("view_newsletter"))
    assert "Zoé" not in text(client.get(at(newsletter, "page")))
    assert "Zoé" not in text(client.get(at(newsletter, "message"), {"profile": zoe.pk}))
    assert client.get(at(newsletter, "profiles"), {"q": "Z"}).status_code == 403


def test_nobody_else_sees_anything(client: Client) -> None:
    newsletter = a_newsletter()
    client.force_login(somebody())
    for page in ("page", "progress", "message", "profiles", *VERBS):
        assert client.get(at(newsletter, page)).status_code in {403, 405}, page
        assert client.post(at(newsletter, page)).status_code in {403, 405}, page


def test_the_figures_ask_a_fixed_number_of_queries(admin: Client, django_assert_max_num_queries: Any) -> None:
    for _ in range(20):
        a_profile()
    newsletter = a_prepared_newsletter()
    with django_assert_max_num_queries(14):
        page = text(admin.get(at(newsletter, "progress"), {"status": "sending"}))
    assert "20" in page
    assert admin.get(at(newsletter, "progress"), {"status": "preparing"}).headers["HX-Refresh"] == "true"
