"""What the page of the API shows: one body and one answer of each route."""

from typing import Any

_WHO = {"email": "zoe@example.com"}
_AT = "2026-01-31T17:30:00+00:00"
_LINE = {"reference": "TEA-1", "name": "Tea", "quantity": 2, "price": "10.50"}

CUSTOMER_BODY: dict[str, Any] = {
    "customer": {
        **_WHO,
        "externalId": "C-17",
        "firstName": "Zoé",
        "lastName": "Martin",
        "lang": "fr_FR",
        "country": "FR",
        "mobile": "06 12 34 56 78",
        "tags": ["vip"],
        "custom_fields": {"shoe_size": "39"},
        "consents": {"NewsEmail": "accepted"},
    }
}
CUSTOMER: dict[str, Any] = {
    "id": "17",
    "lastName": "Martin",
    "firstName": "Zoé",
    "email": "zoe@example.com",
    "country": "FR",
    "lang": "fr",
    "createdAt": _AT,
    "updatedAt": _AT,
    "isBuyer": "1",
    "cagnotteAmount": "54",
    "externalId": "C-17",
    "tags": ["vip"],
    "custom_fields": {"3": "Shoe size:39"},
    "status": "Bronze",
}
ORDER_BODY: dict[str, Any] = {
    "customer": _WHO,
    "order": {
        "orderId": "1000012",
        "status": "paid",
        "amount": "54.00",
        "currency": "EUR",
        "occurredAt": "2026-01-31T18:30:00+01:00",
        "lines": [_LINE],
    },
}
ORDER: dict[str, Any] = {
    "id": "4",
    "orderId": "1000012",
    "customerId": "17",
    "amount": "54.00",
    "currency": "EUR",
    "status": "50",
    "statusName": "paid",
    "createdAt": _AT,
    "updatedAt": _AT,
}
MOVEMENT_BODY: dict[str, Any] = {"customer": _WHO, "cagnotte": {"amount": 50, "reason": "Thank you"}}
MOVEMENT: dict[str, Any] = {
    "cagnotteId": "9",
    "cagnotteLineId": "31",
    "customerId": "17",
    "campaignId": None,
    "cagnotteLineDate": _AT,
    "cagnotteLineValidationDate": _AT,
    "amount": "50",
    "code": "",
}
CART_BODY: dict[str, Any] = {
    "customer": _WHO,
    "cart": {"key": "12345", "total": "21.00", "currency": "EUR", "stage": "cart", "items": [_LINE]},
}
CART: dict[str, Any] = {"id": "2", "customerId": "17", "key": "12345", "status": "open", "total": "21.00"}
CONSENT_BODY: dict[str, Any] = {
    "customer": _WHO,
    "consent": {"consentTechName": "NewsEmail", "status": "refused", "source": "account page"},
}
CONSENT: dict[str, Any] = {
    "id": "1",
    "consentType": "Default newsletter",
    "consentName": "Our newsletter",
    "consentTechName": "NewsEmail",
    "createdAt": _AT,
    "updatedAt": _AT,
}
CUSTOMER_CONSENTS: dict[str, Any] = {
    "id": "17",
    "consents": [
        {
            "consentId": "1",
            "trackId": "8",
            "consentTechName": "NewsEmail",
            "customerConsentCreatedAt": _AT,
            "customerConsentStatus": "refused",
            "customerConsentSource": "account page",
            "customerConsentSourceId": None,
        }
    ],
}
CAMPAIGN: dict[str, Any] = {"id": "5", "name": "Spring game", "url": "spring-game", "type": "instantwinner"}
SPONSORSHIP: dict[str, Any] = {"id": "6", "campaignId": "5", "godfatherId": "17", "godsonId": "18"}
PARTICIPATION_BODY: dict[str, Any] = {
    "customer": _WHO,
    "participation": {"campaignId": "spring-game", "complete": True, "winner": False},
}
PARTICIPATION: dict[str, Any] = {
    "id": "7",
    "customerId": "17",
    "campaignId": "5",
    "participationComplete": "1",
    "isWinner": "0",
}


def listed(plural: str, row: dict[str, Any]) -> dict[str, Any]:
    """Return a list of one row as `lists.page` answers it."""
    following = f"https://declic.example/api/v2/{plural}?startAt=10&after=1204-10-1769880600000000"
    return {plural: [row], "count": 1204, "nextPageUrl": following}
