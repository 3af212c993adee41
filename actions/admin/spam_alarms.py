"""Spam alarms: why newsletters stand still, and the button that lets them leave again."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.formats import number_format
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.widgets import UnfoldAdminTextareaWidget

from actions.models import SpamAlarm
from actions.tracking.spam_rate import MOST_PER_THOUSAND, lift_alarm
from crm.admin.base import ReadOnlyAdmin
from crm.admin.display import badge, list_of
from crm.errors import Invalid, Refused
from crm.models import User

#: lifting is more than looking
LIFT = "actions.change_spamalarm"


class LiftForm(forms.Form):
    """Ask why newsletters may leave again."""

    reason = forms.CharField(
        label=_("Why newsletters may leave again"),
        max_length=500,
        widget=UnfoldAdminTextareaWidget({"rows": 3}),
        error_messages={"required": _("Say why newsletters may leave again.")},
    )


@admin.register(SpamAlarm)
class SpamAlarmAdmin(ReadOnlyAdmin):
    """Each alarm, with who lifted it and why."""

    list_display = ("raised_at", "shown_state", "shown_rate", "complaints", "sent", "lifted_at", "lifted_by", "reason")
    list_select_related = ("lifted_by",)
    ordering = ("-id",)
    empty_title = _("No alarm so far")
    empty_text = _(
        "When three in a thousand messages of the last days bring a complaint, newsletters stop by themselves."
    )

    @admin.display(description=_("State"))
    def shown_state(self, row: SpamAlarm) -> str:
        """Return whether newsletters stand still."""
        return badge(_now("Newsletters stand still"), "danger") if row.is_open else badge(_now("Lifted"))

    @admin.display(description=_("Spam rate"))
    def shown_rate(self, row: SpamAlarm) -> str:
        """Return the complaints among a hundred messages."""
        return f"{number_format(round(row.rate, 2), 2)} %"

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show an alarm; a POST with a reason lifts it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = SpamAlarm.objects.select_related("lifted_by")
        alarm = rows.filter(pk=object_id).first() if object_id.isdecimal() and len(object_id) < 19 else None
        if alarm is None:
            raise Http404
        form = LiftForm(request.POST if request.method == "POST" else None)
        if form.is_bound and not request.user.has_perm(LIFT):
            raise PermissionDenied
        if form.is_valid():
            try:
                return self._lift(request, alarm, form.cleaned_data["reason"])
            except (Invalid, Refused) as refusal:
                form.add_error("reason", refusal.message)
        context = {
            **self.admin_site.each_context(request),
            "title": _now("Spam alarm"),
            "opts": self.opts,
            "original": alarm,
            "alarm": alarm,
            "state": self.shown_state(alarm),
            "rate": self.shown_rate(alarm),
            "most": MOST_PER_THOUSAND,
            "may_lift": alarm.is_open and request.user.has_perm(LIFT),
            "form": form,
        }
        return TemplateResponse(request, "actions/admin/spam_alarm.html", context, status=400 if form.errors else 200)

    def _lift(self, request: HttpRequest, alarm: SpamAlarm, reason: str) -> HttpResponse:
        assert isinstance(request.user, User)
        released = lift_alarm(alarm, user=request.user, reason=reason)
        LogEntry.objects.log_actions(
            request.user.pk, [alarm], CHANGE, _now("Lifted: %(reason)s") % {"reason": reason}, single_object=True
        )
        text = ngettext(
            "Newsletters leave again, with %(count)d message that was held.",
            "Newsletters leave again, with %(count)d messages that were held.",
            released,
        )
        messages.success(request, text % {"count": released})
        return HttpResponseRedirect(list_of("actions.spamalarm"))
