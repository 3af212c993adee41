"""Write integrations and read their secrets: encrypted at rest, never shown again."""

import json
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from actions.models import Integration
from actions.secrets import decrypt, encrypt
from crm import clock


def save_integration(
    row: Integration, *, name: str, settings: Mapping[str, Any], secrets: Mapping[str, str], is_active: bool
) -> Integration:
    """Store an integration; a secret that is empty stays as it was. What was tested before says nothing any more."""
    kept = secrets_of(row) if row.secret and not all(secrets.values()) else {}
    given = {key: value for key, value in secrets.items() if value}
    if given or settings != row.settings:
        row.tested_at, row.test_said, row.is_fine = None, "", None
    row.name, row.is_active, row.settings = name, is_active, {**row.settings, **settings}
    if given:
        row.secret = encrypt(json.dumps({**kept, **given}))
    with transaction.atomic():
        row.save()
    return row


def secrets_of(row: Integration) -> dict[str, str]:
    """Return the secrets in clear by name; raises Undecipherable."""
    found: dict[str, str] = json.loads(decrypt(bytes(row.secret))) if row.secret else {}
    return found


def note_test(row: Integration, *, is_fine: bool, said: str) -> None:
    """Keep how the last test of the connection ended."""
    Integration.objects.filter(pk=row.pk).update(tested_at=clock.now(), is_fine=is_fine, test_said=said[:500])
