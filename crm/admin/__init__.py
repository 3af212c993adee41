"""The back-office pages of people and sales: one module for each thing."""

from crm.admin import (
    api_keys,
    carts,
    catalog,
    consents,
    coupons,
    loyalty,
    modules,
    orders,
    people,
    pots,
    profile_panels,
    profiles,
    referrals,
    sales_panels,
    segments,
    site,
    tags,
)
