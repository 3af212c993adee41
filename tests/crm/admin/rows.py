"""A few rows of everything that has a page."""

from datetime import timedelta

from actions.models import MailboxMessage
from crm import clock
from tests.factories.causes import BY_API
from tests.factories.consents import ConsentFactory
from tests.factories.deliveries import a_delivery
from tests.factories.messages import NewsletterFactory, ScenarioFactory, SegmentFactory, TemplateTextFactory
from tests.factories.modules import ParticipationFactory, ReferralFactory, ReferralSettingsFactory
from tests.factories.people import CustomValueFactory, ProfileTagFactory
from tests.factories.points import CouponFactory, RewardFactory, TierFactory, give_points
from tests.factories.sales import CartFactory, OrderFactory, OrderLineFactory, ShopStatusFactory
from triggers.services import record_call


def make_rows(times: int) -> None:
    """Make rows of every kind, so many times."""
    for number in range(times):
        profile = ProfileTagFactory().profile
        CustomValueFactory(profile=profile)
        ConsentFactory(profile=profile)
        give_points(profile, 10)
        order = OrderFactory(profile=profile, status="paid")
        OrderLineFactory(order=order)
        CartFactory(profile=profile)
        ShopStatusFactory()
        referral = ReferralFactory()
        ReferralSettingsFactory(module=referral.module)
        ParticipationFactory(profile=profile)
        CouponFactory(profile=profile)
        RewardFactory()
        TierFactory()
        TemplateTextFactory()
        NewsletterFactory(segment=SegmentFactory())
        ScenarioFactory()
        a_delivery(profile)
        record_call(profile.email, identifier="x", key_name="k", key_value=f"{number}", data={"a": 1}, cause=BY_API)
        received = clock.now() - timedelta(minutes=number)
        MailboxMessage.objects.create(
            message_id=f"<{number}@x>", sender="a@x", recipient="b@x", subject="Hi", text="Hi", received_at=received
        )
