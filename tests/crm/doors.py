"""The doors through which the world changes, for tests: how each is opened and which cause it leaves."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from crm.cause import Origin
from crm.models import Profile
from tests.crm.admin.forms import save
from tests.crm.api.calls import Shop
from tests.factories.causes import BY_API
from tests.factories.people import UserFactory
from triggers.services import record_call
from triggers.signals import events_recorded
from workflows.engine.advance import advance
from workflows.engine.dispatch import dispatch
from workflows.engine.live import forget
from workflows.freezing import freeze
from workflows.services.drafts import create_workflow
from workflows.services.lifecycle import activate

#: origin and actor of what comes through a door
CAUSES = {
    "shell": (Origin.BACK_OFFICE, ""),
    "service": (Origin.API, "key"),
    "form": (Origin.BACK_OFFICE, "jo"),
    "inline": (Origin.BACK_OFFICE, "jo"),
    "page": (Origin.BACK_OFFICE, "jo"),
    "action": (Origin.BACK_OFFICE, "jo"),
    "import": (Origin.IMPORT, "file.csv"),
    "api": (Origin.API, "My shop"),
    "trigger": (Origin.API, "My shop"),
    "workflow": (Origin.WORKFLOW, ""),
}


@dataclass(frozen=True)
class Case:
    """One change, the events that it is, and how it is made through each door that has it."""

    name: str
    prepare: Callable[[], Any]
    #: kind, name and key of each event; "*" stands for anything
    events: Sequence[tuple[str, str, str]]
    doors: Mapping[str, Callable[[Any], Any]]
    #: what the first event saw, by dotted path
    sees: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name


class Crash(Exception):
    """Something fails after the events were written."""


@contextmanager
def crash_after_recording() -> Iterator[None]:
    """Let whatever records events fail right after it."""

    def crash(**_kwargs: Any) -> None:
        raise Crash

    events_recorded.connect(crash, weak=False, dispatch_uid="tests.crash")
    try:
        yield
    finally:
        events_recorded.disconnect(dispatch_uid="tests.crash")


def back_office() -> Client:
    """Return a client signed in as jo."""
    cache.clear()
    client = Client()
    client.force_login(UserFactory(username="jo"))
    return client


def fill(name: str, *args: object, **values: Any) -> None:
    """Open a form of the back-office, fill it in and save it."""
    response = save(back_office(), reverse(f"admin:crm_{name}", args=args), **values)
    assert response.status_code == 302, response.context["errors"]


def press(name: str, profile: Profile, **values: Any) -> None:
    """Post one of the small forms on the page of a profile."""
    response = back_office().post(reverse(f"admin:crm_profile_{name}", args=[profile.pk]), values)
    assert response.status_code == 302


def act(name: str, profile: Profile, **values: Any) -> None:
    """Choose a profile in the list and let an action of the list change it."""
    chosen = {"action": name, "_selected_action": [profile.pk], **values}
    response = back_office().post(reverse("admin:crm_profile_changelist"), chosen)
    assert response.status_code == 302


def call(path: str, body: dict[str, Any]) -> None:
    """Post to the API as a shop does."""
    response = Shop(name="My shop").post(path, body)
    assert response.status_code in (200, 202), response.content


def run_action(profile: Profile, kind: str, config: dict[str, Any]) -> None:
    """Let a workflow do one action for a profile, from the call that starts it to the end of the run."""
    document = {
        "name": "Test",
        "triggers": [{"kind": "api_call", "schema": 1, "options": {"identifier": "go", "repeated": "starts"}}],
        "settings": {},
        "steps": [{"id": "s1", "type": "action", "kind": kind, "schema": 1, "config": config, "delay": None}],
    }
    forget()  # ids come again in another test
    workflow = create_workflow(name="Test", document=document)
    activate(workflow, digest=freeze(workflow.draft)[1], user=None)
    record_call(profile.email, identifier="go", key_name="id", key_value="1", data={}, cause=BY_API)
    while dispatch() + advance():
        pass


def seen(snapshot: Mapping[str, Any], path: str) -> Any:
    """Follow a dotted path into a snapshot."""
    found: Any = snapshot
    for name in path.split("."):
        found = found[name]
    return found
