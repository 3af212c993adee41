"""What the lists and forms of both kinds of mailing share."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from crm import db
from crm.admin.mailings import Named
from crm.errors import Refused
from crm.models.mailing import Mailing


class MailingAdmin(Named):
    """A form whose saving leads to the page on which the mailing is looked through and sent."""

    #: name and view of each page
    pages: ClassVar[Sequence[tuple[str, Any]]] = ()
    conditional_fields: ClassVar[dict[str, str]] = {
        "marketing_consents": "purpose == 'marketing'",
        "legal_bases": "purpose == 'service'",
    }
    autocomplete_fields: ClassVar[Sequence[str]] = ("template",)
    actions: ClassVar[Any] = None

    def get_urls(self) -> list[URLPattern]:
        """Put our pages before those of the admin."""
        name = self.opts.model_name
        ours = [
            path(
                f"<int:pk>/{where.replace('_', '-')}/",
                self.admin_site.admin_view(view.as_view()),
                name=f"crm_{name}_{where}",
            )
            for where, view in self.pages
        ]
        return [*ours, *super().get_urls()]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Offer to write a new template beside the choice of one; the window closes with it chosen."""
        field = super().formfield_for_dbfield(db_field, request, **options)
        if field is not None and db_field.name == "template" and request.user.has_perm("crm.add_template"):
            field.help_text = format_html(
                '<a class="d-link related-widget-wrapper-link add-related" id="add_id_template" data-popup="yes"'
                ' href="{}?_to_field=id&amp;_popup=1">{}</a>',
                reverse("admin:crm_template_add"),
                _("Write a new template"),
            )
        return field

    def may_be_changed(self, mailing: Any) -> bool:
        """Tell whether the form may write to the mailing as it stands."""
        return True

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the form of what may be changed by this user; all else has its page only."""
        row = self.model._default_manager.filter(pk=object_id).first() if object_id.isdecimal() else None
        if row is not None and self.has_view_permission(request, row):
            may_be_changed = self.may_be_changed(row)
            if not may_be_changed and request.method == "POST":
                messages.error(request, _("It is being sent by now and cannot be changed any more."))
            if not may_be_changed or not self.has_change_permission(request, row):
                return HttpResponseRedirect(reverse(f"admin:crm_{self.opts.model_name}_page", args=[row.pk]))
        return super().change_view(request, object_id, form_url, extra_context)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Write the columns of the form, and those of a mailing only that still may be changed."""
        if not change:
            super().save_model(request, obj, form, change)
            return
        stands: Mailing = db.locked(type(obj).objects.filter(pk=obj.pk)).get()
        if not self.may_be_changed(stands):
            raise Refused(_("It is being sent by now and cannot be changed any more."))
        columns = {field.name for field in obj._meta.concrete_fields}
        obj.save(update_fields=[*columns.intersection(form.cleaned_data), "consents"])

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        """Lead to the page."""
        return self._next(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Lead to the page."""
        return self._next(request, obj) or super().response_change(request, obj)

    def _next(self, request: HttpRequest, obj: Any) -> HttpResponse | None:
        if {"_continue", "_addanother", "_popup"} & request.POST.keys():
            return None
        return HttpResponseRedirect(reverse(f"admin:crm_{self.opts.model_name}_page", args=[obj.pk]))
