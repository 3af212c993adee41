"""Runs and their journal: what they saw of a person."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

import workflows.personal_conditions
import workflows.personal_referrals  # noqa: F401  both register their tables
from actions.personal import own_or_team
from crm.personal import PersonalTable, Subject, erased_key, erased_words, no_object, personal_tables
from workflows.models import Entry, Journal, Run
from workflows.reasons import ERASED
from workflows.services.runs import stop_all


@personal_tables.register
class Runs(PersonalTable):
    """Where they were sent along."""

    kind = "run"
    model = Run
    label = _("Runs of workflows")
    keeps = _("Which workflow, when, and how it ended: the figures of workflows still add up.")
    hidden = frozenset({"live_key", "error"})
    blanks = {"key": erased_key, "data": no_object, "error": erased_words}

    def stop(self, profile_id: int) -> None:
        """Stop what is under way."""
        stop_all(Run.objects.filter(profile=profile_id), reason=ERASED)


@personal_tables.register
class Entries(PersonalTable):
    """What events did at workflows."""

    kind = "entry"
    model = Entry
    label = _("What events did")
    keeps = _("Which workflow, when, started or refused and why.")


@personal_tables.register
class JournalLines(PersonalTable):
    """What each step saw and decided."""

    kind = "journal"
    model = Journal
    label = _("Steps of runs")
    keeps = _("Which step, when, and how it came out: without what it saw.")
    path = "run__profile"
    blanks = {"saw": no_object}

    def given(self, row: Mapping[str, Any], subject: Subject) -> dict[str, Any]:
        """Hand out their own addresses of those that a step wrote to; the messages say which went to the team."""
        said = super().given(row, subject)
        if isinstance(to := said["saw"].get("to"), list):
            shown = (own_or_team(str(one), subject, is_for_team=False) for one in to)
            said["saw"] = {**said["saw"], "to": [one for one in shown if one]}
        return said
