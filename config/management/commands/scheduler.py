"""`manage.py scheduler`."""

from typing import Any

from django.core.management.base import BaseCommand

from config.scheduler import run_scheduler


class Command(BaseCommand):
    help = "Call the periodic tasks until stopped. A second one does no harm."

    def handle(self, *args: Any, **options: Any) -> None:
        """Schedule."""
        run_scheduler()
