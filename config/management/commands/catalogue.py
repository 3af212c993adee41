"""`manage.py catalogue`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config import catalogue, translations


class Command(BaseCommand):
    help = "Write docs/catalogue.md from the registries; --check only tells whether it is out of date."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="fail when the page is out of date")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        """Write or compare, in the French of now."""
        translations.compile_catalogs()
        text = catalogue.written()
        if not check:
            catalogue.PATH.write_text(text)
            self.stdout.write(f"Written: {catalogue.PATH.name}")
        elif not catalogue.PATH.exists() or catalogue.PATH.read_text() != text:
            raise CommandError("docs/catalogue.md is out of date: run `manage.py catalogue`.")
