"""Messages in a sandboxed frame, under the policy that all written HTML is shown with."""

from django.http import HttpResponse
from django.template.loader import render_to_string

from actions.framing import message_response
from actions.rendering.shown import Shown


def shown_response(shown: Shown | None, *, part: str = "html") -> HttpResponse:
    """Return the HTML of a message as it is, or a plain page with its text or what is wrong with it."""
    if shown is not None and part == "html" and shown.html and not shown.error:
        return message_response(shown.html)
    return message_response(render_to_string("workflows/preview/plain.html", {"shown": shown, "part": part}))
