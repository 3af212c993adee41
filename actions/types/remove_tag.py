"""A8: remove a tag."""

from collections.abc import Generator, Iterable

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from actions.base import Action, Outcome, StepContext, action_types
from actions.effects import ChangeTags
from actions.types.add_tag import TagForm
from crm.conditions.base import EventView
from triggers.models import Kind


@action_types.register
class RemoveTag(Action):
    """Remove a tag from the profile."""

    kind = "remove_tag"
    label = _("Remove a tag")
    form_class = TagForm

    def plan(self, step: StepContext) -> Generator[ChangeTags, Outcome, None]:
        """Remove it."""
        yield ChangeTags(step, remove=(str(self.config["tag"]),))

    def causes(self) -> Iterable[EventView]:
        """State the tag."""
        yield EventView(kind=Kind.TAG_REMOVED, profile_id=0, name=str(self.config["tag"]))

    def describe(self) -> str:
        """Say which."""
        return _now("Remove the tag “%(tag)s”") % {"tag": self.config["tag"]}
