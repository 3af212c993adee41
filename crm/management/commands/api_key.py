"""Make an API key pair and print it, once."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from crm.errors import Invalid
from crm.services.api_keys import SCOPES, make_key


class Command(BaseCommand):
    help = "Makes a pair of API keys and prints it; the private key is not kept and cannot be shown again."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the name of the key and what it may do."""
        parser.add_argument("name", help="who uses the key, as shown in the back-office")
        parser.add_argument("--scopes", nargs="*", metavar="SCOPE", help=f"default: all of {', '.join(SCOPES)}")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the pair and print public:private, as HTTP Basic takes it."""
        try:
            made = make_key(options["name"], scopes=options["scopes"])
        except Invalid as error:
            raise CommandError(error.message) from error
        self.stderr.write("public:private, for HTTP Basic; the private part alone is the Bearer token:")
        self.stdout.write(f"{made.api_key.public_key}:{made.private_key}")
