"""The ledger: what of an event stays when its person is erased, or when it grows old."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from crm import db
from crm.models import Referral
from crm.personal import Blank, PersonalTable, Subject, erased_key, erased_words, no_object, only, personal_tables
from crm.personal.others import reduced
from triggers.models import Event, Kind

_LINE = ("reference", "product", "quantity", "unit_price", "unit_price_cents", "category")
_ORDER = (
    *("reference", "status", "old_status", "shop_status", "old_shop_status", "amount", "amount_cents", "old_amount"),
    *("old_amount_cents", "currency", "coupon", "created", "ordered_at", "orders_before", "paid_before"),
    *(f"lines.*.{name}" for name in _LINE),
)
_CART = (
    *("status", "stage", "total", "total_cents", "currency", "changed"),
    *(f"lines.*.{name}" for name in ("reference", "quantity", "unit_price")),
)
_REFERRAL = ("id", "module", "name", "status", "objectives.*", "referee.id")


def _under(name: str, paths: Iterable[str]) -> list[str]:
    return [f"{name}.{path}" for path in paths]


_order = only(*_under("order", _ORDER), *_under("sale", _ORDER), *_under("product", _LINE), "failure.code")
_cart = only(*_under("cart", _CART), "idle_minutes")
_participation = only(*_under("participation", ("id", "module", "name", "complete", "winner")))
_referral = only(*_under("referral", _REFERRAL))
_message = only(*_under("message", ("run", "step", "workflow", "delivery", "name")))

#: what stays of each kind's snapshot; of a kind that is not named here nothing does
KEPT: dict[str, Blank] = {
    Kind.PROFILE_CREATED: only("profile.origin", "profile.uid"),
    Kind.FIELD_CHANGED: only("field.name", "field.label"),
    Kind.CONSENT_CHANGED: only(*_under("consent", ("name", "label", "status", "old_status", "kind"))),
    Kind.ORDER_CREATED: _order,
    Kind.ORDER_STATUS_CHANGED: _order,
    Kind.ORDER_AMOUNT_CHANGED: _order,
    Kind.ORDER_PAID: _order,
    Kind.ORDER_FAILED: _order,
    Kind.CART_PUSHED: _cart,
    Kind.CART_ENDED: _cart,
    Kind.CART_IDLE: _cart,
    Kind.MOVEMENT_MADE: only(
        *_under("pot", ("points", "balance_before", "balance", "source")), "spread.pot_amount_update"
    ),
    Kind.PARTICIPATION_STARTED: _participation,
    Kind.PARTICIPATION_COMPLETED: _participation,
    Kind.REFERRAL_CREATED: _referral,
    Kind.REFERRAL_VALIDATED: _referral,
    Kind.MESSAGE_OPENED: _message,
    Kind.MESSAGE_CLICKED: _message,
    Kind.DATE_REACHED: only("date.rule", "date.label"),
}
#: kinds whose key a caller chose freely
_FREELY_KEYED = frozenset({Kind.API_CALLED, Kind.CART_PUSHED, Kind.CART_ENDED, Kind.CART_IDLE})
OF_REFERRALS = (Kind.REFERRAL_CREATED, Kind.REFERRAL_VALIDATED)
_TAGS = frozenset({Kind.TAG_ADDED, Kind.TAG_REMOVED})
#: fields whose former values are addresses and ids of the person
_KNOWN_BY = ("email", "external_id", "phone", "mobile")


def kept_snapshot(value: Any, row: Event) -> Any:
    """Return what stays of a snapshot."""
    blank: Blank = KEPT.get(row.kind, no_object)
    return blank(value, row) or {}


@personal_tables.register
class Events(PersonalTable):
    """All that happened."""

    kind = "event"
    model = Event
    label = _("Events")
    keeps = _("What kind of thing happened when, with ids and amounts: without what was seen of the person.")
    hidden = frozenset({"once", "handled_at", "error"})
    blanks = {
        "snapshot": kept_snapshot,
        "key": lambda value, row: erased_key(value, row) if row.kind in _FREELY_KEYED else value,
        "name": lambda value, row: "" if row.kind in _TAGS else value,
        "error": erased_words,
    }

    def identifiers(self, profile_id: int) -> Iterable[str]:
        """Return the addresses and ids that were changed."""
        changed = Event.objects.filter(profile=profile_id, kind=Kind.FIELD_CHANGED, name__in=_KNOWN_BY)
        for snapshot in changed.values_list("snapshot", flat=True):
            field = snapshot.get("field") or {}
            yield from (value for value in (field.get("old"), field.get("new")) if isinstance(value, str))


@personal_tables.register
class SponsorsEvents(PersonalTable):
    """Events of their sponsor, which saw who was brought: what they say of the sponsor stays."""

    kind = "event_of_sponsor"
    model = Event
    label = _("Events of the sponsor")
    keeps = Events.keeps
    hidden = None  # they are the sponsor's
    owner = "profile_id"
    order = 5  # what runs still under way write from now on is taken from them, so they come before all that is written

    def rows(self, subject: Subject) -> "QuerySet[Any]":
        """Return the events that tell the sponsor of this referee."""
        return events_of_sponsor(subject)

    def erase(self, rows: Sequence[Any], subject: Subject) -> None:
        """Leave of the referee the number."""
        for row in rows:
            row.snapshot = reduced(row.snapshot, subject.profile_id.__eq__)
            row.error = erased_words(row.error, row)
        db.update_rows(rows, ["snapshot", "error"])


def events_of_sponsor(subject: Subject) -> "QuerySet[Event]":
    """Return the events of a person's sponsor that tell of this person."""
    referral = Referral.objects.filter(referee=subject.profile_id).values_list("pk", "sponsor_id").first()
    if referral is None:
        return Event.objects.none()
    return Event.objects.filter(profile=referral[1], kind__in=OF_REFERRALS, key=str(referral[0]))
