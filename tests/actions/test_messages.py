"""Messages as they look, in a frame of their own."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from actions.models import MailboxMessage
from actions.sending import deliver
from crm.models import User
from tests.factories.deliveries import a_delivery, a_profile

pytestmark = pytest.mark.django_db


def someone(*permissions: str) -> Client:
    user = User.objects.create_user("someone", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(user)
    return client


def test_a_delivery_is_shown_as_it_is_sent_under_a_strict_policy() -> None:
    delivery = a_delivery(a_profile(first_name="<b>Zoé</b>"))
    answer = someone("view_delivery").get(f"/messages/deliveries/{delivery.pk}/")
    assert "Hello &lt;b&gt;Zoé" in answer.content.decode()
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "unsafe-eval" not in answer["Content-Security-Policy"]


def test_a_message_of_the_mailbox_is_shown_as_html_and_as_text() -> None:
    a_delivery(a_profile(first_name="Zoé"))
    deliver("mail", 10)
    message, client = MailboxMessage.objects.get(), someone("view_mailboxmessage")
    assert "<p>Hello Zoé</p>" in client.get(f"/messages/mailbox/{message.pk}/").content.decode()
    assert "<pre" in client.get(f"/messages/mailbox/{message.pk}/?text").content.decode()


def test_a_webhook_shows_its_body() -> None:
    delivery = a_delivery(channel="webhook", parts={"type": "a.b", "include": []})
    answer = someone("view_delivery").get(f"/messages/deliveries/{delivery.pk}/")
    assert "a.b" in answer.content.decode()


@pytest.mark.parametrize("path", ["deliveries", "mailbox"])
def test_who_may_not_see_messages_does_not(path: str) -> None:
    pk = a_delivery().pk
    assert Client().get(f"/messages/{path}/{pk}/").status_code == 302
    assert someone().get(f"/messages/{path}/{pk}/").status_code == 403
