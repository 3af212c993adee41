"""Wherever a text of a marketer is rendered, an endless loop or a bomb of memory ends as one failed step, and soon."""

import json
import resource
import time
from collections.abc import Callable
from itertools import cycle
from typing import Any

import pytest

from actions.integrations import make_target
from actions.mailings.message import message_of, render_for
from actions.models import Delivery
from actions.models.delivery import Status
from actions.rendering.renderer import renderer
from actions.sending import deliver
from crm.models import ConsentDefinition, Profile, Site
from tests.factories.deliveries import a_definition, a_profile
from tests.factories.integrations import a_brevo, a_mobile_profile
from tests.factories.mailings import a_newsletter, a_prepared_newsletter
from tests.factories.messages import TemplateTextFactory
from tests.factories.modules import ModuleFactory
from tests.factories.workflows import action, draft_of_steps, live
from tests.workflows.engine.driving import call, states, work
from workflows.models import Run
from workflows.preview.messages import render_messages
from workflows.preview.recap import action_of

pytestmark = pytest.mark.django_db

Row = dict[str, Any]
#: libraries.md's: passes every limit of the Liquid library, then takes 16 seconds and all memory
RANGE = '{{ (1..100000000) | join: "" | size }}'
LOOP = "{% for i in (1..5000) %}{% for j in (1..5000) %}{% assign x = j | times: i %}{% endfor %}{% endfor %}"
DOUBLING = '{% assign s = "aaaaaaaaaa" %}{% for i in (1..60) %}{% assign s = s | append: s %}{% endfor %}{{ s }}'
every_bomb = pytest.mark.parametrize("bomb", [RANGE, LOOP, DOUBLING], ids=["range", "loop", "doubling"])
MAIL = {"to": "profile", "purpose": "service", "consents": ["Base"], "source": "own", "subject": "Hi", "html": "<p>Hi"}
PHONE = {"purpose": "service", "consents": ["Base"]}


def a_template(bomb: str) -> str:
    return str(TemplateTextFactory(language="fr", html=f"<p>{bomb}</p>").template.uid)


def an_asked_consent(bomb: str) -> Row:
    asked = a_definition("Asked")
    asked.confirmation_template = TemplateTextFactory(language="fr", html=bomb).template
    asked.save()
    return action("ask_consent", consent="Asked")


#: every place in which a text is written that is sent, by what it is called there
PLACES: dict[str, Callable[[str], Row]] = {
    "subject": lambda bomb: action("send_email", **{**MAIL, "subject": bomb}),
    "preheader": lambda bomb: action("send_email", **{**MAIL, "preheader": bomb}),
    "html": lambda bomb: action("send_email", **{**MAIL, "html": f"<p>{bomb}</p>"}),
    "mjml": lambda bomb: action("send_email", **{**MAIL, "html": f"<mjml><mj-body>{bomb}</mj-body></mjml>"}),
    "style": lambda bomb: action("send_email", **{**MAIL, "html": f"<style>p{{color:{bomb}}}</style><p>Hi"}),
    "text": lambda bomb: action("send_email", **{**MAIL, "text": bomb}),
    "template": lambda bomb: action("send_email", **{**MAIL, "source": "template", "template": a_template(bomb)}),
    "question": an_asked_consent,
    "sms": lambda bomb: action("send_sms", **PHONE, text=bomb),
    "whatsapp header": lambda bomb: action("send_whatsapp", **PHONE, template="a", codes="fr", header=bomb),
    "whatsapp body": lambda bomb: action("send_whatsapp", **PHONE, template="a", codes="fr", body=["x", bomb]),
    "whatsapp button": lambda bomb: action("send_whatsapp", **PHONE, template="a", codes="fr", button=bomb),
    "brevo attribute": lambda bomb: action("brevo_contact", attributes=[f"A = {bomb}"], lists=""),
    "brevo parameter": lambda bomb: action("brevo_template", **PHONE, template=7, params=[f"a = {bomb}"]),
    "team subject": lambda bomb: action("notify_team", users=[], addresses=["a@shop.example"], subject=bomb, text="x"),
    "team text": lambda bomb: action("notify_team", users=[], addresses=["a@shop.example"], subject="x", text=bomb),
}


