"""A shop that takes webhooks signed as Standard Webhooks say (www.standardwebhooks.com), by means of its own."""

import base64
import hashlib
import hmac
import json
import time
from datetime import datetime
from typing import Any

from tests.actions.http_sink import Got
from tests.providers.double import Double, Refused, json_of


class Shop(Double):
    """Takes a message once, if one of its signatures is right and it is fresh."""

    mount = "shop"
    secret = ""

    def check(self, got: Got) -> tuple[int, dict[str, Any] | None, dict[str, Any] | None]:
        """Verify the signature over id, timestamp and body; know what came before by its id."""
        named, at = got.headers.get("webhook-id", ""), got.headers.get("webhook-timestamp", "")
        key = base64.b64decode(self.secret.removeprefix("whsec_"))
        mac = hmac.new(key, f"{named}.{at}.".encode() + got.body, hashlib.sha256).digest()
        wanted = f"v1,{base64.b64encode(mac).decode()}"
        if not named or wanted not in got.headers.get("webhook-signature", "").split(" "):
            raise Refused(401, {"error": "bad signature"})
        if abs(time.time() - int(at)) > 300:
            raise Refused(401, {"error": "too old"})
        body = json_of(got, {"error": "no JSON"})
        if set(body) != {"type", "timestamp", "data"} or datetime.fromisoformat(body["timestamp"]).tzinfo is None:
            raise Refused(400, {"error": f"not type, timestamp and data: {json.dumps(body)[:200]}"})
        came_before = any(entry["id"] == named for entry in self.accepted())
        return 204, None, None if came_before else {"id": named, **body}
