"""The routes under /api/v2."""

from ninja import Router

from crm.api import carts, consents, customers, modules, orders, pots

router = Router()
for part in (customers, orders, pots, carts, consents, modules):
    router.add_router("", part.router)
