"""A config written with an older schema of its type is read as the type reads it now, everywhere."""

from typing import Any

import pytest

from actions.types.give_points import GivePoints
from tests.factories.people import ProfileFactory
from tests.factories.workflows import action, check, condition, live
from tests.workflows.engine.driving import call, states, work
from workflows.engine.live import forget
from workflows.models import Journal
from workflows.preview.recap import describe_step
from workflows.validation import clean_document

pytestmark = pytest.mark.django_db


@pytest.fixture
def _doubled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the schema of giving points become 2, in which a point of old is worth two."""

    def upgrade(cls: type, config: dict[str, Any], schema: int) -> dict[str, Any]:
        assert schema == 1
        return {**config, "points": config["points"] * 2}

    forget()
    monkeypatch.setattr(GivePoints, "schema", 2)
    monkeypatch.setattr(GivePoints, "upgrade", classmethod(upgrade))


def test_the_engine_reads_an_old_version_as_its_types_do_now(request: pytest.FixtureRequest) -> None:
    inside = action("give_points", points=5)
    live(check(condition("has_ordered"), no=[inside]))
    request.getfixturevalue("_doubled")

    call(ProfileFactory())
    work()

    assert states() == [("done", "")]
    assert Journal.objects.get(step_id=inside["id"]).saw["points"] == 10


@pytest.mark.usefixtures("_doubled")
def test_the_recap_and_the_forms_read_it_alike_and_once() -> None:
    old = {**action("give_points", points=5), "schema": 1}
    assert describe_step(old).words == "Give 10 points"

    document = {"name": "Test", "triggers": [], "settings": {}, "steps": [old]}
    once = clean_document(document)
    assert (once["steps"][0]["schema"], once["steps"][0]["config"]["points"]) == (2, 10)
    assert clean_document(once) == once
