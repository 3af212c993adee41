"""Erase a profile from the command line."""

import math
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from crm.cause import Cause, Origin
from crm.models import Profile
from crm.services.erasure import erase_profile
from crm.services.profiles import find_profile


class Command(BaseCommand):
    help = "Erases a profile for good: everything that says who it is, in every table. Orders stay without the person."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take who it is, and the confirmation."""
        whom = parser.add_mutually_exclusive_group(required=True)
        whom.add_argument("--email", default="")
        whom.add_argument("--external-id", default="")
        whom.add_argument("--id", type=int, help="its number; goes on with an erasure that was begun")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args: Any, **options: Any) -> None:
        """Erase, and wait until all of it is done."""
        if options["id"] is not None:
            profile = Profile.objects.filter(pk=options["id"]).first()
        else:
            profile = find_profile(email=options["email"], external_id=options["external_id"])
        if profile is None:
            raise CommandError("There is no such profile.")
        if not options["yes"] and input(f"Erase profile {profile.pk} for good? Type yes: ").strip().lower() != "yes":
            raise CommandError("Nothing was erased.")
        cause = Cause(Origin.BACK_OFFICE, actor="erase_profile")
        erasure = erase_profile(profile, cause=cause, for_seconds=math.inf)
        if erasure.done_at is None and erasure.stopped_by:
            again = f"when its cause is mended, erase --id {profile.pk} goes on"
            raise CommandError(f"The erasure of profile {profile.pk} stopped ({erasure.stopped_by}); {again}.")
        if erasure.done_at is None:
            self.stdout.write(f"Profile {profile.pk} is erased but for a message that is just being sent;")
            self.stdout.write("the scheduler completes it.")
            return
        self.stdout.write(f"Profile {profile.pk} is erased: {erasure.rows} rows gone through.")
