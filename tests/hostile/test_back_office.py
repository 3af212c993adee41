"""Every form of every page of the back-office, filled with what breaks programs."""

import itertools
import random
from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.core.cache import cache
from django.test import Client, RequestFactory
from django.urls import reverse

from crm.models import Newsletter, User
from tests.factories.people import UserFactory
from tests.hostile.addresses import addresses, make_everything
from tests.hostile.trying import Trying
from tests.naughty import HARD, naughty_strings, typeable_strings
from workflows.models import Workflow

pytestmark = pytest.mark.django_db


@pytest.fixture
def somebody(client: Client) -> Trying:
    cache.clear()
    client.force_login(UserFactory(username="jo"))
    make_everything()
    strings = typeable_strings()
    random.Random(3).shuffle(strings)
    return Trying(client, itertools.cycle(strings))


def test_every_form_keeps_or_refuses_what_is_typed(somebody: Trying) -> None:
    for address in dict.fromkeys(addresses()):
        for form in (one for one in somebody.open(address) if one.typed):
            for button in range(max(1, min(len(form.buttons), 3))):
                somebody.fill(address, form, button=button)
    assert somebody.complaints == []
    assert somebody.stored > 60
    assert somebody.refused > 60


def test_every_string_is_looked_at_by_every_form_of_the_admin(somebody: Trying) -> None:
    strings = typeable_strings()
    for address in dict.fromkeys(addresses()):
        if address.endswith("/change/"):
            somebody.check_all(address, strings)
    assert somebody.complaints == []


def test_what_no_browser_lets_one_change_is_refused(somebody: Trying) -> None:
    for address in dict.fromkeys(addresses()):
        for form in somebody.open(address) if address.endswith(("change/", "add/", "page/", "settings/")) else ():
            somebody.tamper(address, form)
    assert somebody.complaints == []


def lists() -> Iterator[tuple[str, list[str]]]:
    """Yield the address of each list, with the names by which it is searched, filtered, sorted and turned over."""
    request = RequestFactory().get("/")
    request.user = User.objects.get(username="jo")
    for model, page in admin.site._registry.items():
        named: list[str] = ["q", "o", "p", "all", "e", "_popup", "_to_field", "_changelist_filters", "nonsense"]
        for one in page.get_list_filter(request):
            field = one[0] if isinstance(one, tuple) else one
            if isinstance(field, str):
                named += [field, f"{field}__exact", f"{field}__id__exact", f"{field}__in", f"{field}__isnull"]
                named += [f"{field}__gte", f"{field}_from", f"{field}__regex"]
            else:
                named.append(field.parameter_name)
        yield reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_changelist"), named


def test_lists_are_searched_and_filtered_by_anything(somebody: Trying) -> None:
    for number, (address, named) in enumerate(lists()):
        asked = {name: next(somebody.strings)[:2_000] for name in named}
        for query in (asked, *({name: asked[name]} for name in named[number % 3 :: 3])):
            answer = somebody.client.get(address, query)
            assert answer.status_code in (200, 302, 400), (address, query)


def test_other_pages_that_search_take_anything(somebody: Trying) -> None:
    newsletter, workflow = Newsletter.objects.latest("pk").pk, Workflow.objects.latest("pk").pk
    pages = [
        ("/admin/search/", "s"),
        (f"/admin/crm/newsletter/{newsletter}/profiles/", "q"),
        (f"/admin/workflows/workflow/{workflow}/preview/profiles/", "q"),
        (f"/admin/workflows/workflow/{workflow}/preview/", "profile"),
        (f"/admin/workflows/workflow/{workflow}/figures/", "days"),
        (f"/admin/workflows/workflow/{workflow}/steps/add/", "at"),
        (f"/admin/workflows/workflow/{workflow}/steps/add/", "kind"),
        ("/admin/crm/segment/choices/1/", "q"),
    ]
    field = {"app_label": "crm", "model_name": "order", "field_name": "profile"}
    for text in [*HARD[:-1], *naughty_strings()[::25]]:
        for page, name in pages:
            answer = somebody.client.get(page, {name: text[:2_000]})
            assert answer.status_code in (200, 302, 400, 404), (page, text)
        for name in ("term", *field):
            answer = somebody.client.get("/admin/autocomplete/", {**field, "term": "a", name: text[:2_000]})
            assert answer.status_code in (200, 400, 403), (name, text)
