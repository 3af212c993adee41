"""The page of the API, as a developer opens it."""

import pytest

from tests.browser.conftest import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_page_opens_under_our_content_security_policy(open_page: OpenPage) -> None:
    page = open_page(user=False)
    page.goto("/api/docs")
    page.get_by_text("Push a cart", exact=True).click()
    page.get_by_text("Push a customer's cart as it stands now").first.wait_for()
