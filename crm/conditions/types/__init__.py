"""The general conditions: this file is the list, in the order in which they are offered."""

# isort: off
from crm.conditions.types.profile_language import ProfileLanguage
from crm.conditions.types.has_ordered import HasOrdered
from crm.conditions.types.order_count import OrderCount
from crm.conditions.types.pot_balance import PotBalance
from crm.conditions.types.profile_field import ProfileFieldCompared
from crm.conditions.types.has_tag import HasTag
from crm.conditions.types.consent_status import ConsentStatusIs
from crm.conditions.types.owns_product import OwnsProduct
from crm.conditions.types.total_spent import TotalSpent
from crm.conditions.types.country import Country
from crm.conditions.types.took_part import TookPart
from crm.conditions.types.referral_count import ReferralCount
from crm.conditions.types.tier import TierIs
from crm.conditions.types.cart_open import CartOpen
from crm.conditions.types.in_segment import InSegment

# isort: on

__all__ = [
    "CartOpen",
    "ConsentStatusIs",
    "Country",
    "HasOrdered",
    "HasTag",
    "InSegment",
    "OrderCount",
    "OwnsProduct",
    "PotBalance",
    "ProfileFieldCompared",
    "ProfileLanguage",
    "ReferralCount",
    "TierIs",
    "TookPart",
    "TotalSpent",
]
