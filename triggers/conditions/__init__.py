"""The conditions about the event that started a run: this file is the list."""

from triggers.conditions.balance_crossed import BalanceCrossed
from triggers.conditions.changed_field import ChangedField
from triggers.conditions.changed_value import ChangedValue
from triggers.conditions.consent_is import ConsentIs
from triggers.conditions.consent_new_status import ConsentNewStatus
from triggers.conditions.consent_source import ConsentSource
from triggers.conditions.data_value import DataValue
from triggers.conditions.failure_code import FailureCode
from triggers.conditions.first_order import FirstOrder
from triggers.conditions.order_amount import OrderAmount
from triggers.conditions.order_contains import OrderContains
from triggers.conditions.order_created_or_updated import OrderCreatedOrUpdated
from triggers.conditions.order_status import OrderStatusIs
from triggers.conditions.participation import ParticipationIs
from triggers.conditions.points_moved import PointsMoved
from triggers.conditions.pot_source import PotSource
from triggers.conditions.referral_module import ReferralModule

__all__ = [
    "BalanceCrossed",
    "ChangedField",
    "ChangedValue",
    "ConsentIs",
    "ConsentNewStatus",
    "ConsentSource",
    "DataValue",
    "FailureCode",
    "FirstOrder",
    "OrderAmount",
    "OrderContains",
    "OrderCreatedOrUpdated",
    "OrderStatusIs",
    "ParticipationIs",
    "PointsMoved",
    "PotSource",
    "ReferralModule",
]
