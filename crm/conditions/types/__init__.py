"""The general conditions: this file is the list."""

from crm.conditions.types.consent_status import ConsentStatusIs
from crm.conditions.types.has_ordered import HasOrdered
from crm.conditions.types.has_tag import HasTag
from crm.conditions.types.order_count import OrderCount
from crm.conditions.types.owns_product import OwnsProduct
from crm.conditions.types.pot_balance import PotBalance
from crm.conditions.types.profile_field import ProfileFieldCompared
from crm.conditions.types.profile_language import ProfileLanguage

__all__ = [
    "ConsentStatusIs",
    "HasOrdered",
    "HasTag",
    "OrderCount",
    "OwnsProduct",
    "PotBalance",
    "ProfileFieldCompared",
    "ProfileLanguage",
]
