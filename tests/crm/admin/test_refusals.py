"""What a service refuses is said in the form; nothing is saved and nothing falls over."""

import pytest
from django.test import Client
from django.urls import reverse

from crm.models import ConsentDefinition, Order, Profile
from tests.crm.admin.forms import errors_of, save
from tests.factories.consents import ConsentFactory, LegalBasisFactory
from tests.factories.people import CustomFieldFactory, ProfileFactory
from tests.factories.sales import OrderFactory
from triggers.models import Event

pytestmark = pytest.mark.django_db


def url(name: str, *args: object) -> str:
    return reverse(f"admin:crm_{name}", args=args)


@pytest.mark.parametrize(
    ("field", "typed"),
    [("mobile", "not a phone"), ("country", "XX"), ("language", "klingon"), ("email", "taken@example.com")],
)
def test_a_value_that_is_refused_is_shown_at_its_field(admin: Client, field: str, typed: str) -> None:
    ProfileFactory(email="Taken@example.com")
    profile = ProfileFactory(first_name="Ada")
    before = Event.objects.count()
    response = save(admin, url("profile_change", profile.pk), first_name="Eva", **{field: typed})
    assert response.status_code == 200
    assert list(errors_of(response)) == [field]
    assert Profile.objects.get(pk=profile.pk).first_name == "Ada"
    assert Event.objects.count() == before


def test_a_profile_needs_an_address_or_an_id(admin: Client) -> None:
    response = save(admin, url("profile_add"), first_name="Nobody")
    assert response.status_code == 200
    assert errors_of(response)
    assert not Profile.objects.exists()


def test_a_custom_value_of_the_wrong_kind_is_shown_at_its_field(admin: Client) -> None:
    CustomFieldFactory(name="size", type="number")
    response = save(admin, url("profile_change", ProfileFactory().pk), custom_size="large")
    assert list(errors_of(response)) == ["custom_size"]


def test_a_refused_legal_basis_stays_refused(admin: Client) -> None:
    consent = ConsentFactory(definition=LegalBasisFactory(), status="refused")
    response = save(admin, url("profile_change", consent.profile_id), **{"consents-0-status": "accepted"})
    assert response.status_code == 200
    assert "__all__" in errors_of(response)
    consent.refresh_from_db()
    assert consent.status == "refused"


def test_a_status_that_lies_behind_stays_and_is_said(admin: Client) -> None:
    order = OrderFactory(status="shipped")
    response = save(admin, url("order_change", order.pk), status="new")
    assert response.status_code == 302
    assert Order.objects.get().status == "shipped"
    page = admin.get(response.headers["Location"])
    assert "warning" in {message.level_tag for message in page.context["messages"]}


@pytest.mark.parametrize("typed", ["x" * 5000, "a\0b", "<script>alert(1)</script>", "'; DROP TABLE crm_profile; --"])
def test_strange_texts_do_no_harm(admin: Client, typed: str) -> None:
    profile = ProfileFactory()
    response = save(admin, url("profile_change", profile.pk), first_name=typed)
    assert response.status_code in {200, 302}
    page = admin.get(url("profile_page", profile.pk)).content.decode()
    assert "<script>alert(1)" not in page
    assert admin.get(url("profile_changelist"), {"q": typed}).status_code in {200, 302, 400}


def test_a_technical_name_that_exists_is_refused(admin: Client) -> None:
    LegalBasisFactory(name="Base")
    data = {"name": "Base", "kind": "consent", "label_en": "Base"}
    response = save(admin, url("consentdefinition_add"), **data)
    assert list(errors_of(response)) == ["name"]
    assert ConsentDefinition.objects.count() == 1


def test_a_number_that_no_column_holds_is_refused(admin: Client) -> None:
    given = {"label": "Size", "name": "size", "type": "number"}
    save(admin, url("customfield_add"), **given)
    profile = ProfileFactory()
    response = save(admin, url("profile_change", profile.pk), custom_size="9" * 30)
    assert list(errors_of(response)) == ["custom_size"]
    response = save(admin, url("tier_add"), name="Gold", threshold="9" * 30)
    assert response.status_code == 200
    assert errors_of(response)
