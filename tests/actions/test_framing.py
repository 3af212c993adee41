"""A message is shown under a policy of its own, whatever the middleware says for other pages."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils.module_loading import import_string

from actions.framing import MESSAGE_POLICY, message_response


def through_middleware(response: HttpResponse) -> HttpResponse:
    def view(request: HttpRequest) -> HttpResponse:
        return response

    answer = view
    for name in reversed([name for name in settings.MIDDLEWARE if "csp" in name or "XFrame" in name]):
        answer = import_string(name)(answer)
    return answer(RequestFactory().get("/"))


def test_a_message_keeps_its_own_policy() -> None:
    answer = through_middleware(message_response("<script>alert(1)</script>"))
    assert answer.headers["Content-Security-Policy"] == MESSAGE_POLICY
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "script-src" not in MESSAGE_POLICY
    assert "default-src 'none'" in MESSAGE_POLICY


def test_no_other_page_may_be_framed() -> None:
    answer = through_middleware(HttpResponse("page"))
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
