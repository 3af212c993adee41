"""Keys that a caller chose freely may be an address: a keyed hash takes their place, the same for the same key."""

import re
from typing import Any

from django.conf import settings
from django.utils.crypto import salted_hmac

_ERASED = re.compile(r"erased:[0-9a-f]{32}")


def erased_key(value: Any, _row: Any) -> Any:
    """Leave a hash of a key, under which rows with the same key still belong together."""
    if not value or _ERASED.fullmatch(value):
        return value
    mac = salted_hmac("crm.personal.keys", value, secret=settings.SECRET_KEY, algorithm="sha256")
    return f"erased:{mac.hexdigest()[:32]}"
