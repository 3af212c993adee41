"""Check every promise that can be checked in the database."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from crm.reconciliation import promises


class Command(BaseCommand):
    """Print what does not hold; exit with an error when there is anything."""

    help = "Checks every promise that can be checked in the database and prints what does not hold."

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask each promise; at most 20 findings of each are printed."""
        broken = 0
        for promise in promises():
            findings = list(promise.check())
            broken += len(findings)
            mark = self.style.ERROR("✗") if findings else self.style.SUCCESS("✓")
            self.stdout.write(f"{mark} {promise.name}")
            for finding in findings[:20]:
                self.stdout.write(f"    {finding}")
            if len(findings) > 20:
                self.stdout.write(f"    … and {len(findings) - 20} more")
        if broken:
            raise CommandError(f"{broken} findings.")
        self.stdout.write("Everything holds.")
