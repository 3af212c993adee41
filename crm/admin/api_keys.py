"""API keys: made here, shown once, revoked for ever."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action
from unfold.enums import ActionVariant

from crm.admin.base import DeclicAdmin
from crm.admin.display import badge
from crm.admin.fields import ListField
from crm.models import ApiKey
from crm.services.api_keys import SCOPES, make_key, revoke_key


class ApiKeyForm(forms.ModelForm):
    """A name, and what the key may do."""

    scopes = ListField(label=_("What it may do"), choices=list(SCOPES.items()), required=True)

    class Meta:
        model = ApiKey
        fields = ("name", "scopes")


@admin.register(ApiKey)
class ApiKeyAdmin(DeclicAdmin):
    """Keys with which shops call the API."""

    form = ApiKeyForm
    list_display = ("name", "public_key", "shown_state", "created_at", "last_used_at")
    search_fields = ("name", "public_key")
    actions_detail = ("revoke",)
    readonly_fields = ("public_key", "secret_prefix", "created_at", "last_used_at", "revoked_at")
    empty_title = _("No API keys yet")
    empty_text = _("Your shop needs one to send customers, orders and carts.")

    @admin.display(description=_("State"))
    def shown_state(self, row: ApiKey) -> str:
        """Return whether the key works."""
        return badge(_("Revoked"), "danger") if row.revoked_at else badge(_("Works"), "success")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Show what is known of a key that exists."""
        known = ["public_key", "secret_prefix", ("created_at", "last_used_at", "revoked_at")]
        return ["name", *known, "scopes"] if obj else ["name", "scopes"]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Begin with everything allowed."""
        return {"scopes": list(SCOPES), **super().get_changeform_initial_data(request)}

    def save_model(self, request: HttpRequest, obj: ApiKey, form: Any, change: bool) -> None:
        """Make the pair; a key that exists changes its name and scopes only."""
        if change:
            super().save_model(request, obj, form, change)
            return
        made = make_key(obj.name, scopes=obj.scopes)
        obj.__dict__.update(made.api_key.__dict__)
        request.declic_private_key = made.private_key  # type: ignore[attr-defined]

    def response_add(self, request: HttpRequest, obj: ApiKey, post_url_continue: str | None = None) -> HttpResponse:
        """Show the private key, this once."""
        context = {
            **self.admin_site.each_context(request),
            "title": _now("The key is made"),
            "opts": self.opts,
            "api_key": obj,
            "private_key": request.declic_private_key,  # type: ignore[attr-defined]
        }
        response = TemplateResponse(request, "crm/admin/new_key.html", context)
        response["Cache-Control"] = "no-store"
        return response

    @action(
        description=_("Revoke"),
        permissions=["change"],
        icon="block",
        variant=ActionVariant.DANGER,
        dialog={
            "title": _("Revoke this key?"),
            "description": _("Whoever uses it is refused from now on. This cannot be undone."),
        },
    )
    def revoke(self, request: HttpRequest, form: Any, object_id: str) -> HttpResponse:
        """Revoke for ever."""
        api_key = self.get_object(request, object_id)
        if api_key is not None:
            revoke_key(api_key)
            self.log_change(request, api_key, _now("Revoked."))
            messages.success(request, _now("The key “%(name)s” is revoked.") % {"name": api_key.name})
        # the dialog asks by htmx, which would put the page it is led to into the dialog
        return HttpResponse(headers={"HX-Redirect": reverse("admin:crm_apikey_change", args=[object_id])})

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: a key is revoked; its name stays in the books."""
        return False
