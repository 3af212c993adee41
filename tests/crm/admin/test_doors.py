"""What is done in the back-office states the same facts as any other door, with the user as its cause."""

import pytest
from django.test import Client
from django.urls import reverse

from crm.models import Consent, ConsentChange, CustomValue, Movement, Order, Participation, Profile, ProfileTag
from tests.crm.admin.forms import save
from tests.factories.consents import ConsentDefinitionFactory
from tests.factories.modules import ParticipationFactory
from tests.factories.people import CustomFieldFactory, ProfileFactory, ProfileTagFactory, TagFactory
from tests.factories.points import give_points
from tests.factories.sales import OrderFactory, ProductFactory
from triggers.models import Event

pytestmark = pytest.mark.django_db


def url(name: str, *args: object) -> str:
    return reverse(f"admin:crm_{name}", args=args)


def last_event(kind: str) -> Event:
    event = Event.objects.filter(kind=kind).latest("id")
    assert (event.origin, event.actor) == ("back_office", "jo")
    return event


def test_a_profile_added_by_hand_is_created_once_with_all_that_came_with_it(admin: Client) -> None:
    field = CustomFieldFactory(name="size", type="number")
    tag = TagFactory(name="vip")
    data = {"email": "new@example.com", "first_name": "Ada", "custom_size": "39", "tags-TOTAL_FORMS": "1"}
    response = save(admin, url("profile_add"), **data, **{"tags-0-tag": tag.pk})
    profile = Profile.objects.get(email="new@example.com")
    assert response.headers["Location"] == url("profile_page", profile.pk)
    assert CustomValue.objects.get(profile=profile, field=field).number == 39
    assert ProfileTag.objects.filter(profile=profile, tag=tag).exists()
    assert last_event("profile_created").profile == profile
    assert set(Event.objects.filter(profile=profile).values_list("kind", flat=True)) == {"profile_created"}


def test_each_changed_field_is_an_event(admin: Client) -> None:
    profile = ProfileFactory(first_name="Ada", city="Lyon")
    save(admin, url("profile_change", profile.pk), first_name="Eva", city="Paris")
    events = Event.objects.filter(profile=profile, kind="field_changed")
    assert set(events.values_list("name", flat=True)) == {"first_name", "city"}
    assert last_event("field_changed").snapshot["field"]["new"] in {"Eva", "Paris"}


def test_a_form_that_changes_nothing_states_nothing(admin: Client) -> None:
    profile = ProfileFactory(birthday="1990-01-02", time_zone="Europe/Paris")
    before = Event.objects.count()
    save(admin, url("profile_change", profile.pk))
    assert Event.objects.count() == before


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("number", "12.5", "12.5000"),
        ("boolean", "yes", "True"),
        ("date", "2026-03-01", "2026-03-01"),
        ("text", "a", "a"),
    ],
)
def test_a_custom_value_is_typed_in_its_own_kind(admin: Client, kind: str, typed: str, kept: str) -> None:
    profile, field = ProfileFactory(), CustomFieldFactory(name="thing", type=kind)
    save(admin, url("profile_change", profile.pk), custom_thing=typed)
    assert str(CustomValue.objects.get(profile=profile, field=field).value) == kept
    assert last_event("field_changed").name == "custom.thing"


def test_a_consent_row_in_the_form_is_a_consent_with_its_history(admin: Client) -> None:
    profile, definition = ProfileFactory(), ConsentDefinitionFactory()
    rows = {"consents-TOTAL_FORMS": "1", "consents-0-definition": definition.pk, "consents-0-status": "accepted"}
    save(admin, url("profile_change", profile.pk), **rows)
    assert Consent.objects.get(profile=profile).source == "back_office"
    assert ConsentChange.objects.get(profile=profile).actor == "jo"
    assert last_event("consent_changed").name == definition.name


def test_a_tag_row_taken_out_of_the_form_is_a_removed_tag(admin: Client) -> None:
    carried = ProfileTagFactory()
    save(admin, url("profile_change", carried.profile_id), **{"tags-0-DELETE": "on"})
    assert not ProfileTag.objects.exists()
    assert last_event("tag_removed").name == carried.tag.name


