"""The page behind the link to unsubscribe, and the one-click POST of RFC 8058."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from actions.models import Delivery
from actions.unsubscribe import delivery_of, grounds_of, unsubscribe
from crm.models import Site

FIELD, VALUE = "List-Unsubscribe", "One-Click"


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe_page(request: HttpRequest, token: str) -> HttpResponse:
    """Show the page; a POST of exactly `List-Unsubscribe=One-Click` unsubscribes, without cookie or login."""
    delivery = delivery_of(token)
    if delivery is None:
        return _page(request, None, "unknown", status=404)
    if request.method != "POST":
        return _page(request, delivery, "ask" if grounds_of(delivery) else "done")
    if request.POST.get(FIELD) != VALUE:
        return _page(request, delivery, "ask", status=400)
    unsubscribe(delivery)
    return _page(request, delivery, "done")


def _page(request: HttpRequest, delivery: Delivery | None, state: str, *, status: int = 200) -> HttpResponse:
    site = Site.current()
    wanted = (delivery.profile.language if delivery else "") or site.language
    known = dict(settings.LANGUAGES)
    language = next((name for name in (wanted, wanted.partition("_")[0]) if name in known), settings.LANGUAGE_CODE)
    context = {
        "site": site,
        "shop_url": site.address(wanted),
        "state": state,
        "language": language,
        "field": FIELD,
        "value": VALUE,
        "grounds": [ground.label_in(language) for ground in grounds_of(delivery)] if delivery else [],
    }
    with translation.override(language):
        response = render(request, "actions/unsubscribe.html", context, status=status)
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    response["Content-Language"] = language
    return response
