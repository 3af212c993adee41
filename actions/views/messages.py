"""A message as it looks, on an address of its own with a policy of its own, for a sandboxed iframe."""

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.html import escape
from django.views.decorators.http import require_safe

from actions.channels.http import http_channels
from actions.framing import message_response
from actions.models import Delivery, MailboxMessage
from actions.rendering.texts import RenderFailed
from actions.sending.letters import render_delivery
from actions.tracking.rewriting import without_picture


@require_safe
@login_required
@permission_required("actions.view_delivery", raise_exception=True)
def delivery_message(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a delivery as it was or will be sent."""
    delivery = get_object_or_404(Delivery.objects.select_related("profile", "content"), pk=pk)
    if delivery.channel in http_channels:
        return _shown("", http_channels[delivery.channel]().shown(delivery))
    rendered = render_delivery(delivery)
    if isinstance(rendered, RenderFailed):
        return _shown("", rendered.message)
    return _shown(rendered.html, rendered.text, as_text="text" in request.GET)


@require_safe
@login_required
@permission_required("actions.view_mailboxmessage", raise_exception=True)
def mailbox_message(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a message of the mailbox."""
    message = get_object_or_404(MailboxMessage, pk=pk)
    return _shown(without_picture(message.html), message.text, as_text="text" in request.GET)


def _shown(html: str, text: str, *, as_text: bool = False) -> HttpResponse:
    body = html
    if as_text or not html:
        body = (
            '<!doctype html><meta charset="utf-8"><meta name="color-scheme" content="light dark">'
            f'<pre style="white-space:pre-wrap;font:14px/1.5 monospace;margin:16px">{escape(text)}</pre>'
        )
    return message_response(body)
