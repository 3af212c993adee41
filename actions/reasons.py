"""Why a delivery was skipped or failed: codes that are stored, and their words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

NO_ADDRESS = "no_address"
ADDRESS_CHANGED = "address_changed"
NO_CONSENT = "no_consent"
SUPPRESSED = "suppressed"
ERASED = "profile_erased"
INTEGRATION_OFF = "integration_off"
KEY_CHANGED = "key_changed"
NO_MOBILE = "no_mobile"
BAD_MOBILE = "bad_mobile"
NUMBER_CHANGED = "number_changed"
COUNTRY = "country"
QUIET_HOURS = "quiet_hours"
EMPTY = "empty"
WORKER_DIED = "worker_died"
POISON = "poison"

REASONS: dict[str, Promise | str] = {
    NO_ADDRESS: _("The profile has no e-mail address."),
    ADDRESS_CHANGED: _("The profile has another e-mail address by now."),
    NO_CONSENT: _("None of the chosen consents is accepted."),
    SUPPRESSED: _("The address must not be written to."),
    ERASED: _("The profile was erased."),
    INTEGRATION_OFF: _("The integration is switched off or deleted."),
    KEY_CHANGED: _("The secret cannot be read: SECRET_KEY has changed. Set a new one."),
    NO_MOBILE: _("The profile has no mobile number."),
    BAD_MOBILE: _("The mobile number is not a valid one."),
    NUMBER_CHANGED: _("The profile has another mobile number by now."),
    COUNTRY: _("The country of the profile is not among those of the integration."),
    QUIET_HOURS: _("No marketing SMS to France at this time: Monday to Saturday, 8 to 20 h, no public holidays."),
    EMPTY: _("The text is empty for this profile."),
    WORKER_DIED: _("The process that was sending it ended; nobody can know whether it left."),
    POISON: _("It ended two processes that tried to send it."),
}


def reason_label(reason: str) -> str:
    """Return a stored reason in the current language; what is no code of ours (a server's answer) is shown as it is."""
    return str(REASONS.get(reason, reason))
