"""Newsletters and scenarios that could be sent, and what is done with them."""

from typing import Any

from actions.mailings.newsletters import schedule_newsletter
from actions.mailings.preparing import begin, prepare
from actions.mailings.scenarios import switch_on
from actions.models import Delivery
from crm.models import Newsletter, Scenario, Segment, Template
from tests.factories.deliveries import a_definition
from tests.factories.messages import NewsletterFactory, ScenarioFactory, TemplateTextFactory


def a_template(**texts: str) -> Template:
    """Return a template with a text in French, and one for each language given."""
    template: Template = TemplateTextFactory().template
    for language, subject in texts.items():
        TemplateTextFactory(template=template, language=language, subject=subject)
    return template


def a_newsletter(**columns: Any) -> Newsletter:
    """Return a draft to everybody who accepts NewsEmail."""
    a_definition()
    newsletter: Newsletter = NewsletterFactory(
        **{"consents": ["NewsEmail"], "template": columns.pop("template", None) or a_template(), **columns}
    )
    return newsletter


def a_begun_newsletter(**columns: Any) -> Newsletter:
    """Return one whose content and audience are frozen, and nothing prepared."""
    newsletter = a_newsletter(**columns)
    schedule_newsletter(newsletter)
    assert begin(newsletter)
    newsletter.refresh_from_db()
    return newsletter


def a_prepared_newsletter(**columns: Any) -> Newsletter:
    """Return one that waits to be let go."""
    newsletter = a_begun_newsletter(**columns)
    prepare(newsletter)
    return newsletter


def a_scenario(*, is_on: bool = True, **columns: Any) -> Scenario:
    """Return a scenario on NewsEmail, switched on now."""
    a_definition()
    scenario: Scenario = ScenarioFactory(**{"consents": ["NewsEmail"], "template": a_template(), **columns})
    if is_on:
        switch_on(scenario)
    return scenario


def people_in(language: str) -> Segment:
    """Return the segment of those who speak a language."""
    rules = {"mode": "all", "rules": [{"kind": "profile_language", "config": {"operator": "is", "value": language}}]}
    segment: Segment = Segment.objects.create(name=f"Speak {language}", rules=rules)
    return segment


def recipients(**mailing: int) -> list[str]:
    """Return whom the deliveries of a mailing are for, in order."""
    return sorted(Delivery.objects.filter(**mailing).values_list("recipient", flat=True))
