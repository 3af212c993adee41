"""How the HTML of a message is shown inside the back-office: in a sandboxed frame, under a policy of its own."""

import re

from django.http import HttpResponse

MESSAGE_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src https: http: data:; "
    "style-src 'unsafe-inline' https: http:; font-src https: data:; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'"
)


_HEAD = re.compile(r"\A\s*(?:<!doctype[^>]*>)?\s*(?:<html[^>]*>)?\s*(?:<head[^>]*>)?", re.IGNORECASE)


def message_response(html: str) -> HttpResponse:
    """Answer a message's HTML so that it runs no script, reads no cookie and is framed by our own pages only.

    The frame that shows it says `<iframe sandbox="allow-popups allow-popups-to-escape-sandbox" src="…">`. Links open
    beside it: most pages refuse to be shown inside a frame.
    """
    head = _HEAD.match(html)
    at = head.end() if head else 0
    return HttpResponse(
        f'{html[:at]}<base target="_blank">{html[at:]}',
        headers={
            "Content-Security-Policy": MESSAGE_POLICY,
            "X-Frame-Options": "SAMEORIGIN",
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "private, no-store",
        },
    )
