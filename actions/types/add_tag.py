"""A8: add a tag."""

from collections.abc import Generator, Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from actions.base import Action, Outcome, StepContext, action_types
from actions.effects import ChangeTags
from crm.conditions.base import EventView
from crm.errors import Invalid
from crm.forms import ConfigForm, TextField
from crm.services.tags import tag_key
from triggers.models import Kind


class TagForm(ConfigForm):
    """Which tag; a new name makes a tag."""

    tag = TextField(label=_("Tag"), max_length=80)

    def clean_tag(self) -> str:
        """Refuse what cannot be a tag."""
        name: str = self.cleaned_data["tag"]
        try:
            tag_key(name)
        except Invalid as error:
            raise ValidationError(error.message) from None
        return name


@action_types.register
class AddTag(Action):
    """Add a tag to the profile."""

    kind = "add_tag"
    label = _("Add a tag")
    form_class = TagForm

    def plan(self, step: StepContext) -> Generator[ChangeTags, Outcome, None]:
        """Add it."""
        yield ChangeTags(step, add=(str(self.config["tag"]),))

    def causes(self) -> Iterable[EventView]:
        """State the tag."""
        yield EventView(kind=Kind.TAG_ADDED, profile_id=0, name=str(self.config["tag"]))

    def describe(self) -> str:
        """Say which."""
        return _now("Add the tag “%(tag)s”") % {"tag": self.config["tag"]}
