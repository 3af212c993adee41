"""What every type of action promises."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

import actions.types
from actions.base import Action, Done, Failed, Outcome, Pending, Skipped, action_types
from tests.actions.types.examples import EXAMPLES
from tests.factories.deliveries import a_profile
from tests.factories.steps import a_step

pytestmark = pytest.mark.django_db
every_type = pytest.mark.parametrize(
    ("kind", "example"), EXAMPLES, ids=[f"{kind}-{number}" for number, (kind, _) in enumerate(EXAMPLES)]
)
Example = Callable[[], dict[str, Any]]


def cleaned(kind: str, config: dict[str, Any]) -> dict[str, Any]:
    form = action_types[kind].form_class.check_config(config)
    assert form.is_valid(), form.errors
    return form.config()


def ready(kind: str, example: Example) -> Action:
    action = action_types[kind](cleaned(kind, example()))
    return action_types[kind](json.loads(json.dumps(action.freeze())))


def test_every_type_has_an_example_and_stands_in_the_list() -> None:
    assert {kind for kind, _ in EXAMPLES} == set(action_types.kinds())
    helpers = {"__init__", "email_form", "email_content", "field_values"}
    helpers |= {"brevo_parts", "grounds", "sms_form", "whatsapp_form"}
    files = {path.stem for path in Path(actions.types.__file__).parent.glob("*.py")} - helpers
    assert files == set(action_types.kinds())


@every_type
def test_what_the_form_cleans_comes_back_unchanged(kind: str, example: Example) -> None:
    config = cleaned(kind, example())
    assert json.loads(json.dumps(config)) == config
    assert cleaned(kind, config) == config
    shown = action_types[kind].form_class.from_config(config)
    assert set(shown.fields) == set(config)
    assert shown.as_p()


@every_type
def test_an_empty_form_is_refused_and_can_be_shown(kind: str, example: Example) -> None:
    form_class = action_types[kind].form_class
    assert form_class().as_p()
    assert not form_class.check_config({}).is_valid()


@every_type
def test_it_says_itself_in_both_languages(kind: str, example: Example) -> None:
    config = cleaned(kind, example())
    for action in (action_types[kind](config), action_types[kind](action_types[kind](config).freeze())):
        for language in ("en", "fr"):
            with translation.override(language):
                assert action.describe().strip()
                assert "%(" not in action.describe()
                assert str(action.label).strip()


@every_type
def test_a_frozen_config_is_json_and_freezes_to_itself(kind: str, example: Example) -> None:
    action = ready(kind, example)
    assert json.loads(json.dumps(action.freeze())) == action.config


@every_type
def test_texts_problems_and_message_can_be_asked(kind: str, example: Example) -> None:
    action = ready(kind, example)
    assert all(isinstance(text, str) for text in action.texts())
    assert not [problem for problem in action.problems() if problem.blocks]
    parts = action.message()
    assert parts is None or {"subject", "html", "text"} <= set(parts)


@every_type
def test_its_effects_are_applied_in_order_with_an_outcome_for_each(kind: str, example: Example) -> None:
    action = ready(kind, example)
    outcomes = apply(action, 3)
    assert len(outcomes) == 3
    assert all(isinstance(each, Done | Pending | Skipped | Failed) for each in outcomes)
    assert all(json.dumps(each.value) for each in outcomes if isinstance(each, Done | Pending))


@every_type
def test_applying_takes_as_many_queries_for_one_as_for_many(kind: str, example: Example) -> None:
    action = ready(kind, example)
    apply(action, 2)
    counts = []
    for number in (2, 12):
        with CaptureQueriesContext(connection) as queries:
            apply(
                action, number, profiles=[a_profile(first_name="P", city="Lyon") for _ in range(number)], only=queries
            )
        counts.append(len(queries))
    assert counts[0] == counts[1]


def apply(action: Action, number: int, profiles: list[Any] | None = None, only: Any = None) -> list[Outcome]:
    """Do what the engine does with a round: plan for each run, apply all by class."""
    steps = [a_step(profile) for profile in profiles or [a_profile(first_name="P") for _ in range(number)]]
    planned = [next(action.plan(step)) for step in steps]
    if only is not None:
        only.initial_queries = len(connection.queries_log)
    with transaction.atomic():
        return type(planned[0]).apply_many(planned)
