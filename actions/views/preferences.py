"""The preference centre: a page on which a profile sees its consents and legal bases, and chooses."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from actions.links import PREFERENCES
from actions.preferences import REFUSE_ALL, TRACKING, TRACKING_SHOWN, accepts_more, choices_of, save_choices
from crm.hosted.frame import Frame
from crm.hosted.limits import TooOften, count_choices
from crm.hosted.serving import customers_page, no_page
from crm.models import ConsentStatus, Profile


@customers_page
@require_http_methods(["GET", "HEAD", "POST"])
def preferences_page(request: HttpRequest, token: str) -> HttpResponse:
    """Show the choices; a POST saves them, without cookie or login: whoever has the link is the profile."""
    profile = PREFERENCES.profile(token)
    if profile is None:
        return no_page(request)
    frame = Frame.of(profile)
    with frame.spoken():
        if request.method == "POST":
            try:
                _save(profile, request.POST.dict(), frame.language)
            except TooOften as error:
                refused = {"refusal": error.message, "back": PREFERENCES.path(profile.uid)}
                return error.marked(frame.page(request, "hosted/too_often.html", refused, status=error.status))
        choices = choices_of(profile, frame.language)
        context = {
            "consents": [choice for choice in choices if not choice.is_legal_basis],
            "legal_bases": [choice for choice in choices if choice.is_legal_basis],
            "is_saved": request.method == "POST",
            "waits": any(choice.status == ConsentStatus.TO_CONFIRM for choice in choices),
            "refuse_all": REFUSE_ALL,
            "asks_tracking": frame.site.tracks_messages,
            "refuses_tracking": profile.refuses_tracking,
            "tracking": TRACKING,
            "tracking_shown": TRACKING_SHOWN,
        }
        return frame.page(request, "actions/preferences.html", context)


def _save(profile: Profile, posted: dict[str, str], language: str) -> None:
    """Save choices; who only refuses is never put off."""
    if accepts_more(profile, posted, language):
        count_choices(profile)
    save_choices(profile, posted, language)
