import pytest

from crm.errors import Invalid
from tests.factories.consents import ConsentDefinitionFactory
from tests.factories.drafts import action, block, condition, document, end, mail, points, tag, trigger, wait
from tests.factories.messages import TemplateFactory, TemplateTextFactory
from tests.factories.sales import ProductFactory
from workflows.freezing import freeze
from workflows.validation import check_document, clean_document

pytestmark = pytest.mark.django_db


def codes(made) -> set[str]:
    return {problem.code for problem in check_document(made)}


def test_a_complete_workflow_has_no_problem():
    ConsentDefinitionFactory(name="NewsEmail")

    made = document(wait(), block("c", yes=[mail(), points()], no=[end()]))

    assert check_document(made) == []


def test_what_was_cleaned_once_is_cleaned_to_the_same_again():
    ConsentDefinitionFactory(name="NewsEmail")
    product = ProductFactory()
    limit = {"mode": "period", "count": 2, "every": 3, "unit": "weeks", "alone": True}
    made = document(mail(), wait("w"), scope=[str(product.uid)], limit=limit, start_delay={"count": 1, "unit": "hours"})

    once = clean_document(made)

    assert clean_document(once) == once
    assert once["settings"]["limit"] == limit
    assert once["settings"]["start_delay"] == {"count": 1, "unit": "hours"}


@pytest.mark.parametrize("count", [0, 3])
def test_the_number_of_triggers_is_limited(count):
    assert codes(document(tag(), triggers=[trigger()] * count)) == {"trigger_count"}


def test_actions_are_counted_on_the_fullest_path_only():
    eight = [tag(f"a{n}") for n in range(8)]
    two, three = [tag("y1"), tag("y2")], [tag("n1"), tag("n2"), tag("n3")]

    assert codes(document(*eight, block("c", yes=two))) == set()
    assert codes(document(*eight, block("c", yes=two, no=three))) == {"action_count"}


def test_a_workflow_needs_an_action():
    assert codes(document(wait())) == {"action_count"}


def test_nothing_stands_behind_a_condition_or_an_end():
    assert codes(document(tag(), block("c"), wait("w"))) == {"not_last"}
    assert codes(document(tag(), end("e"), wait("w"))) == {"not_last"}


def test_two_steps_with_one_id_are_refused():
    assert codes(document(tag("a"), block("c", no=[tag("a")]))) == {"shape"}


def test_conditions_go_with_the_triggers_they_belong_to():
    about_points = block("c", condition("points_moved", operator="gte", value=10), yes=[tag()])

    assert codes(document(about_points)) == {"not_offered"}
    moved = trigger("pot_updated", sources=["api"], direction="gains")
    assert codes(document(about_points, triggers=[moved])) == set()


def test_points_are_not_given_where_the_pot_is_watched():
    moved = trigger("pot_updated", sources=["api"], direction="gains")

    assert codes(document(points(), triggers=[moved])) == {"not_offered"}


def test_points_on_order_need_a_trigger_about_orders():
    follow = action("a", "points_on_order", points=1, per=100, statuses=["paid"])

    assert codes(document(follow)) == {"not_offered"}
    assert codes(document(follow, triggers=[trigger("order_updated", on_creation=True)])) == set()


def test_a_block_without_condition_is_refused():
    empty = {**block("c", yes=[tag()]), "conditions": []}

    assert codes(document(empty)) == {"no_condition"}


def test_the_form_of_each_type_decides():
    made = document(points("p", 0), wait("w", 0), block("c", condition("order_count", operator="no"), yes=[tag()]))

    assert {problem.step_id for problem in check_document(made)} == {"p", "w", "c"}
    with pytest.raises(Invalid):
        clean_document(made)


@pytest.mark.parametrize(
    "made",
    [
        [],
        "text",
        {},
        {"name": 3},
        {"name": "x", "steps": {}},
        {"name": "x", "steps": [3]},
        {"name": "x", "steps": [{}]},
        {"name": "x", "steps": [{"id": "a b", "type": "action", "kind": "add_tag"}]},
        {"name": "x", "steps": [{"id": "a", "type": "nothing", "kind": "add_tag"}]},
        {"name": "x", "steps": [{"id": "a", "type": "action", "kind": ["add_tag"]}]},
        {"name": "x", "steps": [{"id": "a", "type": "action", "kind": "add_tag", "config": []}]},
        {"name": "x", "steps": [{"id": "a", "type": "action", "kind": "add_tag", "schema": "1"}]},
        {"name": "x", "steps": [{"id": "a", "type": "condition", "conditions": {}}]},
        {"name": "x", "triggers": [{"kind": 1}]},
        {"name": "x", "settings": []},
    ],
)
def test_what_is_no_workflow_at_all_is_refused_in_words(made):
    assert codes(made) == {"shape"}
    with pytest.raises(Invalid):
        clean_document(made)


@pytest.mark.parametrize(
    "made",
    [
        document(tag(), limit={"mode": "total", "count": "many"}),
        document(tag(), limit={"mode": []}),
        document(tag(), limit=[1]),
        document(tag(), scope=["no uuid"]),
        document(tag(), scope={"a": 1}),
        document(tag(), start_delay=7),
        document(tag(), start_delay={"count": 10**30, "unit": "weeks"}),
        document(tag(), start_delay={"count": 1, "unit": "years"}),
        document(action("a", "unknown")),
        document(tag(), triggers=[trigger("unknown")]),
        document(action("a", "add_tag", tag={"deep": []})),
        document(tag("t", "\ud800")),
    ],
)
def test_odd_values_are_refused_and_never_raise(made):
    assert "form" in codes(made)


def test_a_branch_too_deep_is_refused():
    step = tag("deepest")
    for depth in range(40):
        step = block(f"c{depth}", yes=[step])

    assert codes(document(step)) == {"shape"}


def test_the_digest_covers_the_content_of_templates():
    ConsentDefinitionFactory(name="NewsEmail")
    text = TemplateTextFactory(template=TemplateFactory())
    made = document(mail(source="template", template=str(text.template.uid)))
    before = freeze(made)
    text.subject = "Another"
    text.save()

    after = freeze(made)

    assert before[1] != after[1]
    assert freeze(made) == after
