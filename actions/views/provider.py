"""Where e-mail providers report what becomes of messages: anymail's views, under the secret that the provider sends."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from anymail.exceptions import AnymailError, AnymailWebhookValidationFailure
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

logger = logging.getLogger(__name__)

#: the provider's name in the address → anymail's module and view
VIEWS = {
    "brevo": "BrevoTrackingWebhookView",
    "mailersend": "MailerSendTrackingWebhookView",
    "mailgun": "MailgunTrackingWebhookView",
    "mailjet": "MailjetTrackingWebhookView",
    "mailtrap": "MailtrapTrackingWebhookView",
    "mandrill": "MandrillCombinedWebhookView",
    "postal": "PostalTrackingWebhookView",
    "postmark": "PostmarkTrackingWebhookView",
    "resend": "ResendTrackingWebhookView",
    "sparkpost": "SparkPostTrackingWebhookView",
    "unisender_go": "UnisenderGoTrackingWebhookView",
}


@csrf_exempt
def provider_reports(request: HttpRequest, provider: str) -> HttpResponse:
    """Take reports; there is no such address without a secret. What cannot be read is answered 400, a wrong secret 403.

    An error of ours (the database is away) is left to be a 500: the provider then reports again.
    """
    if provider not in VIEWS or not settings.ANYMAIL.get("WEBHOOK_SECRET"):
        raise Http404
    try:
        view: Any = getattr(import_module(f"anymail.webhooks.{provider}"), VIEWS[provider])
        return _checked(view)(request)
    except AnymailWebhookValidationFailure:
        return HttpResponse("The secret is wrong or missing.", status=403, content_type="text/plain")
    except (ImproperlyConfigured, ImportError) as error:
        logger.warning("Reports of %s cannot be taken: %s", provider, error)
        return HttpResponse("This provider is not set up.", status=400, content_type="text/plain")
    except _Unreadable:
        return HttpResponse("This report cannot be read.", status=400, content_type="text/plain")


class _Unreadable(Exception):
    """A body that the provider would not have sent."""


@contextmanager
def _reading() -> Iterator[None]:
    try:
        yield
    except (ImproperlyConfigured, AnymailWebhookValidationFailure):
        raise
    except (AnymailError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError) as error:
        raise _Unreadable from error


def _checked(view: Any) -> Any:
    """Return anymail's view; what goes wrong in reading a body is told from what goes wrong in taking it."""

    class Checked(view):
        def run_validators(self, request: HttpRequest) -> None:
            with _reading():
                super().run_validators(request)

        def parse_events(self, request: HttpRequest) -> Any:
            with _reading():
                return super().parse_events(request)

    return Checked.as_view()
