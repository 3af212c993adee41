"""Twilio's Messages resource (www.twilio.com/docs/messaging/api/message-resource), with its own errors."""

import base64
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.actions.http_sink import Got
from tests.providers.double import Double, Refused

FIELDS = {"To", "From", "MessagingServiceSid", "Body", "StatusCallback"}


class Twilio(Double):
    """One account that sends SMS."""

    mount = "twilio"
    sid, token = "AC" + "0" * 31 + "1", "twilio-token"

    def check(self, got: Got) -> tuple[int, dict[str, Any] | None, dict[str, Any] | None]:
        """Answer for the account and for new messages."""
        pair = base64.b64encode(f"{self.sid}:{self.token}".encode()).decode()
        if got.headers.get("authorization") != f"Basic {pair}":
            raise _refused(401, 20003, "Authenticate")
        account = f"/2010-04-01/Accounts/{self.sid}"
        if (got.method, got.path) == ("GET", f"{account}.json"):
            return 200, {"sid": self.sid, "friendly_name": "Shop"}, None
        if (got.method, got.path) != ("POST", f"{account}/Messages.json"):
            raise _refused(404, 20404, f"The requested resource {got.path} was not found")
        form = _form(got)
        _check_message(form)
        message = {"sid": "SM" + f"{len(self.accepted()) + 1:032x}", "status": "queued", "error_code": None}
        return 201, message, {**form, "sid": message["sid"]}


def _form(got: Got) -> dict[str, str]:
    if got.headers.get("content-type") != "application/x-www-form-urlencoded":
        raise _refused(400, 20001, "Unsupported content type")
    fields = parse_qs(got.body.decode(), strict_parsing=True, keep_blank_values=True)
    if set(fields) - FIELDS or any(len(values) > 1 for values in fields.values()):
        raise _refused(400, 20001, f"Unknown or repeated parameters {sorted(fields)}")
    return {name: values[0] for name, values in fields.items()}


def _check_message(form: dict[str, str]) -> None:
    if not re.fullmatch(r"\+[1-9]\d{6,14}", form.get("To", "")):
        raise _refused(400, 21211, f"Invalid 'To' Phone Number: {form.get('To')}")
    service, sender = form.get("MessagingServiceSid"), form.get("From", "")
    if service is None and not re.fullmatch(r"\+[1-9]\d{6,14}|\d{3,8}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}", sender):
        raise _refused(400, 21212, f"Invalid From Number: {sender}")
    if service is not None and (sender or not re.fullmatch(r"MG[0-9a-fA-F]{32}", service)):
        raise _refused(400, 21701, "The Messaging Service does not exist")
    if not form.get("Body", "").strip():
        raise _refused(400, 21602, "Message body is required")
    if len(form["Body"]) > 1600:
        raise _refused(400, 21617, "The concatenated message body exceeds the 1600 character limit")
    told = urlsplit(form.get("StatusCallback", "https://shop.example/"))
    if told.scheme not in ("http", "https") or not told.hostname or "_" in told.hostname:
        raise _refused(400, 21609, "Invalid 'StatusCallback' URL")


def _refused(status: int, code: int, message: str) -> Refused:
    more = f"https://www.twilio.com/docs/errors/{code}"
    return Refused(status, {"code": code, "message": message, "more_info": more, "status": status})
