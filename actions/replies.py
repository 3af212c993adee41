"""What people answer to an SMS or a WhatsApp message: STOP refuses, anything else is left alone (A2, A3)."""

import unicodedata
from collections.abc import Iterable, Iterator

from actions.models import Delivery
from actions.phones import spellings
from crm import db
from crm.cause import Cause, Origin
from crm.consent_sources import ConsentSource
from crm.models import Consent, ConsentDefinition, ConsentStatus, Profile
from crm.services.consents import set_consent

WORDS = frozenset(
    {"STOP", "STOPALL", "STOPSMS", "ARRET", "ARRETER", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "DESABONNER"}
)
#: by which way an answer refuses
STOPS = {"sms": ConsentSource.SMS_STOP, "whatsapp": ConsentSource.WHATSAPP_STOP}
#: so many of the last marketing messages tell on which grounds somebody was written to
LOOKED_AT = 50


def take_reply(number: str, text: str, *, channel: str) -> int:
    """Take an incoming message; returns how many consents were refused."""
    return take_replies([(number, text)], channel=channel)


def take_replies(replies: Iterable[tuple[str, str]], *, channel: str) -> int:
    """Take incoming messages, each a number and its text; returns how many consents were refused."""
    return refuse_messages({number for number, text in replies if is_stop(text)}, channel=channel)


def is_stop(text: str) -> bool:
    """Tell whether a text begins with a word that means stop, however it is written."""
    plain = unicodedata.normalize("NFKD", text.upper()).encode("ascii", "ignore").decode()
    words = "".join(letter if letter.isalnum() else " " for letter in plain).split()
    return bool(words) and words[0] in WORDS


def refuse_messages(numbers: Iterable[str], *, channel: str) -> int:
    """Refuse, for all profiles with one of these mobiles in whatever spelling, what lets a channel write to them.

    A legal basis is refused only if it was used.
    """
    refused = 0
    for profile in _people(numbers):
        for definition in _grounds(profile, channel):
            set_consent(
                profile,
                definition=definition,
                status=ConsentStatus.REFUSED,
                cause=Cause(Origin.MODULE),
                source=STOPS[channel],
            )
            refused += 1
    return refused


def _people(numbers: Iterable[str]) -> Iterator[Profile]:
    """Find who has one of the numbers, many numbers at once."""
    for mobiles in db.batches(sorted({spelling for number in numbers for spelling in spellings(number)})):
        yield from Profile.objects.filter(mobile__in=mobiles, erased_at__isnull=True).order_by("pk")


def _grounds(profile: Profile, channel: str) -> list[ConsentDefinition]:
    """List what is not refused yet of: consents for the channel, and the grounds of marketing that was sent by it."""
    sent = Delivery.objects.filter(profile=profile, channel=channel).order_by("-id")
    rules = [rules for rules in sent.values_list("rules", flat=True)[:LOOKED_AT] if rules.get("purpose") == "marketing"]
    used = {name for each in rules for name in each.get("consents", ())}
    gone = Consent.objects.filter(profile=profile, status=ConsentStatus.REFUSED).values_list("definition_id", flat=True)
    rows = ConsentDefinition.objects.exclude(pk__in=set(gone)).order_by("name")
    return [
        row
        for row in rows
        if row.name in used or (row.kind == ConsentDefinition.Kind.CONSENT and channel in (row.channels or ()))
    ]
