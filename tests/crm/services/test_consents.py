"""Consents: given, refused, confirmed, and their history."""

import pytest

from crm.cause import caused_by
from crm.errors import Invalid, Refused
from crm.models import Consent, ConsentChange, ConsentWording
from crm.services.consents import confirm_consent, set_consent, set_consents
from crm.tracked import UntrackedWrite
from tests.factories.causes import BY_API, BY_HAND, BY_IMPORT
from tests.factories.consents import (
    ConsentDefinitionFactory,
    ConsentFactory,
    ConsentWordingFactory,
    LegalBasisFactory,
)
from tests.factories.people import ProfileFactory
from triggers.models import Event, Kind

pytestmark = pytest.mark.django_db


def changes(consent: Consent) -> list[tuple[str, str]]:
    rows = ConsentChange.objects.filter(profile=consent.profile_id).order_by("id")
    return list(rows.values_list("old_status", "status"))


def test_a_consent_goes_back_and_forth_and_its_history_keeps_it_all() -> None:
    wording = ConsentWordingFactory(version=3)
    profile = ProfileFactory()

    for status in ("accepted", "refused", "accepted"):
        consent = set_consent(profile, definition=wording.definition, status=status, cause=BY_API, source="form")

    assert changes(consent) == [("unknown", "accepted"), ("accepted", "refused"), ("refused", "accepted")]
    assert (consent.source, consent.wording_version) == ("form", 3)
    line = ConsentChange.objects.latest("id")
    assert (line.source, line.wording_version, line.origin) == ("form", 3, "api")


def test_the_same_status_again_is_no_change() -> None:
    profile, definition = ProfileFactory(), ConsentDefinitionFactory()

    for _time in range(2):
        consent = set_consent(profile, definition=definition, status="accepted", cause=BY_API)

    assert changes(consent) == [("unknown", "accepted")]
    assert Event.objects.filter(kind=Kind.CONSENT_CHANGED).count() == 1


def test_a_refused_legal_basis_goes_to_unknown_first() -> None:
    profile, basis = ProfileFactory(), LegalBasisFactory()
    set_consent(profile, definition=basis, status="refused", cause=BY_HAND)

    with pytest.raises(Refused):
        set_consent(profile, definition=basis, status="accepted", cause=BY_HAND)

    set_consent(profile, definition=basis, status="unknown", cause=BY_HAND)
    consent = set_consent(profile, definition=basis, status="accepted", cause=BY_HAND)
    assert consent.status == "accepted"


def test_a_saved_row_obeys_the_same_rule() -> None:
    consent = ConsentFactory(definition=LegalBasisFactory(), status="refused")

    consent.status = "accepted"
    with pytest.raises(Refused):
        consent.save()


def test_double_opt_in_waits_to_be_confirmed_however_often_it_is_accepted() -> None:
    profile, definition = ProfileFactory(), ConsentDefinitionFactory(is_double_opt_in=True)

    for _time in range(2):
        consent = set_consent(profile, definition=definition, status="accepted", cause=BY_API)
    assert consent.status == "to_confirm"

    assert confirm_consent(consent, cause=BY_API).status == "accepted"
    assert changes(consent) == [("unknown", "to_confirm"), ("to_confirm", "accepted")]


def test_a_confirmation_keeps_where_it_came_from_and_on_which_words() -> None:
    wording = ConsentWordingFactory(definition=ConsentDefinitionFactory(is_double_opt_in=True), version=2)
    consent = set_consent(ProfileFactory(), definition=wording.definition, status="accepted", cause=BY_API)

    confirm_consent(consent, cause=BY_API, source="double_opt_in", source_id="m1", wording_version=1)

    line = ConsentChange.objects.latest("id")
    assert (line.status, line.source, line.source_id, line.wording_version) == ("accepted", "double_opt_in", "m1", 1)


def test_only_what_waits_is_confirmed() -> None:
    consent = ConsentFactory(status="refused")

    assert confirm_consent(consent, cause=BY_API).status == "refused"


def test_what_an_import_brings_was_confirmed_before() -> None:
    with caused_by(BY_IMPORT):
        consent = ConsentFactory(definition=ConsentDefinitionFactory(is_double_opt_in=True))

    assert consent.status == "accepted"


def test_the_history_is_written_once_and_never_changed() -> None:
    consent = ConsentFactory()
    line = ConsentChange.objects.get(profile=consent.profile)

    with pytest.raises(UntrackedWrite):
        line.save()
    with pytest.raises(UntrackedWrite):
        line.delete()
    for write in (
        lambda: ConsentChange.objects.filter(pk=line.pk).update(status="refused"),
        lambda: consent.profile.consent_changes.all().delete(),
        lambda: ConsentChange.objects.bulk_update([line], ["status"]),
        lambda: ConsentWording.objects.update(text="Other words"),
    ):
        with pytest.raises(UntrackedWrite):
            write()


def test_an_unknown_consent_or_status_is_invalid() -> None:
    profile, definition = ProfileFactory(), ConsentDefinitionFactory()

    with pytest.raises(Invalid):
        set_consents(profile, statuses={"Nope": "accepted"}, cause=BY_API)
    with pytest.raises(Invalid):
        set_consent(profile, definition=definition, status="maybe", cause=BY_API)


def test_the_event_says_which_consent_how_and_where_from() -> None:
    definition = ConsentDefinitionFactory(name="NewsEmail", label={"en": "Newsletter"})

    set_consent(ProfileFactory(), definition=definition, status="accepted", cause=BY_API, source="form")

    event = Event.objects.get(kind=Kind.CONSENT_CHANGED)
    assert event.name == "NewsEmail"
    assert event.snapshot["consent"] == {
        "name": "NewsEmail",
        "label": "Newsletter",
        "status": "accepted",
        "old_status": "unknown",
        "source": "form",
        "kind": "consent",
    }


def test_a_change_of_a_consent_counts_as_a_change_of_the_profile() -> None:
    profile = ProfileFactory()
    before = profile.updated_at

    ConsentFactory(profile=profile)

    profile.refresh_from_db()
    assert profile.updated_at > before
