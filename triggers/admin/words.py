"""Events as people say them."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.utils.translation import gettext as _

from crm.models import ConsentStatus, CustomField, Movement, OrderStatus, Profile
from crm.words import money, points, said
from triggers.models import Event, Kind

ICONS = {
    Kind.PROFILE_CREATED: "person_add",
    Kind.FIELD_CHANGED: "edit",
    Kind.TAG_ADDED: "new_label",
    Kind.TAG_REMOVED: "label_off",
    Kind.CONSENT_CHANGED: "verified_user",
    Kind.ORDER_CREATED: "receipt_long",
    Kind.ORDER_STATUS_CHANGED: "local_shipping",
    Kind.ORDER_AMOUNT_CHANGED: "price_change",
    Kind.ORDER_PAID: "paid",
    Kind.ORDER_FAILED: "credit_card_off",
    Kind.CART_PUSHED: "shopping_cart",
    Kind.CART_ENDED: "shopping_cart_checkout",
    Kind.CART_IDLE: "remove_shopping_cart",
    Kind.MOVEMENT_MADE: "savings",
    Kind.PARTICIPATION_STARTED: "sports_esports",
    Kind.PARTICIPATION_COMPLETED: "task_alt",
    Kind.REFERRAL_CREATED: "diversity_3",
    Kind.REFERRAL_VALIDATED: "handshake",
    Kind.API_CALLED: "api",
    Kind.DATE_REACHED: "event",
    Kind.MESSAGE_OPENED: "drafts",
    Kind.MESSAGE_CLICKED: "ads_click",
}
TONES = {
    Kind.ORDER_PAID: "success",
    Kind.ORDER_FAILED: "danger",
    Kind.CART_IDLE: "warning",
    Kind.REFERRAL_VALIDATED: "success",
}


def detail_of(event: Event) -> str:
    """Return in one line what an event saw, in the current language."""
    say = _DETAILS.get(Kind(event.kind))
    return say(event, event.snapshot or {}) if say else event.key


def _field(event: Event, seen: Mapping[str, Any]) -> str:
    field = seen.get("field") or {}
    name = str(field.get("label") or "") if event.name.startswith("custom.") else ""
    name = name or field_label(event.name)
    return _("%(field)s: %(old)s → %(new)s") % {
        "field": name,
        "old": said(field.get("old")),
        "new": said(field.get("new")),
    }


def field_label(name: str) -> str:
    """Return how a field of the profile is called ("first_name", "custom.size")."""
    try:
        words = str(Profile._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
        return words[:1].upper() + words[1:]
    except FieldDoesNotExist:
        known = CustomField.objects.filter(name=name.removeprefix("custom.")).first()
        return known.label if known else name


def _consent(event: Event, seen: Mapping[str, Any]) -> str:
    consent = seen.get("consent") or {}
    words = dict(ConsentStatus.choices)
    return _("%(consent)s: %(old)s → %(new)s") % {
        "consent": consent.get("label") or event.name,
        "old": words.get(str(consent.get("old_status")), "–"),
        "new": words.get(str(consent.get("status")), "–"),
    }


def _order(event: Event, seen: Mapping[str, Any]) -> str:
    order = seen.get("order") or {}
    words = dict(OrderStatus.choices)
    status = str(words.get(str(order.get("status")), ""))
    if event.kind == Kind.ORDER_STATUS_CHANGED and order.get("old_status"):
        status = f"{words.get(order['old_status'], '')} → {status}"
    amount = money(int(order.get("amount_cents") or 0), str(order.get("currency") or ""))
    return " · ".join(part for part in (event.key, status, amount) if part)


def _failure(event: Event, seen: Mapping[str, Any]) -> str:
    failure = seen.get("failure") or {}
    return " · ".join(part for part in (event.key, failure.get("message") or failure.get("code") or "") if part)


def _cart(event: Event, seen: Mapping[str, Any]) -> str:
    cart = seen.get("cart") or {}
    amount = (
        money(int(cart.get("total_cents") or 0), str(cart.get("currency") or "")) if cart.get("total_cents") else ""
    )
    return " · ".join(part for part in (event.key, amount) if part)


def _movement(event: Event, seen: Mapping[str, Any]) -> str:
    pot = seen.get("pot") or {}
    source = str(dict(Movement.Source.choices).get(event.name, event.name))
    return " · ".join(part for part in (points(int(pot.get("points") or 0)), source, pot.get("reason") or "") if part)


def _module(event: Event, seen: Mapping[str, Any]) -> str:
    about = seen.get("participation") or seen.get("referral") or {}
    referee = about.get("referee") or {}
    name = f"{referee.get('first_name', '')} {referee.get('last_name', '')}".strip() or referee.get("email") or ""
    return " · ".join(part for part in (about.get("name") or "", name) if part)


def _call(event: Event, seen: Mapping[str, Any]) -> str:
    return " · ".join(part for part in (event.name, event.key) if part)


def _date(event: Event, seen: Mapping[str, Any]) -> str:
    about = seen.get("date") or {}
    return f"{field_label(event.name)} · {said(date.fromisoformat(about['value']))}" if about else event.name


def _message(event: Event, seen: Mapping[str, Any]) -> str:
    message = seen.get("message") or {}
    return " · ".join(str(part) for part in (message.get("name"), message.get("subject"), message.get("link")) if part)


def _name(event: Event, seen: Mapping[str, Any]) -> str:
    return event.name


def _origin(event: Event, seen: Mapping[str, Any]) -> str:
    return str(event.get_origin_display())


_DETAILS: dict[Kind, Callable[[Event, Mapping[str, Any]], str]] = {
    Kind.PROFILE_CREATED: _origin,
    Kind.FIELD_CHANGED: _field,
    Kind.TAG_ADDED: _name,
    Kind.TAG_REMOVED: _name,
    Kind.CONSENT_CHANGED: _consent,
    Kind.ORDER_CREATED: _order,
    Kind.ORDER_STATUS_CHANGED: _order,
    Kind.ORDER_AMOUNT_CHANGED: _order,
    Kind.ORDER_PAID: _order,
    Kind.ORDER_FAILED: _failure,
    Kind.CART_PUSHED: _cart,
    Kind.CART_ENDED: _cart,
    Kind.CART_IDLE: _cart,
    Kind.MOVEMENT_MADE: _movement,
    Kind.PARTICIPATION_STARTED: _module,
    Kind.PARTICIPATION_COMPLETED: _module,
    Kind.REFERRAL_CREATED: _module,
    Kind.REFERRAL_VALIDATED: _module,
    Kind.API_CALLED: _call,
    Kind.DATE_REACHED: _date,
    Kind.MESSAGE_OPENED: _message,
    Kind.MESSAGE_CLICKED: _message,
}
