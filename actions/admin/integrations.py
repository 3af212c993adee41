"""Integrations: what Declic is connected to; secrets are written here and never shown again."""

from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from actions.admin.integration_pages import choice_page, secret_page
from actions.base import action_types
from actions.integrations import IntegrationKind, integration_kinds
from actions.integrations.callbacks import callback_url
from actions.integrations.trying import try_integration
from actions.models import Integration
from crm.admin.base import DeclicAdmin
from crm.admin.display import badge, when


@admin.register(Integration)
class IntegrationAdmin(DeclicAdmin):
    """What is set up; adding one begins with the choice of its kind."""

    list_display = ("name", "shown_kind", "shown_state", "shown_works")
    list_filter = ("is_active",)
    search_fields = ("name",)
    readonly_fields = ("shown_test", "shown_unlocks", "shown_callbacks")
    actions_detail = ("test_connection",)
    empty_title = _("Nothing is connected yet")
    empty_text = _(
        "Connect a provider of SMS, WhatsApp, Brevo, or an address of yours that workflows tell what happened."
    )
    add_words = _("Connect something")

    @admin.display(description=_("Kind"))
    def shown_kind(self, row: Integration) -> str:
        """Return the kind in words."""
        kind = integration_kinds.get(row.kind)
        return str(kind.label) if kind else row.kind

    @admin.display(description=_("State"))
    def shown_state(self, row: Integration) -> str:
        """Return whether it is switched on."""
        return badge(_("On"), "success") if row.is_active else badge(_("Off"))

    @admin.display(description=_("Last test"))
    def shown_works(self, row: Integration) -> str:
        """Return how the last test ended."""
        if row.tested_at is None:
            return _now("not tested yet")
        return badge(_("Works"), "success") if row.is_fine else badge(_("Does not work"), "danger")

    @admin.display(description=_("Last test"))
    def shown_test(self, row: Integration) -> str:
        """Return how the last test ended, when, and what was said."""
        if row.tested_at is None:
            return self.shown_works(row)
        return format_html("{} {} {}", self.shown_works(row), when(row.tested_at), row.test_said)

    @admin.display(description=_("Makes possible"))
    def shown_unlocks(self, row: Integration) -> str:
        """Return the actions that are offered while it is on."""
        unlocks = self._kind(row).unlocks
        return ", ".join(str(each.label) for each in action_types if each.kind in unlocks)

    @admin.display(description=_("Callback addresses"))
    def shown_callbacks(self, row: Integration) -> str:
        """Return the secret addresses under which the other side calls us."""
        callbacks = [(callback_url(row, what), words) for what, words in self._kind(row).callbacks.items()]
        return render_to_string("actions/admin/callbacks.html", {"callbacks": callbacks})

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Ask for the kind first; of what there is one of its kind, lead to that."""
        if not self.has_add_permission(request):
            return super().add_view(request, form_url, extra_context)
        if request.GET.get("kind") not in integration_kinds:
            return choice_page(request)
        return super().add_view(request, form_url, extra_context)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:
        """Return the form of the kind."""
        options["form"] = self._kind_of(request, obj).form_class
        return super().get_form(request, obj, change, **options)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show the fields of the kind, and what is known of one that is set up."""
        kind = self._kind_of(request, obj)
        left_out = {"name", "is_active"} if obj else {"name", "is_active", "renews"}
        declared = [name for name in kind.form_class().fields if name not in left_out]
        fieldsets: list[Any] = [(None, {"fields": ["name", "is_active", *declared], "description": kind.text})]
        if obj is not None:
            known = ["shown_unlocks", "shown_test", *(["shown_callbacks"] if kind.callbacks else [])]
            fieldsets.append((_("In use"), {"fields": known}))
        return fieldsets

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Begin with the name of the kind."""
        kind = self._kind_of(request, None)
        return {"name": "" if kind.is_many else str(kind.label), **super().get_changeform_initial_data(request)}

    def save_model(self, request: HttpRequest, obj: Integration, form: Any, change: bool) -> None:
        """Write through the kind; a secret that was made is shown once."""
        kind = self._kind_of(request, obj if change else None)
        obj.kind = kind.kind
        request.declic_secret = kind.save(obj, form)  # type: ignore[attr-defined]

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        """Show a secret that was made; else go on to the page, where the connection is tested."""
        if secret := request.declic_secret:  # type: ignore[attr-defined]
            return secret_page(request, obj, secret)
        super().response_add(request, obj, post_url_continue)
        return HttpResponseRedirect(reverse("admin:actions_integration_change", args=[obj.pk]))

    def response_change(self, request: HttpRequest, obj: Integration) -> HttpResponse:
        """Show a secret that was renewed, this once."""
        if secret := request.declic_secret:  # type: ignore[attr-defined]
            return secret_page(request, obj, secret)
        return super().response_change(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: live workflows may use it; it is switched off."""
        return False

    @action(
        description=_("Test the connection"),
        permissions=["change"],
        icon="network_check",
        dialog={
            "title": _("Test the connection?"),
            "description": _("Declic asks the other side now whether it knows us. No customer is written to."),
        },
    )
    def test_connection(self, request: HttpRequest, form: Any, object_id: str) -> HttpResponse:
        """Ask the other side, and keep and say how it went."""
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404
        tested = try_integration(row)
        self.log_change(request, row, _now("Connection tested."))
        (messages.success if tested.is_fine else messages.error)(request, tested.said)
        # the dialog asks by htmx, which would put the page it is led to into the dialog
        return HttpResponse(headers={"HX-Redirect": reverse("admin:actions_integration_change", args=[object_id])})

    def _kind_of(self, request: HttpRequest, obj: Integration | None) -> type[IntegrationKind]:
        return self._kind(obj) if obj is not None else integration_kinds[request.GET.get("kind", "")]

    def _kind(self, row: Integration) -> type[IntegrationKind]:
        kind = integration_kinds.get(row.kind)
        if kind is None:
            raise Http404
        return kind
