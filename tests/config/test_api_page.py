"""The description of the API and its page."""

import re
from typing import Any

from django.test import Client

from config.api import api
from crm.api.json_body import parse_json
from crm.services.api_keys import SCOPES

METHODS = {"get", "post"}


def description() -> dict[str, Any]:
    # Our own reader refuses a key that stands twice; pages that show the description do too.
    content: dict[str, Any] = parse_json(Client().get("/api/openapi.json").content)
    return content


def test_the_description_is_openapi_3_1_and_names_every_resource() -> None:
    described = description()
    assert described["openapi"].startswith("3.1")
    v2 = {path.split("/")[3] for path in described["paths"] if path.startswith("/api/v2/")}
    assert v2 == {
        *("customers", "orders", "cagnottes", "carts", "consents", "customers-consents", "sponsorships", "campaigns"),
        "participations",
    }
    assert "/api/v3/automations/trigger/{identifier}" in described["paths"]
    assert "/api/v3/automations/stop/{identifier}" in described["paths"]


def test_every_reference_of_the_description_leads_somewhere() -> None:
    described = description()
    for name in re.findall(r"#/components/schemas/(\w+)", str(described)):
        assert name in described["components"]["schemas"]


def test_every_operation_says_how_to_sign_in_what_it_takes_and_what_can_go_wrong() -> None:
    for path, operations in description()["paths"].items():
        for method, operation in operations.items():
            assert method in METHODS
            assert len(operation["security"]) == 2, path
            assert {"401", "403", "422"} <= operation["responses"].keys(), path
            if method == "post":
                assert len(operation["requestBody"]["content"]) == 2, path
                assert "Idempotency-Key" in [parameter["name"] for parameter in operation["parameters"]]


def test_every_scope_is_one_that_a_key_can_have() -> None:
    asked = {
        callback.scope
        for router in api._get_bound_routers()
        for view in router.path_operations.values()
        for operation in view.operations
        for callback in operation.auth_callbacks
    }
    assert asked == set(SCOPES)


def test_the_page_loads_nothing_from_elsewhere() -> None:
    page = Client().get("/api/docs")
    assert page.status_code == 200
    assert not re.findall(r"(?:src|href)=.https?://", page.content.decode())
