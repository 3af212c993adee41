"""By which ways consents change: our own names of them, as they are stored, and how people read them."""

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class ConsentSource(TextChoices):
    """A way of ours; stored for ever. A caller of the API may give a word of its own instead."""

    UNSUBSCRIBE = "unsubscribe", _("by the link to unsubscribe")
    PREFERENCE_CENTRE = "preference_centre", _("on the customer's page of consents")
    DOUBLE_OPT_IN = "double_opt_in", _("by the link in the mail that asked to confirm")
    CONFIRMATION = "confirmation", _("by a confirmation")
    SMS_STOP = "sms_stop", _("by the answer STOP to an SMS")
    WHATSAPP_STOP = "whatsapp_stop", _("by the answer STOP to a WhatsApp message")
    OBJECTION = "objection", _("because the owner of the address had objected before")
    EXPIRY = "expiry", _("because its time had run out")
    ORDER = "order", _("by an order")
    ACCOUNT = "account", _("by making an account")
    WORKFLOW = "workflow", _("by a workflow")
    BACK_OFFICE = "back_office", _("in the back-office")
    API = "api", _("by the API")
    IMPORT = "import", _("by an import")
    TRACKER = "tracker", _("by the tracker")
    MODULE = "module", _("in a module")
    CAMPAIGN = "campaignParticipation", _("in a campaign")
    REFERRAL = "referral", _("by a referral")
    SCENARIO = "scenario", _("by a scenario")
    ORDER_POINTS = "order_points", _("by the points of an order")


_LABELS: dict[str, str | Promise] = dict(ConsentSource.choices)


def said_source(source: str) -> str:
    """Say a way in words; a caller's own word is quoted."""
    if not source:
        return ""
    known = _LABELS.get(source)
    return str(known) if known else str(_("by “%(source)s”") % {"source": source})


def known_source(source: str) -> str:
    """Return a way of ours, and nothing for a caller's own word, which may name somebody."""
    return source if source in _LABELS else ""
