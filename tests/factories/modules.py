"""Modules, who took part, and who brought whom."""

import factory
from factory.django import DjangoModelFactory

from crm.models import Module, Participation, Referral, ReferralSettings
from tests.factories.people import ProfileFactory


class ModuleFactory(DjangoModelFactory[Module]):
    class Meta:
        model = Module

    name = factory.Sequence(lambda n: f"Module {n}")
    slug = factory.Sequence(lambda n: f"module-{n}")
    kind = "game"


class ReferralModuleFactory(ModuleFactory):
    """A referral module; without settings of its own: signed up and ordered, no points."""

    kind = "referral"


class ReferralSettingsFactory(DjangoModelFactory[ReferralSettings]):
    class Meta:
        model = ReferralSettings

    module = factory.SubFactory(ReferralModuleFactory)
    sponsor_points = 100
    referee_points = 20


class ParticipationFactory(DjangoModelFactory[Participation]):
    class Meta:
        model = Participation

    module = factory.SubFactory(ModuleFactory)
    profile = factory.SubFactory(ProfileFactory)


class ReferralFactory(DjangoModelFactory[Referral]):
    class Meta:
        model = Referral

    module = factory.SubFactory(ReferralModuleFactory)
    sponsor = factory.SubFactory(ProfileFactory)
    referee = factory.SubFactory(ProfileFactory)
