"""Import workflows from JSON files."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from crm.errors import Invalid, Refused
from workflows.freezing import freeze
from workflows.services.drafts import create_workflow
from workflows.services.lifecycle import activate
from workflows.validation import clean_document


class Command(BaseCommand):
    """Make a draft of each file; --activate makes it live as it is."""

    help = "Imports workflows from exported JSON files as drafts; --activate makes them live at once."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take files."""
        parser.add_argument("files", nargs="+", type=Path)
        parser.add_argument("--activate", action="store_true", help="make the imported workflows live")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import file by file; one that is wrong stops the command and says why."""
        for path in options["files"]:
            try:
                document = clean_document(json.loads(path.read_text()))
                workflow = create_workflow(name=document["name"], document=document)
                if options["activate"]:
                    activate(workflow, digest=freeze(workflow.draft)[1], user=None)
            except (OSError, ValueError) as error:
                raise CommandError(f"{path}: {error}") from error
            except (Invalid, Refused) as error:
                raise CommandError(f"{path}: {error.message}") from error
            self.stdout.write(f"{workflow.name}: {workflow.get_status_display()}")
