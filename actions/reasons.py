"""Why a delivery was skipped or failed: codes that are stored, and their words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

NO_ADDRESS = "no_address"
NO_RECIPIENT = "no_recipient"
ADDRESS_CHANGED = "address_changed"
NO_CONSENT = "no_consent"
SUPPRESSED = "suppressed"
ERASED = "profile_erased"
INTEGRATION_OFF = "integration_off"
KEY_CHANGED = "key_changed"
WORKER_DIED = "worker_died"
POISON = "poison"

REASONS: dict[str, Promise | str] = {
    NO_ADDRESS: _("The profile has no e-mail address."),
    NO_RECIPIENT: _("There is nobody to send it to."),
    ADDRESS_CHANGED: _("The profile has another e-mail address by now."),
    NO_CONSENT: _("None of the chosen consents is accepted."),
    SUPPRESSED: _("The address must not be written to."),
    ERASED: _("The profile was erased."),
    INTEGRATION_OFF: _("The target is switched off or deleted."),
    KEY_CHANGED: _("The signing secret cannot be read: SECRET_KEY has changed. Set a new one."),
    WORKER_DIED: _("The process that was sending it ended; nobody can know whether it left."),
    POISON: _("It ended two processes that tried to send it."),
}


def reason_label(reason: str) -> str:
    """Return a stored reason in the current language; what is no code of ours (a server's answer) is shown as it is."""
    return str(REASONS.get(reason, reason))
