"""The trigger types: this file is the list, in the order in which they are offered; the simplest is chosen at first."""

from triggers.types.sale_succeeded import SaleSucceeded  # isort: skip

from triggers.types.cart_updated import CartUpdated  # isort: skip
from triggers.types.consent_updated import ConsentUpdated

from triggers.types.api_call import ApiCall  # isort: skip
from triggers.types.module_participation import ModuleParticipation
from triggers.types.order_updated import OrderUpdated
from triggers.types.pot_updated import PotUpdated
from triggers.types.profile_created import ProfileCreated
from triggers.types.profile_updated import ProfileUpdated
from triggers.types.referral_validated import ReferralValidated

from triggers.types.sale_abandoned import SaleAbandoned  # isort: skip
from triggers.types.sale_failed import SaleFailed

from triggers.types.date_reached import DateReached  # isort: skip
from triggers.types.newsletter_read import NewsletterRead  # isort: skip
from triggers.types.scenario_read import ScenarioRead  # isort: skip
from triggers.types.link_clicked import LinkClicked  # isort: skip

__all__ = [
    "ApiCall",
    "CartUpdated",
    "ConsentUpdated",
    "DateReached",
    "LinkClicked",
    "ModuleParticipation",
    "NewsletterRead",
    "OrderUpdated",
    "PotUpdated",
    "ProfileCreated",
    "ProfileUpdated",
    "ReferralValidated",
    "SaleAbandoned",
    "SaleFailed",
    "SaleSucceeded",
    "ScenarioRead",
]
