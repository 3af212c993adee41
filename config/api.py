"""The public API: one description, one page, V2 and V3 (spec section 9)."""

from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI

from crm.api import handlers
from crm.api.body import StrictParser
from crm.api.v2 import router as v2
from workflows.api import router as v3
from workflows.api_figures import router as figures

api = NinjaAPI(
    title="Declic",
    version="1.0.0",
    description=str(
        _(
            "HTTP Basic with the public and the private key, or the private key as a Bearer token. Bodies are JSON or "
            "form-encoded with PHP's brackets and mean the same. Every POST honours Idempotency-Key. Errors are "
            "application/problem+json."
        )
    ),
    urls_namespace="api",
    docs_url="/docs",
    openapi_url="/openapi.json",
    parser=StrictParser(),
)
handlers.install(api)
api.add_router("/v2", v2)
api.add_router("/v3", v3)
api.add_router("/v3", figures)
