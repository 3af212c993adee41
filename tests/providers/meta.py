"""Meta's Cloud API: messages of the type “template” (developers.facebook.com/docs/whatsapp/cloud-api/reference)."""

import re
from typing import Any

from tests.actions.http_sink import Got
from tests.providers.double import Double, Refused, json_of

#: the templates that were approved: name, language → how many parameters header, body and the first button take
APPROVED = {
    ("hello", "en"): (0, 0, 0),
    ("welcome_back", "fr"): (1, 2, 1),
    ("welcome_back", "en"): (1, 2, 1),
}
MESSAGE = {"messaging_product", "recipient_type", "to", "type", "template", "biz_opaque_callback_data"}


class Meta(Double):
    """One number that sends WhatsApp templates."""

    mount = "meta"
    number, token = "1055512345", "meta-token"

    def check(self, got: Got) -> tuple[int, dict[str, Any] | None, dict[str, Any] | None]:
        """Answer for the number and for new messages."""
        if got.headers.get("authorization") != f"Bearer {self.token}":
            raise _refused(401, 190, "Invalid OAuth access token - Cannot parse access token")
        path, _, query = got.path.partition("?")
        if (got.method, path) == ("GET", f"/v23.0/{self.number}"):
            known = {"display_phone_number": "+33 6 12 34 56 78", "verified_name": "Shop", "id": self.number}
            return 200, {name: known[name] for name in [*query.removeprefix("fields=").split(","), "id"]}, None
        if (got.method, path) != ("POST", f"/v23.0/{self.number}/messages"):
            raise _refused(400, 100, f"Unsupported {got.method.lower()} request {got.path}")
        body = json_of(got, {"error": {"code": 100, "message": "(#100) Invalid parameter"}})
        _check_message(body)
        _check_template(body["template"])
        wamid = f"wamid.{len(self.accepted()) + 1:032d}"
        person = {"input": body["to"], "wa_id": body["to"].lstrip("+")}
        said = {"messaging_product": "whatsapp", "contacts": [person], "messages": [{"id": wamid}]}
        return 200, said, {**body, "id": wamid}


def _check_message(body: dict[str, Any]) -> None:
    if unknown := set(body) - MESSAGE:
        raise _refused(400, 100, f"(#100) Unexpected key {sorted(unknown)} on param 'message'.")
    if (body.get("messaging_product"), body.get("recipient_type"), body.get("type")) != (
        "whatsapp",
        "individual",
        "template",
    ):
        raise _refused(400, 100, "(#100) Param messaging_product, recipient_type or type is not one of those known.")
    if not re.fullmatch(r"\+?[1-9]\d{6,14}", str(body.get("to"))):
        raise _refused(400, 131009, "(#131009) Parameter value is not valid: to")
    if len(str(body.get("biz_opaque_callback_data", ""))) > 512:
        raise _refused(400, 100, "(#100) biz_opaque_callback_data must be at most 512 characters long.")


def _check_template(template: dict[str, Any]) -> None:
    approved = APPROVED.get((template.get("name", ""), template.get("language", {}).get("code", "")))
    if approved is None or set(template) - {"name", "language", "components"}:
        raise _refused(404, 132001, "(#132001) Template name does not exist in the translation")
    given = {"header": 0, "body": 0, "button": 0}
    for component in template.get("components", []):
        kind = str(component["type"])
        if kind == "button" and (component.get("sub_type"), component.get("index")) != ("url", "0"):
            raise _refused(400, 131008, "(#131008) Required parameter is missing: sub_type, index")
        given[kind] = len(component["parameters"])
        for parameter in component["parameters"]:
            if set(parameter) != {"type", "text"} or parameter["type"] != "text" or not parameter["text"]:
                raise _refused(400, 131008, "(#131008) Parameter of type text is missing text value")
            if re.search(r"[\n\t]| {5}", parameter["text"]):
                raise _refused(400, 132018, "(#132018) Param text cannot have new-line/tab characters or 5 spaces")
    if tuple(given.values()) != approved:
        raise _refused(400, 132000, "(#132000) Number of parameters does not match the expected number of params")


def _refused(status: int, code: int, message: str) -> Refused:
    return Refused(status, {"error": {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "A1"}})
