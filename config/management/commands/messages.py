"""`manage.py messages`."""

from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config import messages, translations

HEADER = {
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Language": "fr",
    "Plural-Forms": "nplurals=2; plural=(n > 1);",
}


class Command(BaseCommand):
    help = "Bring the French catalog in line with the source and compile it; --check only tells what is missing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="fail when a text is not translated or not used")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        """Update or check."""
        path = Path(settings.LOCALE_PATHS[0]) / "fr" / "LC_MESSAGES" / "django.po"
        catalog = polib.pofile(str(path), encoding="utf-8", wrapwidth=110) if path.exists() else polib.POFile()
        found = messages.in_project(settings.BASE_DIR)
        if not check:
            catalog.metadata = HEADER
            catalog.wrapwidth = 110
            messages.update(catalog, found)
            path.parent.mkdir(parents=True, exist_ok=True)
            catalog.save(str(path))
            translations.compile_catalogs(settings.LOCALE_PATHS[0])
        wrong = list(messages.problems(catalog, found))
        if wrong and check:
            self.stderr.write("\n".join(wrong))
            raise CommandError(f"{len(wrong)} texts of {len(found)} need a translator: run `make messages`.")
        self.stdout.write(f"{len(found)} texts, {len(wrong)} to be translated.")
