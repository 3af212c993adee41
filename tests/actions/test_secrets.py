"""Secrets at rest and the targets that hold them."""

from datetime import timedelta
from typing import Any

import pytest

from actions.integrations import make_target, new_secret, set_target, signing_secrets
from actions.models import Integration
from actions.secrets import Undecipherable, decrypt, encrypt
from crm import clock
from crm.errors import Invalid
from tests.factories.deliveries import NOON


def test_a_secret_comes_back_and_is_not_readable_at_rest() -> None:
    stored = encrypt("whsec_é" * 20)
    assert decrypt(stored) == "whsec_é" * 20
    assert b"whsec" not in stored
    assert encrypt("same") != encrypt("same")


def test_a_changed_byte_is_noticed() -> None:
    stored = bytearray(encrypt("secret"))
    stored[18] ^= 1
    with pytest.raises(Undecipherable):
        decrypt(bytes(stored))


def test_another_secret_key_opens_nothing_unless_it_is_a_former_one(settings: Any) -> None:
    stored, former = encrypt("secret"), settings.SECRET_KEY
    settings.SECRET_KEY = "another" * 10
    with pytest.raises(Undecipherable):
        decrypt(stored)
    settings.SECRET_KEY_FALLBACKS = [former]
    assert decrypt(stored) == "secret"


@pytest.mark.django_db
def test_a_new_secret_signs_beside_the_former_one_for_a_day() -> None:
    with clock.at(NOON):
        target, first = make_target(name="Shop", url="https://shop.example/hook")
        second = set_target(target, name="Shop", url="https://shop.example/hook", secret=new_secret())
        assert signing_secrets(Integration.objects.get()) == [second, first]
    with clock.at(NOON + timedelta(hours=25)):
        assert signing_secrets(Integration.objects.get()) == [second]


@pytest.mark.django_db
def test_changing_the_address_keeps_the_secret() -> None:
    target, secret = make_target(name="Shop", url="https://shop.example/hook")
    set_target(target, name="Other", url="https://other.example/", is_active=False)
    target.refresh_from_db()
    assert (signing_secrets(target), target.is_active) == ([secret], False)


@pytest.mark.parametrize(
    "url",
    ["", "ftp://x.example", "javascript:alert(1)", "https://", "https://u:p@x.example/", "http://a b/", "http://[::1"],
)
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(Invalid):
        make_target(name="Shop", url=url)


@pytest.mark.parametrize("secret", ["whsec_", "secret", "whsec_####", "whsec_YQ=="])
def test_a_secret_that_is_none_is_refused(secret: str) -> None:
    with pytest.raises(Invalid):
        make_target(name="Shop", url="https://x.example", secret=secret)
