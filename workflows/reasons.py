"""Why a run stopped, an entry was refused or a step was skipped: codes that are stored, and their sentences."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from actions.reasons import REASONS, reason_label

ERASED = "erased"

_sentences: dict[str, str | Promise] = {
    "scope": _("None of the products was in the product scope."),
    "owned": _("The customer already owned the product."),
    "limit": _("The workflow had already started as often as it may for this customer."),
    "under_way": _("A run of this customer was already under way."),
    "paused": _("The workflow was paused."),
    "depth": _("Too many workflows had started one another: the chain was cut."),
    "unchanged": _("The cart had not changed since its last run ended."),
    "cart_converted": _("The cart became an order."),
    "cart_emptied": _("The cart was emptied."),
    "order_placed": _("The customer placed an order."),
    "order_paid": _("The order was paid after all."),
    "stopped_by_api": _("It was stopped by an API call."),
    "deactivated": _("The workflow was switched off."),
    "replaced": _("A new version of the workflow replaced this one."),
    "by_hand": _("Somebody stopped it in the back-office."),
    ERASED: _("The profile was erased."),
    "action_failed": _("One of its actions failed, and the workflow says to go on."),
    "parked": _("It was set aside because of an error."),
    "no_order": _("The event speaks of no order."),
}


def add_reason(code: str, sentence: str | Promise) -> None:
    """Give a code its sentence; any app may, for codes of its own."""
    _sentences[code] = sentence


def say_reason(code: str) -> str:
    """Return the sentence of a code of ours or of deliveries; words that are no code are returned as they are."""
    return str(_sentences[code]) if code in _sentences else reason_label(code)


def reason_choices() -> list[tuple[str, str | Promise]]:
    """List codes with their sentences, those of deliveries first, for filters."""
    return list({**REASONS, **_sentences}.items())
