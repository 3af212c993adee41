"""Beside the rules of a segment: how many profiles are in it, and who."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from crm import db
from crm.admin.paging import MOST
from crm.admin.segment_form import posted_tree
from crm.admin.segment_pages import SegmentPage
from crm.conditions.segments import segment_q
from crm.conditions.walk import Rules
from crm.errors import Invalid
from crm.models import Profile

#: seconds for which one waits for each of two: how many they are, and who
PATIENCE = 2.0
#: so many of its profiles are shown
SAMPLE = 10


class LookPage(SegmentPage):
    """The part beside the form: how many profiles the rules find as they are typed, and the newest of them."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Ask as it is stored."""
        return self._part(self._found(self.segment.rules or {}))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Ask as it is typed."""
        try:
            tree = posted_tree(request.POST)
        except Invalid as error:
            return self._part({"refusal": error.message})
        return self._part(self._found(tree.rules()) if tree.is_valid() else {"is_incomplete": True})

    def _found(self, rules: Rules) -> dict[str, Any]:
        may_see = self.request.user.has_perm("crm.view_profile")
        try:
            asked = segment_q(rules, uid=str(self.segment.uid) if self.segment.pk else "")
        except Invalid as error:
            return {"refusal": error.message}
        rows = Profile.objects.filter(asked, erased_at=None)
        try:
            with db.at_most(PATIENCE):
                number = rows.order_by()[: MOST + 1].count()
                sample = list(rows.order_by("-pk")[:SAMPLE]) if may_see and number else []
        except db.TooLong:
            return {"is_slow": True}
        return {"number": said_size(number), "is_none": not number, "sample": sample, "may_see": may_see}

    def _part(self, context: dict[str, Any]) -> HttpResponse:
        return TemplateResponse(self.request, "crm/admin/segment/look.html", context)


def said_size(number: int) -> str:
    """Say a number that was counted to a limit."""
    if number > MOST:
        return _("more than %(n)s") % {"n": number_format(MOST, force_grouping=True)}
    return str(number_format(number, force_grouping=True))
