"""The history of a profile's consents in words."""

import pytest
from django.test import Client
from django.urls import reverse

from crm.models import Profile
from crm.services.consents import set_consent
from tests.factories.causes import BY_API, BY_HAND
from tests.factories.consents import ConsentDefinitionFactory, ConsentWordingFactory
from tests.factories.people import ProfileFactory, UserFactory

pytestmark = pytest.mark.django_db


def page_of(profile: Profile) -> str:
    return reverse("admin:crm_profile_consents", args=[profile.pk])


def test_each_change_is_said_with_how_it_came_and_on_which_words(admin: Client) -> None:
    definition = ConsentDefinitionFactory(name="NewsEmail", label={"en": "Our news"})
    ConsentWordingFactory(definition=definition, version=3, text="I want <b>news</b>.")
    profile = ProfileFactory()
    set_consent(profile, definition=definition, status="accepted", cause=BY_API, source="preference_centre")
    set_consent(profile, definition=definition, status="refused", cause=BY_HAND, source="till", source_id="T-7")

    page = admin.get(page_of(profile)).content.decode()

    assert page.index("“Our news” was refused by “till” (T-7)") < page.index("“Our news” was accepted on the customer")
    assert "I want &lt;b&gt;news&lt;/b&gt;." in page
    assert page_of(profile) in admin.get(reverse("admin:crm_profile_page", args=[profile.pk])).content.decode()


def test_a_long_history_is_read_page_by_page(admin: Client) -> None:
    definition, profile = ConsentDefinitionFactory(), ProfileFactory()
    for number in range(53):
        status = "refused" if number % 2 else "accepted"
        set_consent(profile, definition=definition, status=status, cause=BY_API)

    first = admin.get(page_of(profile))
    second = admin.get(page_of(profile), {"before": first.context["older"]})

    assert (len(first.context["lines"]), len(second.context["lines"])) == (50, 3)
    assert second.context["older"] is None


@pytest.mark.parametrize("before", ["x", "-1", "9" * 40])
def test_nonsense_in_the_address_does_no_harm(admin: Client, before: str) -> None:
    assert admin.get(page_of(ProfileFactory()), {"before": before}).status_code == 200


def test_it_asks_as_much_for_many_changes_as_for_few(admin: Client, django_assert_max_num_queries) -> None:
    profile = ProfileFactory()
    for _index in range(30):
        set_consent(profile, definition=ConsentDefinitionFactory(), status="accepted", cause=BY_API)
    admin.get(page_of(profile))

    with django_assert_max_num_queries(12):
        admin.get(page_of(profile))


def test_without_the_right_nobody_sees_it(client: Client) -> None:
    client.force_login(UserFactory(is_superuser=False))

    assert client.get(page_of(ProfileFactory())).status_code == 403
