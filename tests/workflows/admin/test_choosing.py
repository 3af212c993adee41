import pytest
from django.urls import reverse

from tests.factories.drafts import draft_workflow, tag
from tests.factories.sales import ProductFactory
from tests.workflows.admin.pages import at, visitor

pytestmark = pytest.mark.django_db


def choices(what):
    return reverse("admin:crm_choices", args=[what])


def test_few_products_stand_there_to_be_ticked():
    ProductFactory(name="Lamp")

    page = visitor().get(at("settings", draft_workflow(tag()).pk)).content.decode()

    assert "Lamp" in page
    assert 'type="search" class="wf-search"' not in page


def test_of_many_products_the_chosen_are_shown_and_the_others_searched():
    lamp, *_others = [ProductFactory(name=name) for name in ("Lamp", *(f"Chair {n}" for n in range(40)))]
    client = visitor()

    page = client.get(at("settings", draft_workflow(tag(), scope=[str(lamp.uid)]).pk)).content.decode()
    found = client.get(choices("product"), {"q": "chair 7", "name": "config-scope"}).content.decode()

    assert 'type="search" class="wf-search"' in page
    assert "Lamp" in page
    assert "Chair" not in page
    assert "Chair 7" in found
    assert 'name="config-scope"' in found


def test_only_what_may_be_searched_is():
    client = visitor()

    assert client.get(choices("user")).status_code == 404
    assert visitor(is_superuser=False).get(choices("product")).status_code == 403
