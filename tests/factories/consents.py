"""Consent definitions and where they stand."""

import factory
from factory.django import DjangoModelFactory

from crm.models import Consent, ConsentDefinition, ConsentWording
from tests.factories.people import ProfileFactory


class ConsentDefinitionFactory(DjangoModelFactory[ConsentDefinition]):
    class Meta:
        model = ConsentDefinition

    name = factory.Sequence(lambda n: f"News{n}")
    label = factory.LazyAttribute(lambda row: {"en": row.name, "fr": row.name})
    channels = factory.LazyFunction(lambda: ["email"])


class LegalBasisFactory(ConsentDefinitionFactory):
    name = factory.Sequence(lambda n: f"LegalBasis{n}")
    kind = "legal_basis"


class ConsentWordingFactory(DjangoModelFactory[ConsentWording]):
    class Meta:
        model = ConsentWording

    definition = factory.SubFactory(ConsentDefinitionFactory)
    version = 1
    language = "en"
    text = "I want your news."


class ConsentFactory(DjangoModelFactory[Consent]):
    class Meta:
        model = Consent

    profile = factory.SubFactory(ProfileFactory)
    definition = factory.SubFactory(ConsentDefinitionFactory)
    status = "accepted"
