"""Chunks know where in the file they begin; those that there are hold a hundred lines each."""

from django.db import migrations, models
from django.db.models import F


def say_where(apps, schema_editor):
    """Say it of the chunks there are; the header is line 1."""
    apps.get_model("crm", "ImportChunk").objects.update(first_line=(F("number") - 1) * 100 + 2)


class Migration(migrations.Migration):
    dependencies = [("crm", "0014_what_became_of_participations")]

    operations = [
        migrations.AddField("importchunk", "first_line", models.PositiveIntegerField(default=2)),
        migrations.RunPython(say_where, migrations.RunPython.noop),
    ]
