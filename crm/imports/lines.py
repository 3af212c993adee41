"""One line of a file: what it says, and how it is brought in."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

import structlog
from django.db import DataError, IntegrityError, InterfaceError, OperationalError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from crm.cause import Cause, Origin, caused_by
from crm.consent_sources import ConsentSource
from crm.errors import Invalid, Refused
from crm.imports.columns import CONSENT, CONSENT_DATE, TAGS, TRACKING
from crm.imports.consent_words import parse_consent
from crm.imports.tags import read_tags
from crm.models import Consent, ConsentDefinition, ConsentStatus, CustomField, Import, Profile
from crm.services.consents import set_consent
from crm.services.custom_fields import read_value
from crm.services.profile_values import CUSTOM
from crm.services.profiles import find_profile, upsert_profile
from crm.values import email_key, parse_boolean, parse_date

logger = structlog.get_logger(__name__)
CREATED, UPDATED, UNCHANGED, REFUSED = "created", "updated", "unchanged", "refused"
#: what became of a line, why, and the number of the column that is to blame (from 0; None: no single one)
Outcome = tuple[str, str, int | None]

_DATES = frozenset({"birthday"})
#: a day in each order
_WRITTEN = {"ymd": "1985-01-31", "dmy": "31/01/1985", "mdy": "01/31/1985"}


@dataclass(slots=True)
class Line:
    """What a line says: keys, fields, custom values, tags and consents (status, and day or instant if it names one)."""

    email: str = ""
    external_id: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    custom: dict[str, Any] = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)
    refuses_tracking: bool = False
    consents: dict[str, tuple[str, date | None]] = field(default_factory=dict)


class Reader:
    """Reads and brings in the lines of one import; what it must know of the shop is asked once."""

    def __init__(self, source: Import) -> None:
        self.source = source
        self.cause = Cause(Origin.IMPORT, actor=source.name[:150])
        names = {name.partition(".")[2] for name in source.mapping if name.startswith((CONSENT, CONSENT_DATE))}
        self.definitions = {row.name: row for row in ConsentDefinition.objects.filter(name__in=names)}
        self.custom_fields = {row.name: row for row in _custom_fields(source.mapping)}

    def bring_in(self, values: Sequence[str]) -> Outcome:
        """Write a line, all of it or nothing; returns what became of it, and why it was refused.

        A line that breaks us is refused too, and reported; what the database itself says is raised.
        """
        if not values:
            return REFUSED, _("The line was taken out: its person was erased."), None
        try:
            with transaction.atomic():
                return self._write(self.read(values)), "", None
        except Invalid as error:
            return self._refused(error)
        except Refused as error:
            return REFUSED, error.message, None
        except (IntegrityError, DataError, OverflowError):
            return REFUSED, _("A value does not fit, or another profile has it."), None
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            logger.exception("import_line_raised", source=self.source.pk)
            said = _("An error of Declic, please report it: %(error)s") % {"error": type(error).__name__}
            return REFUSED, said, None

    def _refused(self, error: Invalid) -> Outcome:
        """Name the column; its value is not kept, since it outlives the line."""
        if error.field not in self.source.mapping:
            return REFUSED, error.message, None
        at = self.source.mapping.index(error.field)
        return REFUSED, f"{self.source.header[at]}: {error.message}", at

    def known_people(self, lines: Sequence[Sequence[str]]) -> list[int]:
        """Return the ids of the profiles that lines name by their keys."""
        keys: dict[str, set[str]] = {"email": set(), "external_id": set()}
        for values in lines:
            for target, value in zip(self.source.mapping, values, strict=False):
                if value and target in keys:
                    keys[target].add(email_key(value) if target == "email" else value)
        named = Q(email_key__in=keys["email"]) | Q(external_id__in=keys["external_id"])
        return list(Profile.objects.filter(named).values_list("pk", flat=True))

    def read(self, values: Sequence[str]) -> Line:
        """Return what a line says; raises Invalid, with what the column is as its field."""
        line = Line()
        days: dict[str, date | None] = {}
        for target, value in zip(self.source.mapping, values, strict=False):
            if not target or (not value and not self.source.deletes_empty and not target.startswith(CONSENT_DATE)):
                continue
            try:
                self._take(line, days, target, value)
            except Invalid as error:
                raise Invalid(error.message, field=target) from error
        line.consents = {name: (status, days.get(name)) for name, (status, _day) in line.consents.items()}
        if not line.email and not line.external_id:
            raise Invalid(_("The line has neither an e-mail nor an external id."))
        return line

    def _take(self, line: Line, days: dict[str, date | None], target: str, value: str) -> None:
        _kind, _dot, name = target.partition(".")
        if target in ("email", "external_id"):
            setattr(line, target, value)
        elif target == TAGS:
            line.tags = read_tags(value)
        elif target == TRACKING:
            line.refuses_tracking = bool(value) and parse_boolean(value)
        elif target.startswith(CONSENT_DATE):
            days[name] = _instant(value) or self._date(value)
        elif target.startswith(CONSENT):
            if value:  # a field that is empty says nothing of a consent
                line.consents[name] = (parse_consent(value), None)
        elif target.startswith(CUSTOM):
            known = self.custom_fields.get(name)
            is_date = known is not None and known.type == "date"
            line.custom[name] = self._date(value) if is_date else value or None
            if known is not None:
                read_value(known, line.custom[name])
        else:
            line.fields[target] = self._date(value) if target in _DATES else value

    def _date(self, value: str) -> date | None:
        try:
            return parse_date(value, order=self.source.date_order)
        except Invalid:
            example = _WRITTEN.get(self.source.date_order, _WRITTEN["ymd"])
            raise Invalid(_("This must be a day, such as %(day)s.") % {"day": example}) from None

    def _write(self, line: Line) -> str:
        known = find_profile(email=line.email, external_id=line.external_id)
        stood = known.updated_at if known is not None else None
        profile, created = upsert_profile(
            cause=self.cause,
            email=line.email,
            external_id=line.external_id,
            fields=line.fields,
            tags_add=line.tags,
            custom=line.custom,
        )
        if line.refuses_tracking and not profile.refuses_tracking:  # a file takes no objection back
            profile.refuses_tracking = True
            with caused_by(self.cause):
                profile.save()
        for name, (status, day) in line.consents.items():
            self._consent(profile, name, status, day)
        if created:
            return CREATED
        now = Profile.objects.values_list("updated_at", flat=True).get(pk=profile.pk)
        return UNCHANGED if now == stood else UPDATED

    def _consent(self, profile: Profile, name: str, status: str, day: date | None) -> None:
        """Set a consent, unless what stands is newer, or was refused and the file does not say when it changed."""
        definition = self.definitions.get(name)
        if definition is None:
            raise Invalid(_("There is no consent “%(name)s”.") % {"name": name})
        at = day if isinstance(day, datetime) else datetime.combine(day, time(12), UTC) if day else None
        stands = Consent.objects.filter(profile=profile, definition=definition).first()
        if stands is None and status == ConsentStatus.UNKNOWN and at is None:
            return
        if stands is not None and stands.status != ConsentStatus.UNKNOWN:
            if at is not None and (at < stands.changed_at if at is day else at.date() < stands.changed_at.date()):
                return
            if at is None and stands.status == ConsentStatus.REFUSED:
                return
        set_consent(
            profile, definition=definition, status=status, cause=self.cause, source=ConsentSource.IMPORT, occurred_at=at
        )


def _instant(value: str) -> datetime | None:
    """Return an instant as an export writes it, None for what is none."""
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found if found.tzinfo else None


def _custom_fields(mapping: Sequence[str]) -> Any:
    names = [name.removeprefix(CUSTOM) for name in mapping if name.startswith(CUSTOM)]
    return CustomField.objects.filter(name__in=names, is_archived=False)
