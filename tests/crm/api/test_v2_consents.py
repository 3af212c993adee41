"""V2 consents and customers-consents."""

from typing import Any

import pytest

from crm.models import Consent, ConsentChange, ConsentDefinition
from tests.crm.api.calls import Shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    ConsentDefinition.objects.create(name="NewsEmail", label={"fr": "La lettre"}, channels=["email"])
    ConsentDefinition.objects.create(name="LegalBasisOrder", kind="legal_basis")
    shop = Shop()
    shop.post("/v2/customers", {"customer": {"email": "zoe@example.com"}})
    return shop


def consent(shop: Shop, **values: Any) -> Any:
    return shop.post("/v2/consents", {"customer": {"email": "zoe@example.com"}, "consent": values})


def test_what_can_be_consented_to_is_listed(shop: Shop) -> None:
    listed = shop.get("/v2/consents").json()["consents"]
    assert [(one["consentTechName"], one["consentType"], one["consentName"]) for one in listed] == [
        ("NewsEmail", "Default newsletter", "La lettre"),
        ("LegalBasisOrder", "Legal basis contract", "LegalBasisOrder"),
    ]
    assert shop.get(f"/v2/consents/{listed[0]['id']}").json()["consentTechName"] == "NewsEmail"


def test_a_consent_is_changed_and_shown(shop: Shop) -> None:
    answer = consent(shop, consentTechName="NewsEmail", status="accepted", source="account page", sourceId=7)
    assert answer.status_code == 200, answer.content
    (shown,) = answer.json()["customer"]["consents"]
    assert (shown["customerConsentStatus"], shown["customerConsentSource"]) == ("accepted", "account page")
    assert shown["customerConsentSourceId"] == "7"
    number = answer.json()["customer"]["id"]
    assert shop.get(f"/v2/customers-consents/{number}").json() == answer.json()
    assert shop.get("/v2/customers-consents").json()["customers"] == [answer.json()["customer"]]


def test_a_consent_may_go_back_and_forth(shop: Shop) -> None:
    number = ConsentDefinition.objects.get(name="NewsEmail").pk
    for status in ("1", 0, "oui"):
        assert consent(shop, consentId=number, status=status).status_code == 200
    assert ConsentChange.objects.count() == 3


def test_a_refused_legal_basis_is_not_accepted_directly(shop: Shop) -> None:
    consent(shop, consentTechName="LegalBasisOrder", status="refused")
    answer = consent(shop, consentTechName="LegalBasisOrder", status="accepted")
    assert answer.status_code == 422
    assert Consent.objects.get().status == "refused"


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({"consentTechName": "Nothing", "status": "accepted"}, 404),
        ({"consentId": "999", "status": "accepted"}, 404),
        ({"status": "accepted"}, 404),
        ({"consentTechName": "NewsEmail"}, 422),
        ({"consentTechName": "NewsEmail", "status": "perhaps"}, 422),
        ({"consentTechName": "NewsEmail", "status": ["accepted"]}, 422),
    ],
)
def test_what_is_no_consent_changes_nothing(shop: Shop, values: dict[str, Any], status: int) -> None:
    assert consent(shop, **values).status_code == status
    assert not Consent.objects.exists()
