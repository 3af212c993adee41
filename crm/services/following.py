"""Whether somebody's reading is followed: their own choice, asked wherever an open or a click would be noted."""

from django.db import transaction

from crm.cause import Cause, caused_by
from crm.models import Profile
from crm.tracked import lock_profiles


def refuse_tracking(profile: Profile, *, refuses: bool, cause: Cause) -> bool:
    """Note that a profile refuses to be followed, or does no more; returns whether that is a change."""
    with caused_by(cause), transaction.atomic():
        lock_profiles([profile.pk])
        profile.refresh_from_db(fields=["refuses_tracking"])
        if profile.refuses_tracking == refuses:
            return False
        profile.refuses_tracking = refuses
        profile.save()
        return True
