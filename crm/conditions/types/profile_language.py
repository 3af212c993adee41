"""C1: the language of the profile."""

from collections.abc import Mapping
from typing import Any

from django.conf.locale import LANG_INFO
from django.db.models import CharField, F, Value
from django.db.models.functions import Concat, StrIndex, Substr
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from crm.conditions.base import ProfileCondition, condition_types
from crm.conditions.forms import CompareForm
from crm.conditions.moment import Moment
from crm.conditions.operators import Fact
from crm.conditions.values import Choices
from crm.models import Site


def language_choices(first: str = "") -> Choices:
    """Return the languages of two letters, each by its name in the current language; one of them may be put first."""
    codes = [code for code, info in LANG_INFO.items() if len(code) == 2 and "name" in info]
    return [
        (code, get_language_info(code)["name_translated"]) for code in sorted(codes, key=lambda code: code != first)
    ]


class LanguageForm(CompareForm):
    """Ask for languages."""

    value_type = "choice"

    def choices(self) -> Choices:
        """Offer all languages of two letters, the shop's own first."""
        return language_choices(Site.current().language[:2])


@condition_types.register
class ProfileLanguage(ProfileCondition):
    """Compares the language without its region: fr_BE is French."""

    kind = "profile_language"
    label = _("Language of the profile")
    form_class = LanguageForm
    value_type = "choice"
    has_history = False

    def expression(self, moment: Moment) -> Fact:
        """Take what stands before the region."""
        until = StrIndex(Concat("language", Value("_"), output_field=CharField()), Value("_"))
        return Substr(F("language"), 1, until - 1)

    def read(self, facts: Mapping[str, Any], moment: Moment) -> str:
        """Take what stands before the region."""
        return str(facts["profile"]["language"]).partition("_")[0]

    @property
    def choices(self) -> Choices:
        """Name languages."""
        return language_choices()

    def describe(self) -> str:
        """Say it."""
        return _("the language %(comparison)s") % {"comparison": self.comparison()}
