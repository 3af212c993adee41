"""`manage.py demo`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.demo import load
from crm.errors import Refused
from crm.models import Order, Profile
from workflows.models import Run


class Command(BaseCommand):
    help = "Fill an empty database with the demo shop and three months of its life."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--people", type=int, default=load.PEOPLE, help="how many people the shop knows")
        parser.add_argument("--days", type=int, default=load.DAYS, help="how many days the story lasts")

    def handle(self, *args: Any, people: int, days: int, **options: Any) -> None:
        """Load, and say what is there."""
        try:
            load.load_demo(people=people, days=days)
        except Refused as error:
            raise CommandError(error.message) from error
        self.stdout.write(
            f"The demo shop is there: {Profile.objects.count()} profiles, {Order.objects.count()} orders, "
            f"{Run.objects.count()} runs of workflows."
        )