@pytest.fixture
def person() -> Profile:
    """Somebody who may be written to on every channel, and another of whom the same holds."""
    a_definition("Base", kind="legal_basis")
    a_brevo("http://127.0.0.1:9")
    return a_mobile_profile(accepts=("Base",), language="fr")


class Watch:
    """How much processor time and memory this process and the one that renders took since it began."""

    def __init__(self) -> None:
        renderer().render_many([])
        self.began, self.at = time.process_time(), time.monotonic()
        self.memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    def check(self) -> None:
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - self.memory
        assert grown < 64 * 1024
        assert time.process_time() - self.began < 2
        assert time.monotonic() - self.at < 20, "half a second of processor time; more on a machine that is busy"


@pytest.mark.parametrize(
    ("place", "bomb"),
    [*((place, RANGE) for place in PLACES), *zip(PLACES, cycle([LOOP, DOUBLING]), strict=False)],
    ids=lambda text: text[:20],
)
def test_a_bomb_is_a_failed_step(person: Profile, place: str, bomb: str) -> None:
    live(PLACES[place](bomb))
    call(person)
    watch = Watch()
    work()
    watch.check()
    assert [status for status, _reason in states()] == ["failed"]
    delivery = Delivery.objects.get()
    assert delivery.status == Status.FAILED
    assert delivery.reason
    assert Run.objects.get().journal.get(outcome="failed")


def test_those_beside_it_get_their_message(person: Profile) -> None:
    live(action("send_sms", **PHONE, text=RANGE), triggers=None)
    live(action("send_sms", **PHONE, text="Hello {{ profile.first_name }}"))
    call(person)
    work()
    assert sorted(status for status, _reason in states()) == ["done", "failed"]
    assert Delivery.objects.filter(status=Status.SENT).count() == 1


@every_bomb
def test_a_bomb_in_a_newsletter_fails_each_message_and_soon(bomb: str) -> None:
    for _number in range(5):
        a_profile(language="fr")
    newsletter = a_prepared_newsletter(template=TemplateTextFactory(language="fr", html=f"<p>{bomb}</p>").template)
    Delivery.objects.filter(newsletter_id=newsletter.pk).update(status=Status.PLANNED)
    watch = Watch()
    deliver("mail", 100)
    watch.check()
    assert set(Delivery.objects.values_list("status", flat=True)) == {Status.FAILED}


@every_bomb
def test_a_bomb_on_a_page_that_shows_the_message_is_said(person: Profile, bomb: str) -> None:
    document = draft_of_steps(*(make(bomb) for make in PLACES.values())).draft
    actions = [found for row in document["steps"] if (found := action_of(row)) is not None]
    for each in actions:
        watch = Watch()
        (shown,) = render_messages([each], document, person)
        watch.check()
        assert shown is None or shown.error
    newsletter = a_newsletter(template=TemplateTextFactory(language="fr", html=bomb).template)
    assert render_for(message_of(newsletter).content, person, is_marketing=True).error


def test_what_is_no_text_to_send_is_never_rendered(person: Profile, client: Any) -> None:
    target, _secret = make_target(name="ERP", url="http://127.0.0.1:9/hook")
    hook = action("call_webhook", target=str(target.uid), event="x", include=["data", "profile"])
    live(action("set_field", field="city", mode="value", value=RANGE), hook)
    call(person, text=RANGE)
    work()
    person.refresh_from_db()
    assert person.city == RANGE
    assert RANGE in json.dumps(Delivery.objects.get().context["data"], ensure_ascii=False).replace('\\"', '"')
    page = {"title": RANGE, "intro": LOOP, "thanks": RANGE, "questions": [RANGE]}
    ModuleFactory(kind="form", slug="survey", language="en", settings={"page": page})
    site = Site.current()
    site.name = RANGE
    site.save()
    ConsentDefinition.objects.filter(name="Base").update(label={"en": RANGE})
    assert "(1..100000000)" in client.get("/m/survey/").content.decode()
