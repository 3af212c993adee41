"""Profiles: found, created, updated."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from crm.cause import Origin
from crm.errors import Invalid
from crm.models import Profile, Site
from crm.services.profiles import FieldChange, change_fields, change_fields_many, find_profile, upsert_profile
from crm.tracked import UntrackedWrite
from tests.factories.causes import BY_API, BY_HAND, by_run
from tests.factories.consents import ConsentDefinitionFactory, LegalBasisFactory
from tests.factories.people import CustomFieldFactory, ProfileFactory
from triggers.models import Event, Kind

pytestmark = pytest.mark.django_db


def test_an_email_is_unique_without_regard_to_case() -> None:
    first, created = upsert_profile(cause=BY_API, email="Zoe@Example.com", fields={"first_name": "Zoé"})
    again, created_again = upsert_profile(cause=BY_API, email="zoe@EXAMPLE.com", fields={"last_name": "K"})

    assert (created, created_again) == (True, False)
    assert again.pk == first.pk
    assert (again.email, again.first_name, again.last_name) == ("Zoe@example.com", "Zoé", "K")
    with pytest.raises(Invalid):
        ProfileFactory(email="ZOE@example.com")


def test_the_external_id_is_the_key_when_given() -> None:
    profile, _created = upsert_profile(cause=BY_API, external_id="c-1", email="old@example.com")
    same, created = upsert_profile(cause=BY_API, external_id="c-1", email="new@example.com")

    assert not created
    assert (same.pk, same.email) == (profile.pk, "new@example.com")
    assert find_profile(external_id="c-1") == profile
    assert find_profile(email="old@example.com") is None


def test_somebody_known_by_email_takes_the_external_id_that_comes_with_it() -> None:
    known = ProfileFactory(email="zoe@example.com")

    same, created = upsert_profile(cause=BY_API, external_id="c-1", email="zoe@example.com")

    assert (same.pk, created, same.external_id) == (known.pk, False, "c-1")


def test_an_email_that_belongs_to_another_account_is_refused() -> None:
    ProfileFactory(email="zoe@example.com", external_id="c-1")

    with pytest.raises(Invalid) as refused:
        upsert_profile(cause=BY_API, external_id="c-2", email="zoe@example.com")

    assert refused.value.field == "email"


def test_a_profile_needs_an_email_or_an_external_id() -> None:
    with pytest.raises(Invalid):
        upsert_profile(cause=BY_API, fields={"first_name": "Zoé"})


def test_nobody_is_created_where_that_is_not_wanted() -> None:
    with pytest.raises(Profile.DoesNotExist):
        upsert_profile(cause=BY_API, email="zoe@example.com", create=False)


def test_values_are_normalised_whatever_the_door() -> None:
    Site.current()

    profile = ProfileFactory(
        country="be", mobile="0470 12 34 56", language="fr-be", gender="Madame", birthday="31/01/1985", city="  Mons "
    )

    profile.refresh_from_db()
    assert (profile.country, profile.mobile, profile.language) == ("BE", "+32470123456", "fr_BE")
    assert (profile.gender, profile.birthday.isoformat(), profile.city) == ("female", "1985-01-31", "Mons")


def test_a_phone_without_a_country_is_one_of_the_shops() -> None:
    assert ProfileFactory(country="", mobile="06 12 34 56 78").mobile == "+33612345678"


def test_what_does_not_fit_names_its_field() -> None:
    with pytest.raises(Invalid) as refused:
        ProfileFactory(city="x" * 200)

    assert refused.value.field == "city"


def test_the_creation_keeps_who_made_the_profile() -> None:
    profile, _created = upsert_profile(cause=BY_API, email="zoe@example.com")

    assert (profile.origin, profile.actor) == (Origin.API, "key")
    change_fields(profile, values={"city": "Lyon"}, cause=BY_HAND)
    profile.refresh_from_db()
    assert profile.origin == Origin.API


def test_everything_that_comes_with_a_profile_is_written_with_it() -> None:
    CustomFieldFactory(name="shoe_size", type="number")
    ConsentDefinitionFactory(name="NewsEmail")

    profile, _created = upsert_profile(
        cause=BY_API,
        email="zoe@example.com",
        tags_add=["VIP", "vip", "tea"],
        custom={"shoe_size": "38,5"},
        consents={"NewsEmail": "accepted"},
    )

    assert sorted(row.tag.name for row in profile.tags.all()) == ["VIP", "tea"]
    assert [str(row.value) for row in profile.custom_values.all()] == ["38.5000"]
    assert [row.status for row in profile.consents.all()] == ["accepted"]
    kinds = list(Event.objects.order_by("id").values_list("kind", flat=True))
    assert kinds == [Kind.PROFILE_CREATED, Kind.CONSENT_CHANGED]


def test_a_bad_value_among_good_ones_writes_nothing() -> None:
    with pytest.raises(Invalid), transaction.atomic():
        upsert_profile(cause=BY_API, email="zoe@example.com", consents={"NoSuchConsent": "accepted"})

    assert not Profile.objects.exists()
    assert not Event.objects.exists()


def test_an_account_gives_the_chosen_legal_bases() -> None:
    basis = LegalBasisFactory()
    Site.current().account_legal_bases.add(basis)

    profile, _created = upsert_profile(cause=BY_API, email="zoe@example.com")

    consent = profile.consents.get()
    assert (consent.definition, consent.status, consent.source) == (basis, "accepted", "account")


def test_fields_of_many_profiles_change_with_a_fixed_number_of_queries() -> None:
    CustomFieldFactory(name="colour")
    people = [ProfileFactory(city="Lyon") for _index in range(30)]
    items = [FieldChange(p.pk, {"city": "Paris", "custom.colour": "blue"}, BY_HAND) for p in people]

    with CaptureQueriesContext(connection) as few:
        change_fields_many(items[:2])
    with CaptureQueriesContext(connection) as many:
        outcomes = change_fields_many([*items[2:], FieldChange(people[0].pk, {"country": "Utopia"}, BY_HAND)])

    assert len(many) == len(few)
    assert outcomes[:-1] == [None] * 28
    assert isinstance(outcomes[-1], Invalid)
    assert set(Profile.objects.values_list("city", "country")) == {("Paris", "FR")}
    assert Event.objects.filter(kind=Kind.FIELD_CHANGED).count() == 60


def test_a_queryset_cannot_write_past_the_facts() -> None:
    ProfileFactory()

    with pytest.raises(UntrackedWrite):
        Profile.objects.update(city="Paris")
    with pytest.raises(UntrackedWrite):
        Profile.objects.all().delete()


def test_reading_a_column_late_loses_no_change_made_by_hand() -> None:
    profile = Profile.objects.only("city").get(pk=ProfileFactory(city="Lyon", first_name="Zoé").pk)
    profile.city = "Paris"
    assert profile.first_name == "Zoé"
    profile.save()
    assert Profile.objects.get().city == "Paris"


def test_changes_of_one_profile_in_a_batch_keep_their_own_causes() -> None:
    profile, size = ProfileFactory(city="Lyon"), CustomFieldFactory(name="size", type="number")
    first, second = by_run(1), by_run(2)
    values = ({"city": "Paris", "custom.size": "38"}, {"company": "Lila", "custom.size": "39"})

    changes = [FieldChange(profile.pk, given, cause) for given, cause in zip(values, (first, second), strict=True)]
    assert change_fields_many(changes) == [None, None]

    told = Event.objects.filter(kind=Kind.FIELD_CHANGED).order_by("id")
    assert [(event.name, event.snapshot["field"]["new"], event.run_id) for event in told] == [
        (f"custom.{size.name}", 38, 1),
        ("city", "Paris", 1),
        (f"custom.{size.name}", 39, 2),
        ("company", "Lila", 2),
    ]


def test_a_bad_value_leaves_nothing_of_its_item() -> None:
    profile = ProfileFactory(city="Lyon")
    CustomFieldFactory(name="size", type="number")
    cause = by_run(1)
    bad = [{"city": "Paris", "custom.size": "large"}, {"birthday": "soon", "custom.size": "39"}]
    errors = change_fields_many([FieldChange(profile.pk, values, cause) for values in bad])
    assert [error.field for error in errors if error] == ["custom.size", "birthday"]
    assert Profile.objects.get().city == "Lyon"
    assert not Event.objects.filter(kind=Kind.FIELD_CHANGED).exists()
