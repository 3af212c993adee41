"""W9 and W10 at the level of a workflow: settings, words, warnings, exemption, and the whole way of a message."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import Group

from actions.caps import forget_caps
from actions.models import Delivery, FrequencyCap
from crm import clock
from crm.errors import Invalid
from crm.models import Site, User
from tests.factories.consents import ConsentDefinitionFactory
from tests.factories.deliveries import a_profile
from tests.factories.drafts import action, block, document, draft_workflow, live_workflow, mail, tag, trigger, wait
from tests.factories.integrations import a_twilio
from tests.workflows.admin.pages import at, post, visitor
from tests.workflows.engine.driving import call, states, work
from workflows.preview.checks import look_at
from workflows.preview.recap import describe_settings
from workflows.validation import clean_document

pytestmark = pytest.mark.django_db
NIGHT = datetime(2026, 5, 4, 1, tzinfo=UTC)
WINDOW = {"days": ["mon", "tue"], "from": "09:00", "to": "18:00", "outside": "wait"}


@pytest.fixture(autouse=True)
def _shop():
    Site(time_zone="Europe/Paris").save()
    a_profile()


def test_a_marketing_message_of_a_workflow_waits_for_its_window_and_a_service_message_does_not():
    ConsentDefinitionFactory(name="LegalBasisOrder", kind="legal_basis")
    profile = a_profile(accepts=("NewsEmail", "LegalBasisOrder"))
    with clock.at(NIGHT):
        called = trigger("api_call", identifier="go")
        service = mail("s", purpose="service", consents=["LegalBasisOrder"])
        live_workflow(mail("m"), service, triggers=[called], window=WINDOW)
        call(profile)
        work()
        assert list(Delivery.objects.values_list("step_id", "status")) == [("m", "planned")]
    with clock.at(NIGHT.replace(hour=20)):
        work()
    with clock.at(NIGHT.replace(day=5, hour=8)):
        work()
        assert states() == [("done", "")]
        assert "window" not in Delivery.objects.get(step_id="s").rules


def test_a_window_is_cleaned_to_the_same_again_and_absent_where_it_is_none():
    once = clean_document(document(mail(), window=WINDOW))
    assert once["settings"]["window"] == WINDOW
    assert clean_document(once) == once
    assert "window" not in clean_document(document(mail()))["settings"]


@pytest.mark.parametrize(
    "window",
    [
        "always",
        ["mon"],
        {**WINDOW, "days": []},
        {**WINDOW, "days": ["someday"]},
        {**WINDOW, "from": "18:00", "to": "09:00"},
        {**WINDOW, "from": "09:00", "to": "09:00"},
        {**WINDOW, "outside": "explode"},
        {**WINDOW, "to": None},
        {**WINDOW, "from": {"a": 1}},
        {"days": ["mon"]},
    ],
)
def test_a_window_that_makes_no_sense_is_refused(window):
    with pytest.raises(Invalid):
        clean_document(document(mail(), window=window))


def test_it_is_said_in_words():
    words = dict(describe_settings(document(mail(), window=WINDOW)))
    assert words["Send marketing messages"] == (
        "Monday and Tuesday from 09:00 to 18:00, the customer's time; otherwise they wait"
    )
    assert dict(describe_settings(document(mail())))["Send marketing messages"] == "at any time"


def test_the_window_is_set_in_the_settings_of_the_builder():
    client, workflow = visitor(), draft_workflow(mail())
    values = {"config-name": "Night", "config-limit": "unlimited", "config-window": "skip"}
    page = post(client, workflow, at("settings", workflow.pk), **values).content.decode()
    assert 'value="19:00"' in page
    assert page.count("checked") >= 5
    hours = {"config-window_days": ["sat"], "config-window_from": "10:00", "config-window_to": "00:00"}
    post(client, workflow, at("settings", workflow.pk), save=1, **values, **hours)
    workflow.refresh_from_db()
    assert workflow.draft["settings"]["window"] == {"days": ["sat"], "from": "10:00", "to": "00:00", "outside": "skip"}


def codes(workflow):
    return {problem.code: problem.blocks for problem in look_at(workflow).problems}


def test_the_preview_warns_of_a_window_that_changes_nothing_and_of_a_cap_that_holds_back():
    assert codes(draft_workflow(tag(), window=WINDOW)) == {"window_idle": False}
    assert codes(draft_workflow(mail("a"), mail("b"), window=WINDOW)) == {}
    FrequencyCap.objects.create(channel="email", most=1)
    forget_caps()
    assert codes(draft_workflow(mail("a"))) == {}
    assert codes(draft_workflow(mail("a"), mail("b"))) == {"cap": False}


SMS = {"purpose": "marketing", "consents": ["NewsSms"], "text": "Sale"}


@pytest.mark.parametrize(
    ("days", "begin", "end", "is_said"),
    [
        (["sun"], "08:00", "20:00", True),
        (["mon", "sun"], "20:00", "00:00", True),
        (["mon"], "05:00", "08:00", True),
        (["mon"], "05:00", "08:01", False),
        (["sat", "sun"], "19:00", "00:00", False),
    ],
)
def test_the_preview_warns_where_the_window_leaves_no_hour_for_an_sms_to_france(days, begin, end, is_said):
    ConsentDefinitionFactory(name="NewsSms", channels=["sms"])
    window = {"days": days, "from": begin, "to": end, "outside": "wait"}
    workflow = draft_workflow(action("s", "send_sms", **SMS), window=window)
    assert ("no_common_hour" in codes(workflow)) is is_said
    assert "no_common_hour" not in codes(draft_workflow(mail("m"), window=window))
    a_twilio(french_hours=False)
    assert "no_common_hour" not in codes(workflow)


def cap_on(channel, **columns):
    FrequencyCap.objects.create(channel=channel, **columns)
    forget_caps()


def test_a_cap_counts_the_messages_of_its_channel_on_one_way():
    ConsentDefinitionFactory(name="NewsSms", channels=["sms"])
    cap_on("sms", most=1)
    text = action("s1", "send_sms", **SMS)
    assert "cap" not in codes(draft_workflow(mail("a"), mail("b"), text))
    assert "cap" in codes(draft_workflow(mail("a"), text, action("s2", "send_sms", **SMS)))
    other = action("s2", "send_sms", **SMS)
    assert "cap" not in codes(draft_workflow(block(yes=[text], no=[other])))
    assert "cap" in codes(draft_workflow(text, block(yes=[mail("a")], no=[other])))


@pytest.mark.parametrize(("days", "is_said"), [(6, True), (7, False)])
def test_messages_further_apart_than_the_period_of_a_cap_keep_to_it(days, is_said):
    cap_on("email", most=1, every=7)
    by_wait = draft_workflow(mail("a"), wait("w", days), mail("b"))
    by_delay = draft_workflow(mail("a"), {**mail("b"), "delay": {"count": days, "unit": "days"}})
    assert [("cap" in codes(workflow)) for workflow in (by_wait, by_delay)] == [is_said, is_said]


def test_an_administrator_exempts_a_workflow_and_a_marketer_may_not():
    marketer, workflow = visitor(is_superuser=False), draft_workflow(mail())
    user = User.objects.get(pk=marketer.session["_auth_user_id"])
    user.groups.add(Group.objects.get(name="Marketer"))
    assert marketer.post(at("exempt", workflow.pk), {"exempt": "1"}).status_code == 403
    user.groups.set([Group.objects.get(name="Administrator")])
    assert "Exempt “Welcome”" in marketer.get(at("exempt", workflow.pk)).content.decode()
    assert marketer.post(at("exempt", workflow.pk), {"exempt": "1"}).status_code == 302
    workflow.refresh_from_db()
    assert workflow.is_cap_exempt
    assert codes(workflow) == {"cap_exempt": False}
    marketer.post(at("exempt", workflow.pk), {"exempt": "0"})
    workflow.refresh_from_db()
    assert not workflow.is_cap_exempt
