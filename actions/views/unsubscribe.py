"""The page behind the link to unsubscribe, and the one-click POST of RFC 8058."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from actions.links import PREFERENCES
from actions.models import Delivery
from actions.unsubscribe import delivery_of, grounds_of, unsubscribe
from crm.hosted.frame import Frame
from crm.hosted.serving import customers_page, no_page

FIELD, VALUE = "List-Unsubscribe", "One-Click"


@customers_page
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe_page(request: HttpRequest, token: str) -> HttpResponse:
    """Show the page; a POST of exactly `List-Unsubscribe=One-Click` unsubscribes, without cookie or login."""
    delivery = delivery_of(token)
    if delivery is None:
        return no_page(request)
    if request.method != "POST":
        return _page(request, delivery, "ask" if grounds_of(delivery) else "done")
    if request.POST.get(FIELD) != VALUE:
        return _page(request, delivery, "ask", status=400)
    unsubscribe(delivery)
    return _page(request, delivery, "done")


def _page(request: HttpRequest, delivery: Delivery, state: str, *, status: int = 200) -> HttpResponse:
    profile = delivery.profile
    frame = Frame.of(profile)
    context = {
        "state": state,
        "field": FIELD,
        "value": VALUE,
        "grounds": [ground.label_in(frame.language) for ground in grounds_of(delivery)],
        "preferences_url": PREFERENCES.path(profile.uid) if profile.erased_at is None else "",
    }
    return frame.page(request, "actions/unsubscribe.html", context, status=status)
