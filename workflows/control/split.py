"""K4: split by weight."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from crm.forms import ConfigForm, TextField
from workflows.control.base import Control, Leaving, WaitContext, control_types
from workflows.words import join

BRANCHES = ("a", "b", "c", "d", "e")
MOST_WEIGHT = 10_000


class BranchWidget(forms.MultiWidget):
    """A weight and a name side by side."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        weight = forms.NumberInput({"min": 1, "inputmode": "numeric", "aria-label": _("Weight")})
        super().__init__({"weight": weight, "name": forms.TextInput({"aria-label": _("Name")})}, attrs)

    def decompress(self, value: Any) -> list[Any]:
        """Split {"weight", "name"}."""
        row = value if isinstance(value, Mapping) else {}
        return [row.get("weight"), row.get("name")]


class BranchField(forms.MultiValueField):
    """A branch, kept as {"weight": n, "name": text}; without a weight and a name there is none."""

    widget = BranchWidget

    def __init__(self, **options: Any) -> None:
        weight = forms.IntegerField(min_value=1, max_value=MOST_WEIGHT, required=False)
        fields = (weight, TextField(max_length=40, required=False))
        super().__init__(fields, require_all_fields=False, **options)

    def compress(self, values: list[Any]) -> dict[str, Any] | None:
        """Join the two parts."""
        weight, name = [*values, None, None][:2]
        if not weight and not name and not self.required:
            return None
        if not weight or not name:
            raise ValidationError(_("A branch has a weight and a name."), code="required")
        return {"weight": weight, "name": name}


class SplitForm(ConfigForm):
    """Two to five branches."""

    a = BranchField(label=_("Branch A: weight and name"), initial={"weight": 50, "name": "A"})
    b = BranchField(label=_("Branch B: weight and name"), initial={"weight": 50, "name": "B"})
    c = BranchField(label=_("Branch C: weight and name"), required=False)
    d = BranchField(label=_("Branch D: weight and name"), required=False)
    e = BranchField(
        label=_("Branch E: weight and name"),
        required=False,
        help_text=_(
            "Weights are shares: 1 and 1, or 50 and 50, is half and half. A customer always gets the same branch here, "
            "also in a later run; other weights lead some to another."
        ),
    )

    def clean(self) -> dict[str, Any]:
        """Ask for names that differ."""
        cleaned: dict[str, Any] = super().clean() or {}
        names = [branch["name"].casefold() for branch in cleaned.values() if branch]
        if len(set(names)) < len(names):
            raise ValidationError(_("Give each branch another name."), code="same_name")
        return cleaned


@control_types.register
class Split(Control):
    """By chance, but always the same way for a profile: a hash of step and profile decides, and nothing is kept."""

    kind = "split"
    label = _("Split (A/B)")
    icon = "call_split"
    form_class = SplitForm
    is_by_chance = True

    def exits(self) -> Mapping[str, str]:
        """Return the branches."""
        return {key: str(branch.get("name", "")) for key, branch in self._branches().items()}

    def until(self, context: WaitContext) -> datetime | None:
        """Do not wait."""
        return None

    def choose(self, leaving: Leaving) -> str:
        """Return the branch in whose share of all weights the profile's point lies."""
        branches = self._branches()
        digest = hashlib.sha256(f"{leaving.step_id}:{leaving.profile_id}".encode()).digest()
        point = int.from_bytes(digest[:8], "big") * sum(branch["weight"] for branch in branches.values()) >> 64
        for key, branch in branches.items():
            point -= branch["weight"]
            if point < 0:
                return key
        raise AssertionError("the point lies within the sum of all weights")

    def describe(self) -> str:
        """Say the branches and their shares."""
        branches = self._branches().values()
        whole = sum(branch["weight"] for branch in branches)
        said = [f"{branch['name']} {_percent(branch['weight'], whole)}" for branch in branches]
        return gettext("Split by chance: %(branches)s") % {"branches": join(said)}

    def _branches(self) -> dict[str, Mapping[str, Any]]:
        found = {key: self.config.get(key) for key in BRANCHES}
        return {key: branch for key, branch in found.items() if isinstance(branch, Mapping)}


def _percent(part: int, whole: int) -> str:
    share = round(100 * part / whole, 1)  # number_format cuts off
    return f"{number_format(share, 0 if share == int(share) else 1)} %"
