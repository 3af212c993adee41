"""`manage.py web`."""

from typing import Any

from django.core.management.base import BaseCommand

from config import translations, web


class Command(BaseCommand):
    help = "Serve the back-office, the API and the hosted pages until stopped."

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve."""
        translations.compile_catalogs()
        web.serve()
