"""Who we know and what they did: one file for each thing."""

from crm.models.api_key import ApiKey, IdempotentCall
from crm.models.cart import Cart
from crm.models.catalog import Category, Ownership, Product
from crm.models.consent import Consent, ConsentChange, ConsentDefinition, ConsentStatus, ConsentWording
from crm.models.coupon import Coupon, CouponPool
from crm.models.custom_field import CustomField, CustomValue
from crm.models.imports import Import, ImportChunk, ImportPiece
from crm.models.mailing import Newsletter, Scenario
from crm.models.message import Segment, Template, TemplateText
from crm.models.module import Module, Participation, Referral, ReferralSettings
from crm.models.order import Order, OrderLine, OrderStatus, OrderStatusChange, ShopStatus
from crm.models.pot import Movement, PointsProgramme, Pot, Reward, Tier
from crm.models.privacy import Erasure, Objection, ProfileExport, RetentionRule
from crm.models.profile import Profile, ProfileTag, Tag
from crm.models.site import Site
from crm.models.user import User

__all__ = [
    "ApiKey",
    "Cart",
    "Category",
    "Consent",
    "ConsentChange",
    "ConsentDefinition",
    "ConsentStatus",
    "ConsentWording",
    "Coupon",
    "CouponPool",
    "CustomField",
    "CustomValue",
    "Erasure",
    "IdempotentCall",
    "Import",
    "ImportChunk",
    "ImportPiece",
    "Module",
    "Movement",
    "Newsletter",
    "Objection",
    "Order",
    "OrderLine",
    "OrderStatus",
    "OrderStatusChange",
    "Ownership",
    "Participation",
    "PointsProgramme",
    "Pot",
    "Product",
    "Profile",
    "ProfileExport",
    "ProfileTag",
    "Referral",
    "ReferralSettings",
    "RetentionRule",
    "Reward",
    "Scenario",
    "Segment",
    "ShopStatus",
    "Site",
    "Tag",
    "Template",
    "TemplateText",
    "Tier",
    "User",
]
