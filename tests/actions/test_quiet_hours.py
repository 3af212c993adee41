"""Marketing SMS to France: Monday to Saturday, 8 to 20 h, no public holidays, where the recipient is (A2)."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from actions.models import MailboxMessage
from actions.models.delivery import Status
from actions.phones import time_zone_of
from actions.quiet_hours import easter, holidays, next_opening
from actions.sending import deliver
from crm import clock
from tests.factories.integrations import a_mobile_profile, a_twilio, an_sms

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")


def paris(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=PARIS)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        (paris(2026, 3, 2, 12), paris(2026, 3, 2, 12)),
        (paris(2026, 3, 2, 8), paris(2026, 3, 2, 8)),
        (paris(2026, 3, 2, 7, 59), paris(2026, 3, 2, 8)),
        (paris(2026, 3, 2, 20), paris(2026, 3, 3, 8)),
        (paris(2026, 3, 7, 20), paris(2026, 3, 9, 8)),  # Saturday evening
        (paris(2026, 3, 8, 12), paris(2026, 3, 9, 8)),  # Sunday
        (paris(2026, 4, 4, 21), paris(2026, 4, 7, 8)),  # Easter
        (paris(2026, 5, 1, 12), paris(2026, 5, 2, 8)),
        (paris(2026, 12, 31, 21), paris(2027, 1, 2, 8)),
        (paris(2026, 3, 28, 21), paris(2026, 3, 30, 8)),  # over the change to summer time
    ],
)
def test_the_next_opening(now: datetime, opens: datetime) -> None:
    assert next_opening(now.astimezone(UTC), PARIS) == opens


def test_easter_and_the_days_that_follow_from_it() -> None:
    assert [easter(year) for year in (2024, 2025, 2026, 2038)] == [
        date(2024, 3, 31),
        date(2025, 4, 20),
        date(2026, 4, 5),
        date(2038, 4, 25),
    ]
    assert {date(2026, 4, 6), date(2026, 5, 14), date(2026, 5, 25)} <= holidays(2026)
    assert len(holidays(2026)) == 11


def test_the_recipients_zone_counts() -> None:
    assert time_zone_of("+262692123456").startswith("Indian/")
    assert time_zone_of("+33612345678") == "Europe/Paris"


def test_a_marketing_sms_at_night_waits_for_the_morning() -> None:
    with clock.at(paris(2026, 3, 2, 22)):
        delivery = an_sms()
        deliver("http", 10)
        delivery.refresh_from_db()
        assert (delivery.status, delivery.reason) == (Status.PLANNED, "quiet_hours")
        assert delivery.due_at == paris(2026, 3, 3, 8)
        assert delivery.attempts == 0
    with clock.at(paris(2026, 3, 3, 8, 1)):
        deliver("http", 10)
    delivery.refresh_from_db()
    assert (delivery.status, delivery.reason) == (Status.SENT, "")
    assert MailboxMessage.objects.count() == 1


def test_a_service_sms_and_one_to_another_country_leave_at_night() -> None:
    with clock.at(paris(2026, 3, 2, 22)):
        an_sms(rules={"purpose": "service", "consents": ["NewsSms"]})
        an_sms(profile=a_mobile_profile(mobile="+32470123456", country="BE"))
        deliver("http", 10)
    assert MailboxMessage.objects.count() == 2


def test_the_settings_of_the_provider_switch_it_off() -> None:
    from actions.guards import ask_guards

    a_twilio(french_hours=True)
    delivery = an_sms()
    with clock.at(paris(2026, 3, 2, 22)):
        assert ask_guards([delivery])[delivery.pk].until == paris(2026, 3, 3, 8)
        a_twilio(french_hours=False)
        assert ask_guards([delivery]) == {}
