"""What e-mails, notices and webhooks plan."""

import json
from typing import Any

import pytest

from actions.base import Outcome, Pending, Skipped, action_types
from actions.models import Content, Delivery, MailboxMessage
from actions.sending import deliver
from crm.models import Profile, Site, TemplateText, User
from tests.actions.types.examples import a_template, call_webhook, notify_team, own_email, send_email, team_email
from tests.factories.deliveries import a_profile
from tests.factories.steps import a_step

pytestmark = pytest.mark.django_db


def do(kind: str, config: dict[str, Any], *profiles: Profile, data: dict[str, Any] | None = None) -> list[Outcome]:
    frozen = json.loads(json.dumps(action_types[kind](config).freeze()))
    effects = [next(action_types[kind](frozen).plan(a_step(profile, snapshot=data))) for profile in profiles]
    return type(effects[0]).apply_many(effects)


def send() -> None:
    """Send all that is planned, as if it belonged to no run."""
    Delivery.objects.update(run_id=None)
    deliver("mail", 10)


def test_each_profile_gets_its_language_and_others_the_default() -> None:
    config = send_email()
    people = [a_profile(first_name="P", language=language) for language in ("en", "fr_FR", "en_GB", "de", "")]

    do("send_email", config, *people)
    send()

    subjects = [MailboxMessage.objects.get(recipient=profile.email).subject for profile in people]
    assert subjects == ["Hello", "Bonjour", "Hello", "Bonjour", "Bonjour"]
    assert Content.objects.count() == 2


def test_a_version_keeps_the_text_that_was_activated() -> None:
    config = send_email()
    frozen = action_types["send_email"](config).freeze()
    TemplateText.objects.filter(language="fr").update(subject="Changed")
    [effect] = action_types["send_email"](frozen).plan(a_step(a_profile(language="fr")))
    type(effect).apply_many([effect])
    assert Delivery.objects.get().content.parts["subject"] == "Bonjour"


def test_what_is_planned_is_frozen() -> None:
    profile = a_profile(first_name="Zoé")
    do("send_email", {**own_email(), "subject": "{{ profile.first_name }} {{ data.order.reference }}"}, profile)
    profile.first_name = "Changed"
    profile.save()
    delivery = Delivery.objects.get()
    assert delivery.context["profile"]["first_name"] == "Zoé"
    assert delivery.rules == {"purpose": "service", "consents": ["LegalBasisOrder"]}
    assert (delivery.workflow_id, delivery.step_id, delivery.status) == (7, "step", "planned")


def test_texts_see_the_event_the_shop_and_the_names_of_spread() -> None:
    Site.objects.create(pk=1, name="Shop", url={"fr": "https://shop.example"})
    config = {
        **own_email(),
        "subject": "{{ var:profile.customer_firstname }} {{ data.order.amount }} {{ site.name }} {{ site.url }}",
        "purpose": "marketing",
        "consents": ["NewsEmail"],
    }
    do("send_email", config, a_profile(first_name="Zoé"), data={"order": {"amount": "54.00"}})
    send()
    assert MailboxMessage.objects.get().subject == "Zoé 54.00 Shop https://shop.example"


def test_the_address_of_the_shop_is_in_the_language_of_the_profile() -> None:
    Site.objects.create(
        pk=1, name="Shop", language="en", url={"en": "https://shop.example/en", "fr": "https://fr.example"}
    )
    config = {**own_email(), "subject": "{{ site.url }}", "purpose": "marketing", "consents": ["NewsEmail"]}
    people = [a_profile(language=language) for language in ("fr_FR", "de")]
    do("send_email", config, *people)
    send()
    subjects = [MailboxMessage.objects.get(recipient=profile.email).subject for profile in people]
    assert subjects == ["https://fr.example", "https://shop.example/en"]


def test_without_an_address_the_step_is_skipped_and_nothing_is_planned() -> None:
    outcomes = do("send_email", send_email(), a_profile(""), a_profile("zoe@example.com"))
    assert outcomes == [Skipped("no_address"), Pending(1, {"to": ["zoe@example.com"]})]
    assert Delivery.objects.count() == 1


def test_fixed_addresses_get_one_mail_each_whatever_the_profile_allows() -> None:
    [outcome] = do("send_email", team_email(), a_profile("", accepts=()))
    assert outcome == Pending(2, {"to": ["a@example.com", "b@example.com"]})
    send()
    assert set(MailboxMessage.objects.values_list("recipient", flat=True)) == {"a@example.com", "b@example.com"}


def test_six_addresses_or_one_that_is_none_are_refused() -> None:
    form_class = action_types["send_email"].form_class
    six = [f"{number}@example.com" for number in range(6)]
    assert "addresses" in form_class.check_config({**team_email(), "addresses": six}).errors
    assert "addresses" in form_class.check_config({**team_email(), "addresses": ["nobody"]}).errors


def test_a_marketing_mail_needs_a_consent_and_a_service_mail_a_legal_basis() -> None:
    form_class = action_types["send_email"].form_class
    assert "consents" in form_class.check_config({**send_email(), "consents": []}).errors
    assert "consents" in form_class.check_config({**own_email(), "consents": ["NewsEmail"]}).errors


def test_what_blocks_a_mail_is_said() -> None:
    config = send_email()
    template = a_template("service")
    codes = [
        problem.code for problem in action_types["send_email"]({**config, "template": str(template.uid)}).problems()
    ]
    assert codes == ["kind_differs"]
    template.is_archived = True
    template.save()
    [gone, *_] = action_types["send_email"]({**config, "template": str(template.uid)}).problems()
    assert (gone.code, gone.blocks) == ("template_gone", True)
    template.texts.all().delete()
    template.is_archived = False
    template.save()
    [empty, *_] = action_types["send_email"]({**config, "template": str(template.uid)}).problems()
    assert (empty.code, empty.blocks) == ("template_empty", True)


def test_the_team_is_notified_at_its_present_addresses() -> None:
    config = notify_team()
    User.objects.filter(username="anna").update(email="new@example.com")
    [outcome] = do("notify_team", config, a_profile("", accepts=()))
    assert outcome == Pending(2, {"to": ["new@example.com", "team@example.com"]})
    assert {delivery.rules["purpose"] for delivery in Delivery.objects.all()} == {"team"}


def test_a_notice_for_people_who_are_gone_is_skipped() -> None:
    config = {**notify_team(), "addresses": []}
    User.objects.update(is_active=False)
    assert do("notify_team", config, a_profile()) == [Skipped("no_recipient")]


def test_a_webhook_is_planned_for_its_target_unless_that_is_off() -> None:
    from actions.models import Integration

    config = call_webhook()
    [outcome] = do("call_webhook", config, a_profile())
    assert outcome == Pending(1, {"to": ["https://shop.example/hook"]})
    assert Delivery.objects.get().channel == "webhook"
    Integration.objects.update(is_active=False)
    assert do("call_webhook", config, a_profile()) == [Skipped("integration_off")]
