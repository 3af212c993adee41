"""Call the API as a shop does."""

import base64
import json
from typing import Any

from django.test import Client

from crm.services.api_keys import NewKey, make_key

JSON = "application/json"


def bearer(key: NewKey) -> dict[str, str]:
    return {"Authorization": f"Bearer {key.private_key}"}


def basic(public_key: str, private_key: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{public_key}:{private_key}".encode()).decode()}


class Shop:
    """A shop with a key; answers come back as the client's responses."""

    def __init__(self, *scopes: str, name: str = "Shop") -> None:
        self.key = make_key(name, scopes=scopes or None)
        self.client = Client(raise_request_exception=True)

    def get(self, path: str, **parameters: Any) -> Any:
        return self.client.get(f"/api{path}", parameters, headers=bearer(self.key))

    def post(self, path: str, body: Any, *, once: str | None = None, content_type: str = JSON) -> Any:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = bearer(self.key) | ({} if once is None else {"Idempotency-Key": once})
        return self.client.post(f"/api{path}", raw, content_type=content_type, headers=headers)
