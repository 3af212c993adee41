"""What the triggers about modules share: the choice of modules, present and future or a list."""

from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from crm.conditions.base import EventView
from crm.forms import ConfigForm, ReferencesField
from crm.models import Module

ALL, CHOSEN = "all", "chosen"


class ModulesForm(ConfigForm):
    """Ask for which modules; subclasses say among which, and how all of them are called."""

    adapts_on = ("which",)
    #: the kind of module that is offered; empty: every kind
    module_kind: ClassVar[str] = ""
    all_label: ClassVar[str | Promise] = _("All modules, present and future")

    which = forms.ChoiceField(label=_("Which modules"), initial=ALL)
    modules = ReferencesField(Module.objects.none(), label=_("Modules"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        which = self.fields["which"]
        assert isinstance(which, forms.ChoiceField)
        which.choices = [(ALL, self.all_label), (CHOSEN, _("Chosen modules"))]
        if self.chosen("which") == CHOSEN:
            self.fields["modules"].queryset = self.offered()  # type: ignore[attr-defined]
        else:
            del self.fields["modules"]

    def offered(self) -> "QuerySet[Module]":
        """Return the modules to choose from."""
        modules = Module.objects.filter(is_archived=False).order_by("name")
        return modules.filter(kind=self.module_kind) if self.module_kind else modules


def is_of_modules(options: Any, event: EventView) -> bool:
    """Tell whether an event is about one of the modules that the options want."""
    return options.get("which", ALL) != CHOSEN or event.name in options["modules"]


def say_modules(options: Any) -> str:
    """Name the modules that were chosen."""
    uids = options["modules"]
    names = Module.objects.filter(uid__in=uids).order_by("name").values_list("name", flat=True)
    return ", ".join(names) or ", ".join(uids)
