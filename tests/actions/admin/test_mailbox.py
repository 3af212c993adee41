"""The mailbox and the deliveries: shown as received, in frames that can do no harm."""

import pytest
from django.test import Client
from django.urls import reverse

from actions.models import Delivery, MailboxMessage
from actions.tracking.rewriting import with_picture
from crm import clock
from tests.factories.deliveries import a_delivery

pytestmark = pytest.mark.django_db


def a_message(**columns: object) -> MailboxMessage:
    values = {
        "message_id": "<x@declic>",
        "sender": "shop@example.com",
        "recipient": "ada@example.com",
        "subject": "Hello <b>Ada</b>",
        "html": "<h1>Hello</h1><script>alert(1)</script>",
        "text": "Hello in text",
        "headers": {"List-Unsubscribe": "<https://shop.example/u>"},
        "received_at": clock.now(),
    }
    return MailboxMessage.objects.create(**{**values, **columns})


def test_a_message_is_shown_in_a_sandboxed_frame_with_its_own_policy(admin: Client) -> None:
    message = a_message()
    page = admin.get(reverse("admin:actions_mailboxmessage_change", args=[message.pk])).content.decode()
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page
    assert "<script>alert(1)" not in page
    assert "Hello &lt;b&gt;Ada&lt;/b&gt;" in page
    frame = admin.get(reverse("mailbox-message", args=[message.pk]))
    assert "default-src 'none'" in frame.headers["Content-Security-Policy"]
    assert reverse("mailbox-message", args=[message.pk]) in page


def test_its_text_and_its_headers_are_a_click_away(admin: Client) -> None:
    page = reverse("admin:actions_mailboxmessage_change", args=[a_message().pk])
    assert "?text" in admin.get(page, {"show": "text"}).content.decode()
    assert "https://shop.example/u" in admin.get(page, {"show": "headers"}).content.decode()


def test_a_message_leads_to_its_delivery(admin: Client) -> None:
    delivery = a_delivery()
    message = a_message(message_id=f"<{delivery.uid}@declic>")
    page = admin.get(reverse("admin:actions_mailboxmessage_change", args=[message.pk])).content.decode()
    assert reverse("admin:actions_delivery_change", args=[delivery.pk]) in page


def test_messages_are_found_by_recipient_and_may_be_thrown_away(admin: Client) -> None:
    message = a_message()
    a_message(recipient="bob@example.com")
    listed = admin.get(reverse("admin:actions_mailboxmessage_changelist"), {"q": "ada@"})
    assert [row.pk for row in listed.context["cl"].result_list] == [message.pk]
    chosen = {"action": "delete_selected", "_selected_action": [message.pk], "post": "yes"}
    admin.post(reverse("admin:actions_mailboxmessage_changelist"), chosen)
    assert MailboxMessage.objects.count() == 1


@pytest.mark.parametrize(
    ("status", "columns", "said"),
    [
        ("planned", {}, "Leaves on"),
        ("sent", {"ended_at": clock.now()}, "Accepted by the receiving server"),
        ("skipped", {"reason": "no_consent"}, "None of the chosen consents is accepted."),
        ("failed", {"reason": "550 no such user"}, "550 no such user"),
        ("unknown", {"reason": "worker_died"}, "Nobody can know whether it arrived"),
        ("planned", {"attempts": 2, "reason": "451 later"}, "To be tried again"),
    ],
)
def test_a_delivery_says_in_words_where_it_stands(
    admin: Client, status: str, columns: dict[str, object], said: str
) -> None:
    delivery = a_delivery(status=status, event_id=5, run_id=6, workflow_id=7, **columns)
    page = admin.get(reverse("admin:actions_delivery_change", args=[delivery.pk])).content.decode()
    assert said in page
    assert all(f"#{number}" in page for number in (5, 6, 7))
    assert reverse("delivery-message", args=[delivery.pk]) in page


def test_deliveries_are_filtered_by_status(admin: Client) -> None:
    a_delivery(status="sent")
    skipped = a_delivery(status="skipped", reason="no_consent")
    listed = admin.get(reverse("admin:actions_delivery_changelist"), {"status__exact": "skipped"})
    assert [row.pk for row in listed.context["cl"].result_list] == [skipped.pk]
    assert "None of the chosen consents" in listed.content.decode()


def test_nobody_changes_a_delivery_by_hand(admin: Client) -> None:
    delivery = a_delivery()
    page = reverse("admin:actions_delivery_change", args=[delivery.pk])
    admin.post(page, {"status": "sent"})
    assert Delivery.objects.get().status == "planned"
    assert admin.get(reverse("admin:actions_delivery_add")).status_code == 403
    assert admin.get(reverse("admin:actions_delivery_change", args=["nonsense"])).status_code == 404


def test_to_look_at_a_message_is_not_to_open_it_for_the_customer(admin: Client) -> None:
    sent = with_picture('<html><head></head><body><a href="/c/abc">Look</a></body></html>', 7)
    shown = admin.get(reverse("mailbox-message", args=[a_message(html=sent).pk])).content.decode()
    assert "/o/" in sent
    assert "<img" not in shown
    assert '<head><base target="_blank">' in shown
