"""How long the ground keeps what has an age: logs, attempts to sign in, answers, sessions."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from axes.models import AccessAttempt
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.utils.translation import gettext_lazy as _

from crm import clock, db
from crm.models import (
    Cart,
    Consent,
    ConsentChange,
    Coupon,
    CustomValue,
    Erasure,
    IdempotentCall,
    Import,
    Movement,
    Newsletter,
    Objection,
    Order,
    OrderLine,
    OrderStatusChange,
    Ownership,
    Participation,
    Pot,
    Profile,
    ProfileExport,
    ProfileTag,
    Referral,
    Segment,
)
from crm.periodic import periodic
from crm.personal.people import Participations
from crm.personal.sales import Carts
from crm.retention import RetentionClass, before, days_of, keep, retention_classes
from crm.services.import_files import forget_files
from crm.services.import_steps import be_alone_with
from crm.tracked import lock_profiles


@retention_classes.register
class AuditLog(RetentionClass):
    """Who changed what in the back-office."""

    kind = "audit_log"
    model = LogEntry
    label = _("Audit log")
    meaning = _("Who changed what in the back-office. Older lines are deleted.")
    time = "action_time"
    days = 3 * 365
    least = 30


@retention_classes.register
class SignIns(RetentionClass):
    """Failed attempts to sign in, with their network address."""

    kind = "sign_ins"
    model = AccessAttempt
    label = _("Failed attempts to sign in")
    meaning = _("Name, network address and browser of who tried to sign in and could not. Deleted.")
    time = "attempt_time"
    days = 30


@retention_classes.register
class ImportedFiles(RetentionClass):
    """Files of profiles that nobody went on with."""

    kind = "imports"
    model = Import
    label = _("Files to import")
    meaning = _("Lines of a file that was uploaded and not imported. Emptied; lines that were imported go at once.")
    time = "uploaded_at"
    days = 30

    def in_use(self, rows: Sequence[Any]) -> set[int]:
        """Return those at work; the others stand still until the end of the transaction."""
        keys = sorted(row.pk for row in rows)
        for key in keys:
            be_alone_with(key)
        held = db.locked(Import.objects.filter(pk__in=keys).only("status").order_by("pk"))
        return {source.pk for source in held if source.status in Import.AT_WORK}

    def clear(self, rows: Sequence[Any]) -> None:
        """End what was never begun, and forget the lines of all; the caller has asked which are in use."""
        keys = [row.pk for row in rows]
        waiting = Import.objects.filter(pk__in=keys, status__in=Import.NOT_ENDED).exclude(status__in=Import.AT_WORK)
        waiting.update(status=Import.Status.CANCELLED, ended_at=clock.now())
        forget_files(keys)


@retention_classes.register
class CartContents(RetentionClass):
    """What lay in carts that nobody touched for long."""

    kind = "carts"
    model = Cart
    label = _("Contents of carts")
    meaning = _("What lay in a cart, and what the shop sent besides. Blanked that long after the last activity.")
    time = "last_activity_at"
    days = 395
    least = 60
    goes_in_circles = True

    def in_use(self, rows: Sequence[Any]) -> set[int]:
        """Return those that were blanked already: the rows stay, and are met again in each circle."""
        return {row.pk for row in rows if Carts().is_blank(row)}

    def clear(self, rows: Sequence[Any]) -> None:
        """Blank them, as an erasure does, unless somebody touches one just now."""
        lock_profiles(row.profile_id for row in rows)
        limit = before(days_of(self) or 0)
        fresh = Cart.objects.filter(pk__any_of=[row.pk for row in rows])
        Carts().blank([row for row in fresh if row.last_activity_at < limit])


@retention_classes.register
class Answers(RetentionClass):
    """What people answered in forms, games and quizzes."""

    kind = "answers"
    model = Participation
    label = _("Answers of participations")
    meaning = _("What somebody answered in a form, a game or a quiz. Blanked; that they took part, and won, stays.")
    time = "created_at"
    days = 3 * 365
    least = 30

    def clear(self, rows: Sequence[Any]) -> None:
        """Blank them, as an erasure does."""
        lock_profiles(row.profile_id for row in rows)
        Participations().blank(list(Participation.objects.filter(pk__any_of=[row.pk for row in rows])))


@retention_classes.register
class ApiAnswers(RetentionClass):
    """Answers kept so that a repeated call is done once."""

    kind = "api_answers"
    model = IdempotentCall
    label = _("Answers kept for repeated API calls")
    meaning = _("So that a call sent twice is done once. The API promises two days; then they are deleted.")
    time = "created_at"
    days = 2
    is_fixed = True


@retention_classes.register
class Sessions(RetentionClass):
    """Who is signed in."""

    kind = "sessions"
    model = Session
    label = _("Sessions of the back-office")
    meaning = _("Who is signed in. Deleted when they run out.")
    time = "expire_date"
    days = 14
    is_fixed = True

    def oldest(self) -> datetime | None:
        """Say nothing: a session has an end, not an age."""
        return None


@periodic(every=3600)
def forget_sessions() -> None:
    """Delete sessions that have run out, some hundred at a time."""
    over = Session.objects.filter(expire_date__lt=clock.now()).order_by("expire_date")
    while keys := list(over.values_list("pk", flat=True)[: db.ID_BATCH]):
        Session.objects.filter(pk__in=keys).delete()


keep(Profile, CustomValue, ProfileTag, because=_("It is the customer file itself: it goes when the person is erased."))
keep(Consent, ConsentChange, because=_("It proves what somebody allowed or refused, as the law asks."))
keep(
    *(Order, OrderLine, OrderStatusChange, Ownership),
    because=_("Accounts must be kept for years; what was bought decides what may be bought again."),
)
keep(Pot, Movement, Coupon, Referral, because=_("Points and codes are worth money: their books must add up."))
keep(Erasure, ProfileExport, because=_("It proves that somebody's rights were kept. The files handed out are not."))
keep(Objection, because=_("Without it an old list would win back who had objected. It holds no address, only a hash."))
keep(
    *(Segment, Segment.history.model, Newsletter),
    because=_("It is the shop's own work. Where it names somebody, an erasure takes the name out."),
)
