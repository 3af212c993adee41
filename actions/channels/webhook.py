"""Webhooks, signed as Standard Webhooks: the same id and body in every attempt."""

import json
import time
import uuid
from collections.abc import Sequence
from functools import partial
from urllib.parse import urlsplit

from django.db.models import prefetch_related_objects

from actions import reasons
from actions.channels.answers import result_of
from actions.channels.http import Call, HttpChannel, http_channels
from actions.channels.results import Final, Result, Skip
from actions.channels.webhook_body import body_of
from actions.integrations import signing_secrets
from actions.models import Delivery, Integration
from actions.outbound.client import request
from actions.outbound.standard_webhooks import sign
from actions.secrets import Undecipherable
from crm import clock


@http_channels.register
class WebhookChannel(HttpChannel):
    """POST a signed JSON body to the target of the delivery, at the address that the target has now."""

    kind = "webhook"

    def prepare_many(self, deliveries: Sequence[Delivery]) -> list[Call | Final | Skip]:
        """Read the targets and what is to be said once."""
        prefetch_related_objects(deliveries, "content")
        uids = {delivery.rules.get("target") for delivery in deliveries}
        targets = {str(row.uid): row for row in Integration.objects.filter(uid__in=uids, is_active=True)}
        return [self._prepared(delivery, targets.get(str(delivery.rules.get("target")))) for delivery in deliveries]

    def shown(self, delivery: Delivery) -> str:
        """Return the body."""
        return body_of(delivery)

    def _prepared(self, delivery: Delivery, target: Integration | None) -> Call | Final | Skip:
        if target is None:
            return Skip(reasons.INTEGRATION_OFF)
        try:
            secrets = signing_secrets(target)
        except Undecipherable:
            return Final(reasons.KEY_CHANGED)
        url = str(target.settings["url"])
        body = body_of(delivery).encode()
        return Call(urlsplit(url).netloc, partial(post, url, body, str(delivery.uid), secrets))


def try_target(target: Integration) -> Result:
    """Make a signed call that says it is a test, at once; says how it ended. Not inside a transaction."""
    body = {"type": "declic.test", "timestamp": clock.now().isoformat(), "data": {}}
    try:
        secrets = signing_secrets(target)
    except Undecipherable:
        return Final(reasons.KEY_CHANGED)
    return post(str(target.settings["url"]), json.dumps(body).encode(), str(uuid.uuid4()), secrets)


def post(url: str, body: bytes, message_id: str, secrets: Sequence[str]) -> Result:
    """Make one call and say how it ended."""
    signed = sign(secrets, message_id, int(time.time()), body)
    headers = {"Content-Type": "application/json", **signed}
    return result_of(partial(request, "POST", url, headers=headers, body=body))
