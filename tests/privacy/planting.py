"""A person who left words at every door, and all that followed from it."""

from typing import Any

from django.test import Client
from django.urls import reverse
from rq import Queue
from rq.registry import FailedJobRegistry
from rq.results import Result

from actions.integrations import make_target
from actions.models import Suppression
from crm.models import ConsentDefinition, Module, Participation, Profile
from crm.services.consents import set_consent
from crm.services.participations import record_participation
from crm.services.profiles import change_fields
from crm.services.referrals import start_referral
from tests.actions.http_sink import HttpSink
from tests.crm.admin.forms import save
from tests.crm.api.calls import Shop
from tests.factories.causes import BY_API
from tests.factories.deliveries import a_definition
from tests.factories.modules import ModuleFactory, ReferralModuleFactory, ReferralSettingsFactory
from tests.factories.people import CustomFieldFactory, ProfileFactory
from tests.factories.workflows import action, check, condition, live, trigger, wait
from tests.privacy.planting_elsewhere import CART_KEY, KEY, WAMID, plant_elsewhere
from tests.workflows.engine.driving import work

#: each stands at one door at least; none is part of another or of anything else
WORDS = {
    "email": "planted-mail@nowhere.example",
    "former": "planted-former@nowhere.example",
    "external": "planted-external-id",
    "first": "Plantedfirst",
    "last": "Plantédlast",
    "address": "Plantedstreet 1",
    "city": "Plantedcity",
    "company": "Plantedcompany",
    "mobile": "+33639981234",
    "phone": "+33139981234",
    "custom": "plantedcustom",
    "tag": "plantedtag",
    "cart": "plantedcartitem",
    "payload": "plantedpayload",
    "url": "plantedurl",
    "call": "plantedcall",
    "answer": "plantedanswer",
    "reason": "plantedreason",
    "failure": "plantedfailure",
    "source": "plantedsource",
    "form": "Plantedform",
    "key": KEY,
    "cart_key": CART_KEY,
    "wamid": WAMID,
}


def plant(admin: Client, http_sink: HttpSink) -> tuple[Profile, Profile]:
    """Let somebody come in by every door and workflows answer; returns them and their sponsor."""
    shop = Shop()
    _settings()
    _workflows(http_sink)
    _customers(shop)
    profile = Profile.objects.get(email=WORDS["former"])
    sponsor = ProfileFactory(first_name="Sponsor")
    _accept(sponsor, "api")
    start_referral(sponsor, profile, module=Module.objects.get(slug="friends"), cause=BY_API)
    work()
    _sales(shop)
    _participate(profile)
    _back_office(admin, profile)
    change_fields(profile, values={"email": WORDS["email"]}, cause=BY_API)
    _calls(shop)
    work()
    Suppression.objects.create(address=WORDS["email"], reason="complaint")
    profile.refresh_from_db()
    plant_elsewhere(admin, profile, WORDS)
    work()
    return profile, sponsor


def fail_a_job(client: Any) -> None:
    """Leave the trace of a job that raised, with words in it, as a worker does."""
    queue = Queue("engine", connection=client)
    job = queue.enqueue("workflows.jobs.run_engine")
    FailedJobRegistry("engine", connection=client).add(job, ttl=3600)
    Result.create_failure(job, 3600, f"Key (email)=({WORDS['email']}) already exists.")


def _settings() -> None:
    CustomFieldFactory(name="hobby", label="Hobby", type="text")
    a_definition()
    ModuleFactory(slug="game")
    ReferralSettingsFactory(module=ReferralModuleFactory(slug="friends"), needs_order=False)


def _workflows(http_sink: HttpSink) -> None:
    target, _secret = make_target(name="Shop", url=http_sink.url("/hook"))
    own = {"source": "own", "html": "<p>{{ profile.first_name }} {{ data.note }}</p>", "text": ""}
    mail = {"to": "profile", "purpose": "marketing", "consents": ["NewsEmail"], **own}
    hook = action("call_webhook", target=str(target.uid), event="a.b", include=["profile", "data"])
    team = action(
        "notify_team", users=[], addresses=["team@shop.example"], subject="New", text="{{ profile.last_name }}"
    )
    asked = check(condition("profile_field", field="city", type="text", operator="is", value="Nowhere"))
    live(
        action("send_email", subject="Hello {{ profile.first_name }}", **mail),
        hook,
        team,
        asked,
        triggers=[trigger("api_call", identifier="go")],
    )
    live(wait(5), hook, triggers=[trigger("api_call", identifier="later")])
    live(
        action("send_email", subject="Your friend {{ data.referral.referee.first_name }}", **mail),
        triggers=[trigger("profile_updated", fields_watched=["city", "email", "custom.hobby", "tags"])],
    )


def _accept(profile: Profile, source: str) -> None:
    definition = ConsentDefinition.objects.get(name="NewsEmail")
    set_consent(profile, definition=definition, status="accepted", cause=BY_API, source=source)


def _customers(shop: Shop) -> None:
    body = {
        "email": WORDS["former"],
        "externalId": WORDS["external"],
        "firstName": WORDS["first"],
        "lastName": WORDS["last"],
        "address": WORDS["address"],
        "city": "Lyon",
        "company": WORDS["company"],
        "mobile": WORDS["mobile"],
        "phone": WORDS["phone"],
        "tags": [WORDS["tag"]],
        "custom_fields": {"hobby": WORDS["custom"]},
    }
    answer = shop.post("/v2/customers", {"customer": body}, once="customers-1")
    assert answer.status_code == 200, answer.content
    _accept(Profile.objects.get(email=WORDS["former"]), WORDS["source"])
    answer = shop.post("/v2/customers", {"customer": {"email": WORDS["former"], "city": WORDS["city"]}}, once="c-2")
    assert answer.status_code == 200, answer.content


def _sales(shop: Shop) -> None:
    cart = (
        f"customerEmail={WORDS['former'].replace('@', '%40')}&key[cartId]=777&cart_grandTotal=10.00"
        f"&note={WORDS['payload']}&items[0][idProduct]=tea&items[0][name]={WORDS['cart']}&items[0][price]=10.00"
        f"&items[0][quantity]=1&items[0][lienProduit]=https://shop.example/{WORDS['url']}"
    )
    answer = shop.post(
        "/v3/automations/trigger/abandoned_cart", cart.encode(), content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 202, answer.content
    order = {
        "customer": {"email": WORDS["former"]},
        "order": {
            "orderId": "order-1",
            "amount": "54.00",
            "status": "failed",
            "failure": {"code": "declined", "message": WORDS["failure"]},
        },
    }
    shop.post("/v2/orders", order, once="orders-1")


def _participate(profile: Profile) -> None:
    game = Module.objects.get(slug="game")
    took_part = Participation(profile=profile, module=game)
    record_participation(took_part, cause=BY_API, is_complete=True, answers={"colour": WORDS["answer"]})


def _back_office(admin: Client, profile: Profile) -> None:
    save(admin, reverse("admin:crm_profile_change", args=[profile.pk]), job_title=WORDS["form"])
    profile.refresh_from_db()
    assert profile.job_title == WORDS["form"]
    points = {"points": "10", "direction": "give", "reason": WORDS["reason"]}
    admin.post(reverse("admin:crm_profile_points", args=[profile.pk]), points)


def _calls(shop: Shop) -> None:
    for identifier in ("go", "later"):
        body = {"customerEmail": WORDS["email"], "key": {"id": 1}, "note": WORDS["call"]}
        answer = shop.post(f"/v3/automations/trigger/{identifier}", body, once=identifier)
        assert answer.status_code == 202, answer.content
