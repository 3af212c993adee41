"""Profiles, their tags and custom fields, and the people of the back-office."""

import factory
from factory.django import DjangoModelFactory

from crm.models import CustomField, CustomValue, Profile, ProfileTag, Tag, User


class ProfileFactory(DjangoModelFactory[Profile]):
    class Meta:
        model = Profile

    email = factory.Sequence(lambda n: f"person{n}@example.com")
    first_name = "Camille"
    last_name = factory.Sequence(lambda n: f"Martin{n}")
    language = "fr"
    country = "FR"


class TagFactory(DjangoModelFactory[Tag]):
    class Meta:
        model = Tag

    name = factory.Sequence(lambda n: f"Tag {n}")


class ProfileTagFactory(DjangoModelFactory[ProfileTag]):
    class Meta:
        model = ProfileTag

    profile = factory.SubFactory(ProfileFactory)
    tag = factory.SubFactory(TagFactory)


class CustomFieldFactory(DjangoModelFactory[CustomField]):
    class Meta:
        model = CustomField

    label = factory.Sequence(lambda n: f"Field {n}")
    name = factory.Sequence(lambda n: f"field_{n}")
    type = "text"


class CustomValueFactory(DjangoModelFactory[CustomValue]):
    class Meta:
        model = CustomValue

    profile = factory.SubFactory(ProfileFactory)
    field = factory.SubFactory(CustomFieldFactory)
    text = "blue"


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user{n}")
    email = factory.LazyAttribute(lambda user: f"{user.username}@shop.example")
    is_staff = True
    is_superuser = True
