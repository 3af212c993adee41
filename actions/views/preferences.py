"""The preference centre: a page on which a profile sees its consents and legal bases, and chooses."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from actions.links import PREFERENCES
from actions.preferences import REFUSE_ALL, choices_of, save_choices
from crm.hosted.frame import Frame
from crm.hosted.serving import customers_page, no_page
from crm.models import ConsentStatus


@customers_page
@require_http_methods(["GET", "HEAD", "POST"])
def preferences_page(request: HttpRequest, token: str) -> HttpResponse:
    """Show the choices; a POST saves them, without cookie or login: whoever has the link is the profile."""
    profile = PREFERENCES.profile(token)
    if profile is None:
        return no_page(request)
    frame = Frame.of(profile)
    if request.method == "POST":
        save_choices(profile, request.POST.dict(), frame.language)
    with frame.spoken():
        choices = choices_of(profile, frame.language)
        context = {
            "consents": [choice for choice in choices if not choice.is_legal_basis],
            "legal_bases": [choice for choice in choices if choice.is_legal_basis],
            "is_saved": request.method == "POST",
            "waits": any(choice.status == ConsentStatus.TO_CONFIRM for choice in choices),
            "refuse_all": REFUSE_ALL,
        }
        return frame.page(request, "actions/preferences.html", context)
