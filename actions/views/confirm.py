"""The page behind the link of a double opt-in mail: looking at it changes nothing, its button confirms."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from actions.links import PREFERENCES
from actions.questions import confirm, is_open, question_of, wording_shown
from crm.hosted.frame import Frame
from crm.hosted.serving import customers_page, no_page
from crm.models import Consent, ConsentStatus, ConsentWording


@customers_page
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_page(request: HttpRequest, token: str) -> HttpResponse:
    """Ask on GET, accept on POST, without cookie or login; a link that has run out says so."""
    found = question_of(token)
    if found is None:
        return no_page(request)
    delivery, consent = found
    if request.method == "POST":
        consent = confirm(delivery, consent)
    state = "ask" if is_open(delivery, consent) else "over"
    if consent.status == ConsentStatus.ACCEPTED:
        state = "done"
    frame = Frame.of(delivery.profile)
    context = {
        "state": state,
        "label": consent.definition.label_in(frame.language),
        "words": _words(consent, wording_shown(delivery), frame.language),
        "preferences_url": PREFERENCES.path(delivery.profile.uid),
    }
    return frame.page(request, "actions/confirm.html", context)


def _words(consent: Consent, version: int | None, language: str) -> str:
    """Return the words that the mail showed, in the language of the page or else as they are there."""
    rows = ConsentWording.objects.filter(definition=consent.definition_id, version=version or 0)
    texts = dict(rows.values_list("language", "text"))
    return texts.get(language) or next(iter(texts.values()), "")
