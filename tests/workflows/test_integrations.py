"""A workflow and the integrations that its actions need."""

import pytest

from actions.integrations import make_target, set_target
from actions.models import Delivery, MailboxMessage
from crm.errors import Refused
from tests.factories.deliveries import a_definition
from tests.factories.integrations import a_brevo, a_mobile_profile, a_twilio
from tests.factories.workflows import action, draft_of_steps, live
from tests.workflows.admin.pages import at, visitor
from tests.workflows.engine.driving import call, states, work
from workflows.integrations import switched_off
from workflows.preview.checks import look_at
from workflows.services.lifecycle import activate

pytestmark = pytest.mark.django_db


def on_list() -> dict[str, object]:
    return action("brevo_add_to_list", list=3)


def sms() -> dict[str, object]:
    a_definition("Base", kind="legal_basis")
    return action("send_sms", purpose="service", consents=["Base"], text="Hello {{ profile.first_name }}")


def problems(workflow: object) -> list[tuple[str, bool]]:
    return [(problem.code, problem.blocks) for problem in look_at(workflow).problems]  # type: ignore[arg-type]


def test_an_action_whose_integration_is_off_is_not_offered() -> None:
    workflow = draft_of_steps(sms())
    page = visitor().get(at("step_add", workflow.pk)).content.decode()
    assert 'value="send_sms"' in page
    assert 'value="brevo_add_to_list"' not in page
    a_brevo()
    assert 'value="brevo_add_to_list"' in visitor().get(at("step_add", workflow.pk)).content.decode()


def test_a_workflow_that_uses_it_cannot_be_activated() -> None:
    workflow = draft_of_steps(on_list())
    look = look_at(workflow)
    assert ("integration_off", True) in problems(workflow)
    with pytest.raises(Refused, match="Brevo"):
        activate(workflow, digest=look.digest, user=None)
    a_brevo()
    assert problems(workflow) == []


def test_a_live_workflow_says_on_its_page_that_it_was_switched_off_later() -> None:
    a_brevo()
    target, _secret = make_target(name="ERP", url="https://erp.example/hook")
    make_target(name="Other", url="https://other.example/hook")
    hook = action("call_webhook", target=str(target.uid), event="x", include=["data"])
    workflow = live(on_list(), hook)
    assert switched_off(workflow.version.definition) == []  # type: ignore[union-attr]
    assert "these steps cannot be done" not in visitor().get(at("change", workflow.pk)).content.decode()

    a_brevo(is_active=False)
    set_target(target, name="ERP", url="https://erp.example/hook", is_active=False)

    page = visitor().get(at("change", workflow.pk)).content.decode()
    assert "these steps cannot be done" in page
    assert len(switched_off(workflow.version.definition)) == 2  # type: ignore[union-attr]


def test_before_a_provider_is_set_up_the_preview_says_where_sms_land() -> None:
    workflow = draft_of_steps(sms())
    assert problems(workflow) == [("stand_in", False)]
    a_twilio()
    assert problems(workflow) == []


def test_a_run_sends_an_sms_into_the_mailbox() -> None:
    live(sms())
    call(a_mobile_profile(accepts=("Base",)))
    work()
    assert states() == [("done", "")]
    assert MailboxMessage.objects.get().text == "Hello Zoé"
    assert Delivery.objects.get().channel == "sms"


def test_a_run_whose_only_action_is_off_stops_with_the_reason() -> None:
    a_brevo()
    live(on_list())
    a_brevo(is_active=False)
    call(a_mobile_profile())
    work()
    assert states() == [("stopped", "integration_off")]
