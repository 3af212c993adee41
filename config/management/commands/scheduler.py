"""`manage.py scheduler`."""

import signal
from typing import Any

from django.core.management.base import BaseCommand

from config.scheduler import Scheduler
from crm.periodic import discover


class Command(BaseCommand):
    help = "Call the periodic tasks until stopped. A second one does no harm."

    def handle(self, *args: Any, **options: Any) -> None:
        """Schedule."""
        scheduler = Scheduler(discover())
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda signum, frame: scheduler.stop())
        scheduler.run()
