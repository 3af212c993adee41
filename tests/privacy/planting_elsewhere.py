"""Words of the same person where no row points at them: in what marketers wrote, files, logs, keys, reports."""

import base64

from django.test import Client
from django.urls import reverse

from actions.models import Delivery, Track
from actions.reports import Report, note_reports
from actions.tracking.recording import Heard, record_click, record_heard
from crm import clock
from crm.models import ApiKey, IdempotentCall, Import, ImportChunk, Newsletter, Profile, Segment
from tests.actions.tracking.reading import PERSON, a_sent_one
from tests.crm.api.calls import Shop
from tests.factories.messages import NewsletterFactory
from tests.factories.workflows import action, check, condition, document, live
from workflows.services.drafts import create_workflow

#: in the columns of an export, too
KEY, CART_KEY, WAMID = "plantedkey", "plantedcartkey", "wamid." + base64.b64encode(b"\x1c+33639981234x").decode()


def plant_elsewhere(admin: Client, profile: Profile, words: dict[str, str]) -> None:
    """Leave words of a profile wherever else a shop has room for them."""
    _in_conditions(admin, words)
    _in_files(words)
    _in_the_log(admin, words)
    _in_keys(words)
    _in_messages(profile, words)


def _in_conditions(admin: Client, words: dict[str, str]) -> None:
    asked = condition("profile_field", field="email", type="text", operator="is", value=words["email"].upper())
    rules = {"mode": "any", "rules": [asked, {"mode": "all", "rules": [asked], "negated": True}]}
    segment = Segment.objects.create(name="One", rules=rules)
    segment.rules = {**rules, "mode": "all"}
    segment.save()
    newsletter = NewsletterFactory()
    Newsletter.objects.filter(pk=newsletter.pk).update(frozen={"audience": rules, "content": {}})
    within = condition("in_segment", segment=str(segment.uid))
    workflow = live(check(asked, within, yes=[action("give_points", points=1, reason="")]), name="Named")
    create_workflow(name="Draft", document=document(check(asked)))
    workflow.draft_changes.create(revision=99, before=workflow.draft, changed_at=clock.now())


def _in_files(words: dict[str, str]) -> None:
    file = Import.objects.create(
        name=f"{words['email']}.csv", header=[words["email"], words["first"]], uploaded_at=clock.now()
    )
    line, other = [words["email"], words["first"], words["mobile"]], ["ann@example.com", "Ann", ""]
    ImportChunk.objects.create(source=file, number=1, lines=[line, other])
    said = ["refused", f"{words['first']}: This is not a date."]
    ImportChunk.objects.create(source=file, number=2, outcomes=[said, ["created", ""]], refused=1)


def _in_the_log(admin: Client, words: dict[str, str]) -> None:
    posted = {"address": words["former"], "reason": "by_hand", "channel": "email"}
    assert admin.post(reverse("admin:actions_suppression_add"), posted).status_code == 302


def _in_keys(words: dict[str, str]) -> None:
    shop = Shop()
    call = {"customerEmail": words["email"], "key": {"id": KEY}}
    assert shop.post("/v3/automations/trigger/go", call, once=words["email"]).status_code == 202
    cart = {"customerEmail": words["email"], "key": {"cartId": CART_KEY}, "items": [{"idProduct": "tea", "price": "1"}]}
    assert shop.post("/v3/automations/trigger/abandoned_cart", cart).status_code == 202
    answer = f'{{"customer": {{"email": "{words["email"]}"}}}}'
    key = ApiKey.objects.order_by("id")[0]
    IdempotentCall.objects.create(api_key=key, key="k", body_hash="", status=200, answer=answer, created_at=clock.now())


def _in_messages(profile: Profile, words: dict[str, str]) -> None:
    link = f"https://shop.example/?who={words['email']}"
    read = a_sent_one(profile, subject=f"For {words['first']}")
    record_click(read.pk, link, agent=PERSON)
    record_heard(read, [Heard(Track.Kind.HARD_BOUNCE, f"550 {words['email']} is unknown")])
    for channel, address in (("sms", words["mobile"]), ("whatsapp", words["mobile"]), ("brevo", words["email"])):
        told = _left(profile, channel, address)
        note_reports([Report(told, "clicked", detail=link), Report(told, "failed", detail=address)])
    hook = {"channel": "webhook", "recipient": "https://shop.example/hook", "rules": {"purpose": "none"}}
    answered = f"The server answered 404: {words['company']}"
    a_sent_one(profile, status="failed", reason=answered, **hook)


def _left(profile: Profile, channel: str, address: str) -> Delivery:
    return a_sent_one(profile, channel=channel, recipient=address, provider_id=WAMID)