def test_an_order_added_by_hand_is_seen_with_its_lines(admin: Client) -> None:
    profile, product = ProfileFactory(), ProductFactory()
    lines = {"lines-TOTAL_FORMS": "1", "lines-0-product": product.pk, "lines-0-quantity": "2"}
    given = {
        "profile": profile.pk,
        "reference": "R1",
        "status": "paid",
        "amount": "54,00",
        "lines-0-unit_price": "27,00",
    }
    save(admin, url("order_add"), **lines, **given)
    order = Order.objects.get(reference="R1")
    assert (order.amount, order.lines.get().unit_price, order.lines.get().name) == (5400, 2700, product.name)
    seen = last_event("order_paid").snapshot["order"]
    assert [line["reference"] for line in seen["lines"]] == [product.reference]


def test_an_order_changed_by_hand_states_status_and_amount(admin: Client) -> None:
    order = OrderFactory(status="new", amount=1000)
    save(admin, url("order_change", order.pk), status="paid", amount="12,50")
    assert last_event("order_status_changed").snapshot["order"]["old_status"] == "new"
    assert last_event("order_amount_changed").snapshot["order"]["amount_cents"] == 1250


def test_participations_are_deleted_row_by_row(admin: Client) -> None:
    rows = [ParticipationFactory(), ParticipationFactory()]
    chosen = {"action": "delete_selected", "_selected_action": [row.pk for row in rows], "post": "yes"}
    response = admin.post(url("participation_changelist"), chosen)
    assert response.status_code == 302
    assert not Participation.objects.exists()


def test_points_are_given_and_taken_with_a_reason(admin: Client) -> None:
    profile = ProfileFactory()
    admin.post(url("profile_points", profile.pk), {"direction": "give", "points": "50", "reason": "Sorry"})
    admin.post(url("profile_points", profile.pk), {"direction": "take", "points": "20", "reason": "Too many"})
    first, second = Movement.objects.order_by("id")
    assert (first.points, first.reason, first.actor, first.source) == (50, "Sorry", "jo", "back_office")
    assert (second.points, second.balance_after) == (-20, 30)
    assert last_event("movement_made").name == "back_office"


def test_more_points_than_there_are_cannot_be_taken(admin: Client) -> None:
    profile = ProfileFactory()
    give_points(profile, 10)
    data = {"direction": "take", "points": "11", "reason": "All"}
    page = admin.post(url("profile_points", profile.pk), data, follow=True)
    assert Movement.objects.count() == 1
    assert [message.level_tag for message in page.context["messages"]] == ["error"]


def test_tags_and_consents_are_changed_on_the_page(admin: Client) -> None:
    profile, definition = ProfileFactory(), ConsentDefinitionFactory()
    admin.post(url("profile_tags", profile.pk), {"tag": "Big spender"})
    assert last_event("tag_added").name == "Big spender"
    admin.post(url("profile_tags", profile.pk), {"tag": "Big spender", "remove": "1"})
    assert not profile.tags.exists()
    admin.post(url("profile_consent", profile.pk), {"definition": definition.pk, "status": "refused"})
    assert profile.consents.get().status == "refused"
    assert admin.get(url("profile_tags", profile.pk)).status_code == 405


def test_a_tag_is_added_to_the_chosen_profiles_and_taken_off(admin: Client) -> None:
    chosen = [ProfileFactory().pk, ProfileFactory().pk]
    ProfileFactory()
    data = {"action": "add_tag", "_selected_action": chosen}
    asked = admin.post(url("profile_changelist"), data)
    assert "2 profiles are chosen." in asked.content.decode()
    admin.post(url("profile_changelist"), {**data, "tag": "vip"})
    assert sorted(ProfileTag.objects.values_list("profile_id", flat=True)) == chosen
    assert last_event("tag_added").name == "vip"
    admin.post(url("profile_changelist"), {**data, "action": "remove_tag", "tag": "VIP"})
    assert Event.objects.filter(kind="tag_removed", actor="jo").count() == 2
