"""The preference centre: a page on which a profile sees its consents and legal bases, and chooses."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from actions.links import PREFERENCES
from actions.preferences import REFUSE_ALL, TRACKING, TRACKING_SHOWN, choices_of, save_choices
from actions.views.hosted import hosted_page, language_of, no_page, profile_of
from crm.models import ConsentStatus, Site


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def preferences_page(request: HttpRequest, token: str) -> HttpResponse:
    """Show the choices; a POST saves them, without cookie or login: whoever has the link is the profile."""
    profile = profile_of(PREFERENCES, token)
    if profile is None:
        return no_page(request)
    site = Site.current()
    language = language_of(profile, site)
    if request.method == "POST":
        save_choices(profile, request.POST.dict(), language)
    with override(language):
        choices = choices_of(profile, language)
        context = {
            "consents": [choice for choice in choices if not choice.is_legal_basis],
            "legal_bases": [choice for choice in choices if choice.is_legal_basis],
            "is_saved": request.method == "POST",
            "waits": any(choice.status == ConsentStatus.TO_CONFIRM for choice in choices),
            "refuse_all": REFUSE_ALL,
            "asks_tracking": site.tracks_messages,
            "refuses_tracking": profile.refuses_tracking,
            "tracking": TRACKING,
            "tracking_shown": TRACKING_SHOWN,
        }
        return hosted_page(request, "actions/preferences.html", profile, context)
