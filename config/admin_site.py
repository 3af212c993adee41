"""The back-office site."""

import time
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.views.i18n import set_language
from unfold.sites import UnfoldAdminSite

from crm.models import User

#: apps whose own pages would be strangers in the back-office
_STRANGERS = frozenset({"axes", "django_rq"})


class DeclicAdminSite(UnfoldAdminSite):
    """Serve the back-office; its sidebar stands in `config.sidebar`, its first page in `config.dashboard`."""

    def extra_urls(self) -> list[URLPattern]:
        """Add the choice of a language."""
        return [path("language/", self.admin_view(self.choose_language), name="choose_language")]

    def search(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Answer the search of the sidebar, always from what is there now."""
        from config.finding import find

        term = request.GET.get("s", "").replace("\0", "").strip()[:100]
        began = time.monotonic()
        found = find(request, term) if term else []
        page = Paginator(found, max(len(found), 1))
        context = {
            "results": page.page(1),
            "page_obj": page,
            "page_counter": 0,
            "execution_time": time.monotonic() - began,
        }
        return TemplateResponse(request, "unfold/helpers/command_results.html", context)

    def leave_out_strangers(self) -> None:
        """Take out the pages that libraries bring along."""
        for model in list(self._registry):
            if model._meta.app_label in _STRANGERS:
                self.unregister(model)

    def choose_language(self, request: HttpRequest) -> HttpResponse:
        """Keep the language with the user, so that it holds in every browser."""
        wanted = request.POST.get("language", "")
        if request.method == "POST" and wanted in dict(settings.LANGUAGES):
            User.objects.filter(username=request.user.get_username()).update(language=wanted)
        return set_language(request)
