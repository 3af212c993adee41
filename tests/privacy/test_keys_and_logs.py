"""Places that name a person without pointing at them: keys that callers chose, names in the log, ids of providers."""

import json

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import reverse

from actions.models import DeliveryReport, Suppression
from actions.reports import Report, note_reports
from crm.cause import Cause, Origin
from crm.models import Cart, IdempotentCall, Order, Segment, User
from crm.services.carts import push_cart
from crm.services.erasure import erase_profile
from crm.services.orders import upsert_order
from crm.services.profiles import upsert_profile
from tests.crm.admin.forms import save
from tests.crm.api.calls import Shop
from tests.factories.causes import BY_API, BY_HAND
from tests.factories.deliveries import a_delivery, a_profile
from tests.factories.workflows import action, live
from tests.privacy.searching import found_in_database
from tests.workflows.engine.driving import call, runs, work
from triggers.models import Event

pytestmark = pytest.mark.django_db

ZOE = "zoe.planted@example.com"


def test_the_key_of_a_call_becomes_a_hash_that_still_ties_its_rows_together() -> None:
    live(action("give_points", points=1, reason=""))
    profile = a_profile(ZOE)
    for key in ("someone@else.example", "someone@else.example", "other"):
        call(profile, key=key)
    work()
    erase_profile(profile, cause=BY_HAND)
    keys = list(Event.objects.filter(kind="api_called").order_by("id").values_list("key", flat=True))
    assert keys == [run.key or key for run, key in zip(runs(), keys, strict=True)]
    assert (keys[0], keys[0] != keys[2]) == (keys[1], True)
    assert found_in_database(["someone@else.example"]) == []


def test_the_key_of_a_cart_becomes_the_same_hash_in_its_order_and_its_events() -> None:
    profile = a_profile("zoe@example.com")
    push_cart(profile, cause=BY_API, key=ZOE, payload={"items": [{"idProduct": "tea", "quantity": 1, "price": "1"}]})
    upsert_order(profile, cause=BY_API, reference="R1", status="paid", amount=100, cart_key=ZOE)
    erase_profile(profile, cause=BY_HAND)
    told = set(Event.objects.filter(kind__startswith="cart").values_list("key", flat=True))
    assert told == {Cart.objects.get().key} == {Order.objects.get().cart_key}
    assert found_in_database([ZOE]) == []


def test_an_address_suppressed_by_hand_leaves_the_log(admin: Client) -> None:
    admin.post(reverse("admin:actions_suppression_add"), {"address": ZOE, "reason": "by_hand", "channel": "email"})
    row = Suppression.objects.get()
    admin.post(reverse("admin:actions_suppression_delete", args=[row.pk]), {"post": "yes"})
    assert LogEntry.objects.filter(object_repr__contains=ZOE).count() == 2
    erase_profile(a_profile(ZOE), cause=BY_HAND)
    assert set(LogEntry.objects.values_list("object_repr", flat=True)) == {f"#{row.pk}"}


def test_lines_of_the_log_about_others_stay(admin: Client) -> None:
    other = a_profile("ann@example.com", last_name="Ann")
    save(admin, reverse("admin:crm_profile_change", args=[other.pk]), city="Lyon")
    erase_profile(a_profile(ZOE), cause=BY_HAND)
    assert LogEntry.objects.get().object_repr == str(other)


def test_an_id_that_is_a_part_of_other_words_takes_no_line_out_of_the_log(admin: Client) -> None:
    segment = Segment.objects.create(name="x")
    about = {"user_id": User.objects.get().pk, "content_type": ContentType.objects.get_for_model(Segment)}
    names = ["Soldes 2025", "2025-01-31", "Ann bigzoe@example.com", "2025", "zoe@example.com.csv"]
    for name in names:
        LogEntry.objects.create(**about, object_id=str(segment.pk), object_repr=name, action_flag=2)
    zoe, _created = upsert_profile(cause=BY_API, external_id="2025", email="zoe@example.com")
    erase_profile(zoe, cause=BY_HAND)
    said = list(LogEntry.objects.order_by("pk").values_list("object_repr", flat=True))
    assert said == [*names[:3], f"#{segment.pk}", f"#{segment.pk}"]


def test_the_id_that_meta_gave_goes_since_it_holds_the_number() -> None:
    delivery = a_delivery(status="sent", channel="whatsapp", provider_id="wamid.HBgLMzM2Mzk5ODEyMzQVAgAR")
    erase_profile(delivery.profile, cause=BY_HAND)
    delivery.refresh_from_db()
    assert delivery.provider_id == ""


def test_what_a_provider_reports_after_the_erasure_is_not_kept() -> None:
    delivery = a_delivery(a_profile(ZOE), status="sent", channel="sms")
    erase_profile(delivery.profile, cause=BY_HAND)
    note_reports([Report(delivery, "failed", detail=f"{ZOE} is gone")])
    assert not DeliveryReport.objects.exists()


def test_the_key_of_a_repeated_call_is_kept_as_a_hash_only() -> None:
    body = {"customer": {"email": "zoe@example.com"}}
    first = Shop().post("/v2/customers", body, once=ZOE)
    shop = Shop()
    for _time in range(2):
        assert shop.post("/v2/customers", body, once=ZOE).status_code == first.status_code == 200
    assert IdempotentCall.objects.count() == 2
    assert ZOE not in json.dumps(list(IdempotentCall.objects.values_list("key", flat=True)))


def test_the_name_of_a_file_that_brought_them_goes_too() -> None:
    profile, _created = upsert_profile(cause=Cause(Origin.IMPORT, actor=f"{ZOE}.csv"), email="zoe@example.com")
    erase_profile(profile, cause=BY_HAND)
    assert found_in_database([ZOE]) == []
