"""How the HTML of a message is shown inside the back-office: in a sandboxed frame, under a policy of its own."""

from django.http import HttpResponse

MESSAGE_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src https: http: data:; "
    "style-src 'unsafe-inline' https: http:; font-src https: data:; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'"
)


def message_response(html: str) -> HttpResponse:
    """Answer a message's HTML so that it runs no script, reads no cookie and is framed by our own pages only.

    The frame that shows it says `<iframe sandbox="allow-popups allow-popups-to-escape-sandbox" src="…">`.
    """
    return HttpResponse(
        html,
        headers={
            "Content-Security-Policy": MESSAGE_POLICY,
            "X-Frame-Options": "SAMEORIGIN",
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "private, no-store",
        },
    )
