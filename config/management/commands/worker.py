"""`manage.py worker <queue>`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from actions.bells import QUEUES
from config.worker import run_worker


class Command(BaseCommand):
    help = "Work on one queue until stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("queue", choices=QUEUES)

    def handle(self, *args: Any, queue: str, **options: Any) -> None:
        """Work."""
        run_worker(queue)
