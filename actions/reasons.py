"""Why a delivery was skipped or failed: codes that are stored, and their words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

NO_ADDRESS = "no_address"
NO_RECIPIENT = "no_recipient"
ADDRESS_CHANGED = "address_changed"
NO_CONSENT = "no_consent"
SUPPRESSED = "suppressed"
ERASED = "profile_erased"
ANSWERED = "question_answered"
ACCEPTED = "consent_accepted"
REFUSED = "consent_refused"
NOT_GIVEN = "consent_not_given"
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
OUTSIDE_WINDOW = "outside_window"
WAITS_FOR_WINDOW = "waits_for_window"
CAPPED = "capped"
WAITS_FOR_CAP = "waits_for_cap"
NEWSLETTER_PAUSED = "newsletter_paused"
NEWSLETTER_CANCELLED = "newsletter_cancelled"
SCENARIO_OFF = "scenario_off"
SPAM_RATE = "spam_rate"

#: codes of what is not refused but put off: it may leave when it is due
WAITING = frozenset({QUIET_HOURS, WAITS_FOR_WINDOW, WAITS_FOR_CAP})

REASONS: dict[str, Promise | str] = {
    NO_ADDRESS: _("The profile has no e-mail address."),
    NO_RECIPIENT: _("There is nobody to send it to."),
    ADDRESS_CHANGED: _("The profile has another e-mail address by now."),
    NO_CONSENT: _("None of the chosen consents is accepted."),
    SUPPRESSED: _("The address must not be written to."),
    ERASED: _("The profile was erased."),
    ANSWERED: _("The question whether to confirm was answered meanwhile, or has run out."),
    ACCEPTED: _("The consent is accepted already."),
    REFUSED: _("The profile refused this consent: it is not asked again."),
    NOT_GIVEN: _("There is no accepted consent to withdraw."),
    INTEGRATION_OFF: _("The integration is switched off or deleted."),
    KEY_CHANGED: _("The secret cannot be read: SECRET_KEY has changed. Set a new one."),
    NO_MOBILE: _("The profile has no mobile number."),
    BAD_MOBILE: _("The mobile number is not a valid one."),
    NUMBER_CHANGED: _("The profile has another mobile number by now."),
    COUNTRY: _("The country of the profile is not among those of the integration."),
    QUIET_HOURS: _("No marketing SMS to France at this time: Monday to Saturday, 8 to 20 h, no public holidays."),
    EMPTY: _("The text is empty for this profile."),
    WORKER_DIED: _("The process that was sending it ended; nobody can know whether it left."),
    OUTSIDE_WINDOW: _("It was outside the days and hours in which it may be sent."),
    WAITS_FOR_WINDOW: _("It waits for the days and hours in which it may be sent."),
    CAPPED: _("The customer had already got as many marketing messages as the frequency cap allows."),
    WAITS_FOR_CAP: _("It waits, since the frequency cap allows no more marketing messages for now."),
    POISON: _("It ended the processes that tried to send it."),
    NEWSLETTER_PAUSED: _("The newsletter is paused."),
    NEWSLETTER_CANCELLED: _("The newsletter was cancelled."),
    SCENARIO_OFF: _("The scenario was switched off."),
    SPAM_RATE: _("Newsletters stand still: too many people complained."),
}


def reason_label(reason: str) -> str:
    """Return a stored reason in the current language; what is no code of ours (a server's answer) is shown as it is."""
    return str(REASONS.get(reason, reason))
