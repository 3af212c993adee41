"""Webhook targets: where workflows post to, with a signing secret that is shown once."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminURLInputWidget, UnfoldBooleanSwitchWidget

from actions.integrations import make_target, new_secret, set_target
from actions.models import Integration
from crm.admin.base import DeclicAdmin


class TargetForm(forms.ModelForm):
    """A name, an address, and whether the target is told anything."""

    url = forms.CharField(label=_("Address"), max_length=500, widget=UnfoldAdminURLInputWidget)
    renews = forms.BooleanField(
        label=_("Make a new signing secret"),
        required=False,
        widget=UnfoldBooleanSwitchWidget,
        help_text=_("The former one signs beside it for a day."),
    )

    class Meta:
        model = Integration
        fields = ("name", "is_active")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.pk:
            self.initial["url"] = self.instance.settings.get("url", "")


@admin.register(Integration)
class TargetAdmin(DeclicAdmin):
    """Targets of webhooks."""

    form = TargetForm
    list_display = ("name", "shown_url", "is_active", "updated_at")
    list_filter = ("is_active",)
    search_fields = ("name",)
    empty_title = _("No webhook targets yet")
    empty_text = _("A target is an address of yours that workflows tell what happened; each call is signed.")

    @admin.display(description=_("Address"))
    def shown_url(self, row: Integration) -> str:
        """Return the address."""
        return str(row.settings.get("url", ""))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Offer a new secret where there is one."""
        return ["name", "url", "is_active", "renews"] if obj else ["name", "url", "is_active"]

    def save_model(self, request: HttpRequest, obj: Integration, form: Any, change: bool) -> None:
        """Write through the service; a secret that was made is shown once."""
        given = {"name": obj.name, "url": form.cleaned_data["url"]}
        if change:
            secret = new_secret() if form.cleaned_data.get("renews") else ""
            set_target(obj, **given, secret=secret, is_active=obj.is_active)
        else:
            made, secret = make_target(**given)
            if not obj.is_active:
                set_target(made, **given, is_active=False)
            obj.__dict__.update(made.__dict__)
        request.declic_secret = secret  # type: ignore[attr-defined]

    def response_add(
        self, request: HttpRequest, obj: Integration, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Show the secret, this once."""
        return self._secret_page(request, obj)

    def response_change(self, request: HttpRequest, obj: Integration) -> HttpResponse:
        """Show a secret that was renewed, this once."""
        if getattr(request, "declic_secret", ""):
            return self._secret_page(request, obj)
        return super().response_change(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: live workflows may call it; it is switched off."""
        return False

    def _secret_page(self, request: HttpRequest, obj: Integration) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": _now("The signing secret"),
            "opts": self.opts,
            "target": obj,
            "secret": request.declic_secret,  # type: ignore[attr-defined]
        }
        response = TemplateResponse(request, "actions/admin/new_secret.html", context)
        response["Cache-Control"] = "no-store"
        return response
