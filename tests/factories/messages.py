"""Templates, segments and mailings."""

import factory
from factory.django import DjangoModelFactory

from crm.models import Newsletter, Scenario, Segment, Template, TemplateText


class TemplateFactory(DjangoModelFactory[Template]):
    class Meta:
        model = Template

    name = factory.Sequence(lambda n: f"Template {n}")


class TemplateTextFactory(DjangoModelFactory[TemplateText]):
    class Meta:
        model = TemplateText

    template = factory.SubFactory(TemplateFactory)
    language = "fr"
    subject = "Bonjour {{ profile.first_name }}"
    html = "<p>Bonjour {{ profile.first_name }}</p>"
    text = "Bonjour {{ profile.first_name }}"


class SegmentFactory(DjangoModelFactory[Segment]):
    class Meta:
        model = Segment

    name = factory.Sequence(lambda n: f"Segment {n}")


class NewsletterFactory(DjangoModelFactory[Newsletter]):
    class Meta:
        model = Newsletter

    name = factory.Sequence(lambda n: f"Newsletter {n}")
    template = factory.SubFactory(TemplateFactory)


class ScenarioFactory(DjangoModelFactory[Scenario]):
    class Meta:
        model = Scenario

    name = factory.Sequence(lambda n: f"Scenario {n}")
    rule = "birthday"
    template = factory.SubFactory(TemplateFactory)
