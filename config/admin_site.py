"""The back-office site."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.i18n import set_language
from unfold.sites import UnfoldAdminSite


class DeclicAdminSite(UnfoldAdminSite):  # type: ignore[misc]  # unfold ships no types
    """Serve the back-office; its sidebar stands in `config.sidebar`, its first page in `config.dashboard`."""

    def extra_urls(self) -> list[URLPattern]:
        """Add the choice of a language."""
        return [path("language/", self.admin_view(self.choose_language), name="choose_language")]

    def choose_language(self, request: HttpRequest) -> HttpResponse:
        """Keep the language with the user, so that it holds in every browser."""
        wanted = request.POST.get("language", "")
        if request.method == "POST" and wanted in dict(settings.LANGUAGES):
            request.user.language = wanted  # type: ignore[union-attr]
            request.user.save(update_fields=["language"])
        return set_language(request)
