"""Names compared without regard to case, in forms: one that exists, or is too long as a key, is refused."""

import pytest
from django.test import Client
from django.urls import reverse

from crm.models import CustomField, ShopStatus, Tag
from tests.crm.admin.forms import errors_of, save
from tests.factories.people import TagFactory
from tests.factories.sales import ShopStatusFactory

pytestmark = pytest.mark.django_db


def url(name: str) -> str:
    return reverse(f"admin:crm_{name}")


@pytest.mark.parametrize(
    ("page", "given"), [("tag_add", {}), ("shopstatus_add", {"status": "paid"})], ids=["tag", "shop status"]
)
@pytest.mark.parametrize("name", ["vip", " VIP ", "ß" * 79, "x" * 81])
def test_a_name_that_cannot_be_is_refused_at_its_field(admin: Client, page: str, given: dict, name: str) -> None:
    TagFactory(name="Vip")
    ShopStatusFactory(name="Vip")
    response = save(admin, url(page), name=name, **given)
    assert list(errors_of(response)) == ["name"]
    assert (Tag.objects.count(), ShopStatus.objects.count()) == (1, 1)


def test_a_name_stays_as_it_was_typed_and_its_key_follows(admin: Client) -> None:
    assert save(admin, url("tag_add"), name=" Große Kunden ").status_code == 302
    tag = Tag.objects.get()
    assert (tag.name, tag.key) == ("Große Kunden", "grosse kunden")


def test_a_line_that_no_database_holds_is_refused_at_its_field(admin: Client) -> None:
    given = {"label": "Shop", "name": "shop", "type": "choice", "choices": "Lyon\nPa\0ris"}
    assert list(errors_of(save(admin, url("customfield_add"), **given))) == ["choices"]
    assert not CustomField.objects.exists()
