"""The tables of crm: the profile, what hangs on it, and the answers and log lines that speak of it."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from crm import db
from crm.consent_sources import known_source, said_source
from crm.models import (
    Consent,
    ConsentChange,
    CustomValue,
    Erasure,
    Movement,
    Participation,
    Pot,
    Profile,
    ProfileExport,
    ProfileTag,
    Referral,
    Tag,
)
from crm.personal.base import PersonalTable, personal_tables
from crm.personal.blanks import empty, no_object, nothing
from crm.personal.subject import Subject
from crm.services.profile_values import FIELDS

_NULLABLE = frozenset({"external_id", "birthday"})
#: columns by which a profile is known outside
_KNOWN_BY = ("email", "external_id", "phone", "mobile")


@personal_tables.register
class Profiles(PersonalTable):
    """Who it is. Gone through at once when the erasure begins, so that nobody is found by it any more."""

    kind = "profile"
    model = Profile
    label = _("Profile")
    keeps = _("Its number and when it was made, so that orders and figures still add up.")
    path = "pk"
    order = 0
    hidden = frozenset({"email_key"})

    blanks = {
        **{name: nothing if name in _NULLABLE else empty for name in FIELDS},
        "email_key": nothing,
    }

    def identifiers(self, profile_id: int) -> Iterable[str]:
        """Return how it is known today."""
        row = QuerySet(Profile).filter(pk=profile_id).values_list(*_KNOWN_BY).first()
        return [value for value in row or () if value]


@personal_tables.register
class CustomValues(PersonalTable):
    """What the shop keeps of its own about people."""

    kind = "custom_value"
    model = CustomValue
    label = _("Custom fields")
    is_removed = True


@personal_tables.register
class Tags(PersonalTable):
    """The tags; one that nobody else carries would go on speaking of this person, so it goes too."""

    kind = "tag"
    model = ProfileTag
    label = _("Tags")
    is_removed = True

    def erase(self, rows: Sequence[Any], subject: Subject) -> None:
        """Take the tags off, and away where nobody carries them."""
        ids = {row.tag_id for row in rows}
        super().erase(rows, subject)
        shared = set(QuerySet(ProfileTag).filter(tag__in=ids).values_list("tag_id", flat=True))
        for tag in ids - shared:
            _delete_tag(tag)


def _delete_tag(key: int) -> None:
    """Delete a tag, unless somebody got it just now."""
    with suppress(IntegrityError), transaction.atomic():
        Tag.objects.filter(pk=key).delete()
        db.check_references()


class _Sourced(PersonalTable):
    """Rows that say by which way a consent changed."""

    def given(self, row: Mapping[str, Any], subject: Subject) -> dict[str, Any]:
        """Say the way in words."""
        return {**super().given(row, subject), "source": said_source(str(row["source"]))}


@personal_tables.register
class Consents(_Sourced):
    """Where the consents stand."""

    kind = "consent"
    model = Consent
    label = _("Consents")
    keeps = _("Which one, where it stands and since when: the proof that the law was kept.")
    blanks = {"source": lambda value, _row: known_source(value), "source_id": empty, "expires_at": nothing}


@personal_tables.register
class ConsentHistory(_Sourced):
    """How they got there."""

    kind = "consent_change"
    model = ConsentChange
    label = _("History of consents")
    keeps = _("Which one, what it became, when, on which wording and by which way.")
    blanks = {"source": lambda value, _row: known_source(value), "source_id": empty}


@personal_tables.register
class Participations(PersonalTable):
    """What they took part in."""

    kind = "participation"
    model = Participation
    label = _("Participations")
    keeps = _("Which module, when, complete or not, winner or not: without the answers.")
    blanks = {"answers": no_object}


@personal_tables.register
class SponsoredBy(PersonalTable):
    """Who brought them."""

    kind = "referral"
    model = Referral
    label = _("Referral as referee")
    keeps = _("The numbers of both, so that points given add up.")
    path = "referee"


@personal_tables.register
class Sponsored(PersonalTable):
    """Whom they brought."""

    kind = "sponsored"
    model = Referral
    label = _("Referrals as sponsor")
    keeps = _("The numbers of both, so that points given add up.")
    path = "sponsor"


@personal_tables.register
class Pots(PersonalTable):
    """The points."""

    kind = "pot"
    model = Pot
    label = _("Pot")
    keeps = _("The balance: points are part of the books.")


@personal_tables.register
class Movements(PersonalTable):
    """How the points came and went."""

    kind = "movement"
    model = Movement
    label = _("Movements of the pot")
    keeps = _("Points, balance, source and time: without the reason that somebody wrote.")
    blanks = {"reason": empty}


@personal_tables.register
class Erasures(PersonalTable):
    """That they were erased; its own identifiers are emptied when it is done."""

    kind = "erasure"
    model = Erasure
    label = _("Erasure")
    keeps = _("When it was asked for and done, and by whom: the proof that the law was kept.")
    hidden = frozenset({"identifiers", "progress"})


@personal_tables.register
class Exports(PersonalTable):
    """That their data was given out."""

    kind = "export"
    model = ProfileExport
    label = _("Exports")
    keeps = _("When and by whom: the proof that the law was kept.")
