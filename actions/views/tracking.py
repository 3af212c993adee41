"""Where links and pictures of e-mails lead: quick, without session or cookie, for anybody who has the address."""

import base64
import logging

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe

from actions.tracking.links import clicked, opened
from actions.tracking.recording import record_click, record_open
from actions.tracking.robots import is_prefetch
from crm.hosted.serving import HEADERS, customers_page, no_page

logger = logging.getLogger(__name__)

_PICTURE = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")


@customers_page
@require_safe
def follow_link(request: HttpRequest, token: str) -> HttpResponse:
    """Lead to the target of a link, and note who followed it; HEAD and prefetching change nothing."""
    found = clicked(token, request.GET.get("u", ""))
    if found is None:
        return no_page(request)
    delivery_id, url = found
    if is_prefetch(request.headers):
        # no redirect to keep: the person's own click must come here again
        return HttpResponse(status=204)
    if request.method == "GET":
        try:
            record_click(delivery_id, url, agent=request.headers.get("User-Agent", ""))
        except DatabaseError:
            logger.exception("A click could not be noted")
    return HttpResponseRedirect(url)


@require_safe
def show_picture(request: HttpRequest, token: str) -> HttpResponse:
    """Answer the picture that nobody sees, and note that it was loaded; it looks the same for a token that is none."""
    delivery_id = opened(token)
    if delivery_id is not None and request.method == "GET" and not is_prefetch(request.headers):
        try:
            record_open(delivery_id, agent=request.headers.get("User-Agent", ""))
        except DatabaseError:
            logger.exception("An open could not be noted")
    # pictures of mails are shown inside the pages of mailboxes
    headers = {**HEADERS, "Cross-Origin-Resource-Policy": "cross-origin"}
    return HttpResponse(_PICTURE, content_type="image/gif", headers=headers)
