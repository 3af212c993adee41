"""The mailbox: messages as they were received, where no server or provider is configured."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RangeDateFilter

from actions.models import Delivery, MailboxMessage
from crm.admin.base import DeclicAdmin, ReadOnlyAdmin
from crm.admin.display import link, page_of
from crm.admin.search import begins_with


@admin.register(MailboxMessage)
class MailboxAdmin(ReadOnlyAdmin):
    """What would have arrived."""

    is_big = True
    list_display = ("subject", "channel", "recipient", "sender", "received_at")
    rows_name = _("messages")
    list_filter = (("channel", ChoicesDropdownFilter), ("received_at", RangeDateFilter))
    list_filter_submit = True
    search_fields = ("recipient",)
    search_help_text = _("The recipient's e-mail or mobile")
    ordering = ("-received_at", "-id")
    empty_title = _("No messages yet")
    empty_text = _("While no e-mail server or provider is configured, what Declic sends lands here instead of leaving.")
    actions = ("delete_selected",)

    def found(self, term: str) -> Q:
        """Search by recipient, however it is written."""
        return begins_with(["recipient"], term) | begins_with(["recipient"], term.lower())

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let messages be thrown away: the delivery keeps what was sent."""
        return DeclicAdmin.has_delete_permission(self, request, obj)

    def get_queryset(self, request: HttpRequest) -> Any:
        """Leave the contents where they are."""
        return super().get_queryset(request).defer("html", "text", "headers")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show a message as it was received, as text, or its headers."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        message = MailboxMessage.objects.filter(pk=object_id).first() if object_id.isdecimal() else None
        if message is None:
            raise Http404
        show = request.GET.get("show", "")
        delivery = _delivery_of(message)
        context = {
            **self.admin_site.each_context(request),
            "title": message.subject or _("No subject"),
            "opts": self.opts,
            "original": message,
            "message": message,
            "show": show if show in {"text", "headers"} else "",
            "headers": _headers(message),
            "frame": reverse("mailbox-message", args=[message.pk]) + ("?text" if show == "text" else ""),
            "delivery": link(_("The delivery"), page_of("actions.delivery", delivery)) if delivery else "",
        }
        return TemplateResponse(request, "actions/admin/message.html", context)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Say when mail leaves by a server instead."""
        return super().changelist_view(
            request, {**(extra_context or {}), "has_email_server": settings.HAS_EMAIL_SERVER}
        )


def _headers(message: MailboxMessage) -> list[tuple[str, str]]:
    held = message.headers
    if isinstance(held, dict):
        return [(name, str(value)) for name, value in held.items()]
    return [(str(name), str(value)) for name, value in held]


def _delivery_of(message: MailboxMessage) -> int | None:
    """Return the delivery whose uid the Message-ID carries."""
    try:
        uid = UUID(message.message_id.strip("<>").partition("@")[0])
    except ValueError:
        return None
    return Delivery.objects.filter(uid=uid).values_list("pk", flat=True).first()
