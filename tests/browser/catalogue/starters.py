"""The triggers with which the other types are tried."""

from tests.factories.drafts import trigger

OPTIONS = {"on_creation": True, "on_status": False, "status_from": [], "status_to": [], "on_amount": False}

CALL = trigger("api_call", identifier="go", repeated="starts")
ORDER = trigger("order_updated", **OPTIONS)
ORDER_OR_AMOUNT = trigger("order_updated", **{**OPTIONS, "on_amount": True})
CONSENT = trigger("consent_updated", consents=["NewsEmail", "NewsSMS"], to_confirm=False)
POT = trigger("pot_updated", sources=["api", "back_office"], direction="both")
FIELD = trigger("profile_updated", fields_watched=["city", "company"])
TAKES_PART = trigger("module_participation", which="all", moment="started")
VALIDATED = trigger("referral_validated", which="all")
FAILED = trigger("sale_failed")
