"""Brevo's API v3: contacts and transactional mail (developers.brevo.com/reference)."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from tests.actions.http_sink import Got
from tests.providers.double import Double, Refused, json_of

CONTACT = {"email", "ext_id", "attributes", "emailBlacklisted", "smsBlacklisted", "listIds", "updateEnabled"}
CHANGE = (CONTACT - {"updateEnabled", "email"}) | {"unlinkListIds"}
MAIL = {"to", "templateId", "params", "headers", "tags", "replyTo", "sender"}
LISTS, TEMPLATES = {3, 4}, {7}


class Brevo(Double):
    """An account with two lists and one template; it remembers who its contacts are."""

    mount = "brevo"
    key = "xkeysib-1"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.contacts: set[str] = set()

    def check(self, got: Got) -> tuple[int, dict[str, Any] | None, dict[str, Any] | None]:
        """Answer for the account, contacts and mails."""
        if got.headers.get("api-key") != self.key:
            raise _refused(401, "unauthorized", "Key not found")
        path = got.path.partition("?")[0].removeprefix("/v3")
        if (got.method, path) == ("GET", "/account"):
            return 200, {"email": "shop@example.com", "companyName": "Shop"}, None
        body = json_of(got, {"code": "bad_request", "message": "Input must be a valid JSON object"})
        if (got.method, path) == ("POST", "/contacts"):
            return self._contact(body)
        if got.method == "PUT" and path.startswith("/contacts/"):
            return self._change(unquote(path.removeprefix("/contacts/")), body)
        if (got.method, path) == ("POST", "/smtp/email"):
            return self._mail(body)
        raise _refused(404, "document_not_found", "Route not found")

    def _contact(self, body: dict[str, Any]) -> tuple[int, dict[str, Any] | None, dict[str, Any]]:
        _known_keys(body, CONTACT)
        _check_email(body.get("email"))
        _check_contact(body)
        known = body["email"] in self.contacts
        if known and not body.get("updateEnabled"):
            raise _refused(400, "duplicate_parameter", "Contact already exist")
        self.contacts.add(body["email"])
        return (
            (204 if known else 201),
            (None if known else {"id": len(self.contacts)}),
            {"contact": body["email"], **body},
        )

    def _change(self, email: str, body: dict[str, Any]) -> tuple[int, None, dict[str, Any]]:
        _known_keys(body, CHANGE)
        _check_contact(body)
        if email not in self.contacts:
            raise _refused(404, "document_not_found", "Contact does not exist")
        return 204, None, {"contact": email, **body}

    def _mail(self, body: dict[str, Any]) -> tuple[int, dict[str, Any], dict[str, Any]]:
        _known_keys(body, MAIL)
        if body.get("templateId") not in TEMPLATES:
            raise _refused(400, "invalid_parameter", "templateId is missing or does not exist")
        if not isinstance(body.get("to"), list) or not body["to"]:
            raise _refused(400, "missing_parameter", "to is missing")
        for person in body["to"]:
            _known_keys(person, {"email", "name"})
            _check_email(person.get("email"))
        if "params" in body and not (isinstance(body["params"], dict) and body["params"]):
            raise _refused(400, "invalid_parameter", "params is blank")
        return 201, {"messageId": f"<{len(self.accepted()) + 1}@smtp-relay.mailin.fr>"}, {"mail": True, **body}


def _known_keys(body: dict[str, Any], known: set[str]) -> None:
    if unknown := set(body) - known:
        raise _refused(400, "invalid_parameter", f"Invalid parameters {sorted(unknown)}")


def _check_email(email: object) -> None:
    if not isinstance(email, str) or not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", email):
        raise _refused(400, "invalid_parameter", "Invalid email address")


def _check_contact(body: dict[str, Any]) -> None:
    for name in body.get("attributes", {}):
        if name != name.upper():
            raise _refused(400, "invalid_parameter", f"Attribute {name} must be in capital letters")
    for number in [*body.get("listIds", []), *body.get("unlinkListIds", [])]:
        if type(number) is not int or number not in LISTS:
            raise _refused(400, "invalid_parameter", "One of the listIds does not exist")


def _refused(status: int, code: str, message: str) -> Refused:
    return Refused(status, {"code": code, "message": message})
