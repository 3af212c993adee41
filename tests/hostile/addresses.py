"""Every address of the back-office that can be looked at, with rows for all that has a page."""

import io
import re
from collections.abc import Iterator
from datetime import date
from itertools import product
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.urls import URLPattern, URLResolver

from actions.base import action_types
from actions.integrations import make_target
from actions.models import FrequencyCap, SpamAlarm, Suppression
from crm import clock
from crm.services.api_keys import make_key
from crm.services.imports import upload
from tests.crm.admin.rows import make_rows
from tests.factories.causes import BY_HAND
from tests.factories.consents import ConsentDefinitionFactory, LegalBasisFactory
from tests.factories.integrations import a_brevo, a_twilio, a_whatsapp
from tests.factories.people import CustomFieldFactory
from tests.factories.sales import ProductFactory
from tests.factories.workflows import action, called, check, condition, draft_of_steps, end, live, split, wait, wait_for
from tests.workflows.engine.driving import call, work
from triggers.base import trigger_types
from workflows.control.base import control_types
from workflows.drafts import all_steps
from workflows.models import Workflow

#: signing out would end the walk; the others answer with scripts or lead away
LEFT_OUT = {"logout", "jsi18n", "view_on_site", "login", "None"}
_PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
_MAIL = {"to": "profile", "purpose": "marketing", "consents": ["NewsEmail"], "source": "own", "subject": "Hi"}


def make_everything() -> None:
    """Make rows for all that has a page."""
    make_rows(1)
    make_key("Shop")
    ConsentDefinitionFactory(name="NewsEmail")
    LegalBasisFactory()
    ProductFactory()
    for kind in ("text", "number", "date", "boolean"):
        CustomFieldFactory(type=kind)
    CustomFieldFactory(type="choice", choices=["Lyon", "Paris"])
    for integration in (a_twilio, a_whatsapp, a_brevo):
        integration()
    make_target(name="ERP", url="https://erp.example/hook")
    FrequencyCap.objects.create(channel="email")
    SpamAlarm.objects.create(raised_at=clock.now(), complaints=4, sent=1000)
    Suppression.objects.create(address="a@example.com")
    upload(io.BytesIO(b"email,city\nzoe@example.com,Paris\n"), name="people.csv", cause=BY_HAND)
    make_workflow()


def make_workflow() -> Workflow:
    """Return a live workflow with a run behind it, whose draft has steps of many kinds."""
    workflow = live(action("add_tag", tag="vip"))
    person = apps.get_model("crm", "Profile").objects.order_by("-pk").first()
    person.birthday = date(1990, 1, 2)
    person.save()
    call(person)
    work()
    block = check(condition("profile_field", field="city", operator="is", value="Paris"), yes=[end()])
    draft = draft_of_steps(
        action("send_email", **_MAIL, html="<p>Hi</p>", preheader="", text=""),
        action("set_field", field="city", mode="value", value="Lyon"),
        wait(2),
        wait_for(yes=[split([end()], [block])]),
        triggers=[called()],
    ).draft
    Workflow.objects.filter(pk=workflow.pk).update(draft=draft)
    workflow.refresh_from_db()
    return workflow


def addresses() -> Iterator[str]:
    """Yield the addresses, those of typed pages once for each kind."""
    for route, name in _routes(admin.site.get_urls(), "/admin/"):
        if name not in LEFT_OUT and not name.endswith("_history") and not route.startswith("/admin/r/"):
            for filled in _filled(route):
                yield from (f"{filled}{query}" for query in ["", *_kinds(name)])


def _routes(patterns: list[Any], before: str) -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        route = before + str(pattern.pattern).lstrip("^").rstrip("$")
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern) and "(" not in route:
            yield route, str(pattern.name)


def _filled(route: str) -> Iterator[str]:
    """Yield the address of the newest row; of a workflow, that of each step."""
    names = _PARAMETER.findall(route)
    if not names:
        yield route
        return
    _empty, _admin, app, model, *_rest = route.split("/")
    rows = apps.get_model(app, model)._default_manager.order_by("-pk")
    found = list(rows if model == "integration" else rows[:1])
    steps = [step["id"] for row in found if isinstance(row, Workflow) for step in all_steps(row.draft)]
    known: dict[str, list[Any]] = {"step_id": steps, "index": [0]}
    for values in product(*(known.get(name, [row.pk for row in found]) for name in names)):
        given = dict(zip(names, values, strict=True))
        yield _PARAMETER.sub(lambda match, given=given: str(given[match[1]]), route)  # type: ignore[misc]


def _kinds(name: str) -> Iterator[str]:
    """Yield the queries under which an address shows another form."""
    if name == "actions_integration_add":
        yield "?kind=webhook"
    elif name == "workflows_workflow_trigger_add":
        yield from (f"?kind={kind}" for kind in trigger_types.kinds())
    elif name == "workflows_workflow_step_add":
        yield from (f"?kind={kind}" for kind in action_types.kinds())
        yield from (f"?type=control&kind={kind}" for kind in control_types.kinds())
