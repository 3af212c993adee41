import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("workflows", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DraftChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("revision", models.PositiveIntegerField()),
                ("before", models.JSONField(default=dict)),
                ("summary", models.CharField(blank=True, default="", max_length=200, verbose_name="change")),
                ("changed_at", models.DateTimeField(verbose_name="when")),
                (
                    "changed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "workflow",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="draft_changes",
                        to="workflows.workflow",
                    ),
                ),
            ],
            options={
                "verbose_name": "change of a draft",
                "verbose_name_plural": "changes of drafts",
                "constraints": [
                    models.UniqueConstraint(fields=("workflow", "revision"), name="draft_change_once_per_revision")
                ],
            },
        ),
    ]
