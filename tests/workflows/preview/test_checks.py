import pytest

from actions.base import action_types
from crm.models import PointsProgramme
from tests.factories.consents import ConsentDefinitionFactory
from tests.factories.drafts import action, draft_workflow, live_workflow, mail, tag, trigger
from tests.factories.messages import TemplateTextFactory
from tests.factories.people import ProfileFactory
from tests.factories.points import CouponFactory, CouponPoolFactory
from workflows.preview.checks import look_at

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _consent():
    ConsentDefinitionFactory(name="NewsEmail")


def problems_of(workflow):
    return look_at(workflow).problems


def codes(workflow):
    return {problem.code: problem.blocks for problem in problems_of(workflow)}


def test_a_sound_workflow_has_nothing_to_say():
    assert problems_of(draft_workflow(mail())) == []


def test_several_watched_fields_that_lead_to_messages_are_a_warning():
    watched = trigger("profile_updated", fields_watched=["first_name", "city"])

    assert codes(draft_workflow(mail(), triggers=[watched])) == {"several_runs": False}
    assert codes(draft_workflow(tag(), triggers=[watched])) == {}


def test_a_workflow_that_starts_itself_is_refused():
    watched = trigger("profile_updated", fields_watched=["city"])
    sets_city = action("a", "set_field", field="city", mode="value", value="Lyon")
    sets_name = action("a", "set_field", field="first_name", mode="value", value="Jo")

    assert codes(draft_workflow(sets_city, triggers=[watched])) == {"loop": True}
    assert codes(draft_workflow(sets_name, triggers=[watched])) == {}


def test_a_tag_that_is_watched_and_added_is_a_loop():
    watched = trigger("profile_updated", fields_watched=["tags"])

    assert codes(draft_workflow(tag(), triggers=[watched])) == {"loop": True}


def test_two_live_workflows_that_chase_the_same_cart_are_a_warning():
    live_workflow(mail(), triggers=[trigger("cart_updated")], name="Cart reminder")
    second = draft_workflow(mail(), triggers=[trigger("sale_abandoned", stage="checkout", idle_minutes=60)])

    found = problems_of(second)

    assert [(problem.code, problem.blocks) for problem in found] == [("same_cart", False)]
    assert "Cart reminder" in found[0].message


def test_a_workflow_does_not_chase_its_own_cart():
    assert codes(live_workflow(mail(), triggers=[trigger("cart_updated")])) == {}


def test_points_by_workflow_and_programme_are_a_warning():
    PointsProgramme.objects.update_or_create(pk=1, defaults={"is_active": True})
    follow = action("a", "points_on_order", points=1, per="1.00", statuses=["paid"])

    assert codes(draft_workflow(follow, triggers=[trigger("order_updated", on_creation=True)])) == {
        "points_twice": False
    }


def test_an_archived_template_blocks():
    text = TemplateTextFactory()
    workflow = draft_workflow(mail(source="template", template=str(text.template.uid)))
    text.template.is_archived = True
    text.template.save()

    assert any(problem.blocks and problem.step_id == "m" for problem in problems_of(workflow))


def test_an_unknown_merge_tag_is_a_warning_at_its_step():
    workflow = draft_workflow(mail(subject="Hi {{ profile.frist_name }}", html="<p>{{ data.order.reference }}</p>"))

    found = problems_of(workflow)

    assert [(problem.code, problem.blocks, problem.step_id) for problem in found] == [("text", False, "m")]
    assert "profile.frist_name" in found[0].message


def test_a_call_of_the_api_may_bring_anything():
    workflow = draft_workflow(
        mail(subject="{{ data.whatever.it.is }} {{ data.key.number }}"), triggers=[trigger("api_call", identifier="go")]
    )

    assert codes(workflow) == {}


def test_what_blocks_comes_first():
    workflow = draft_workflow(mail(subject="{{ nobody.knows }}", consents=[]))

    blocking = [problem.blocks for problem in problems_of(workflow)]

    assert blocking == sorted(blocking, reverse=True)


def test_a_document_that_no_form_accepts_is_still_told():
    assert codes(draft_workflow(action("a", "nothing"))) == {"form": True}


def test_a_coupon_pool_that_is_low_archived_or_unknown_to_the_shop_is_said():
    CouponFactory(pool=(low := CouponPoolFactory()), profile=ProfileFactory())
    archived, generated = CouponPoolFactory(is_archived=True), CouponPoolFactory(is_generated=True)

    found = {
        pool: [(each.code, each.blocks) for each in action_types["give_coupon"]({"pool": str(pool.uid)}).problems()]
        for pool in (low, archived, generated)
    }

    assert found == {
        low: [("pool_low", False)],
        archived: [("pool_gone", True)],
        generated: [("not_announced", False)],
    }


def test_a_code_is_known_to_texts_after_the_step_that_gives_it_and_not_before():
    pool = CouponPoolFactory(is_generated=True)
    gives = action("g", "give_coupon", pool=str(pool.uid), announce=None)
    says = mail(subject="{{ data.coupon.code }}")

    assert "text" not in codes(draft_workflow(gives, says))
    assert codes(draft_workflow(says, gives))["text"] is False


def test_withdrawing_a_watched_consent_is_a_loop_and_asking_about_it_is_none():
    watched = trigger("consent_updated", consents=["NewsEmail"], to_confirm=True)
    withdraws = action("a", "withdraw_consent", consents=["NewsEmail"])
    asks = action("a", "ask_consent", consent="NewsEmail")

    assert codes(draft_workflow(withdraws, triggers=[watched])) == {"loop": True}
    assert "loop" not in codes(draft_workflow(asks, triggers=[watched]))


def test_the_link_to_confirm_is_known_to_its_own_mail_alone():
    template = TemplateTextFactory(html="<a href='{{ confirm_url }}'>Yes</a>").template
    ConsentDefinitionFactory(name="Ours", confirmation_template=template)

    assert codes(draft_workflow(action("a", "ask_consent", consent="Ours"))) == {}
    assert codes(draft_workflow(mail(subject="{{ confirm_url }}"))) == {"text": False}
