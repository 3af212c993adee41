"""Idempotency keys are kept as hashes: calls repeated across the upgrade are still done once."""

import hashlib

from django.db import migrations


def hash_keys(apps, schema_editor):
    calls = apps.get_model("crm", "IdempotentCall")
    for call in calls.objects.only("key").iterator():
        call.key = hashlib.sha256(call.key.encode()).hexdigest()
        call.save(update_fields=["key"])


class Migration(migrations.Migration):
    dependencies = [("crm", "0007_rights_of_people_and_imports")]

    operations = [migrations.RunPython(hash_keys, migrations.RunPython.noop, elidable=True)]
