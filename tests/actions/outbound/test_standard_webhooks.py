"""Webhooks are signed as the standard's own example is."""

import pytest

from actions.outbound.standard_webhooks import BadSignature, new_secret, sign, verify

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
MESSAGE, AT, BODY = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'


def test_the_example_of_the_standard_has_its_signature() -> None:
    assert sign(SECRET, MESSAGE, AT, BODY) == {
        "webhook-id": MESSAGE,
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_a_secret_may_be_replaced_while_both_are_in_use() -> None:
    new = new_secret()
    headers = sign([new, SECRET], MESSAGE, AT, BODY)
    assert len(headers["webhook-signature"].split(" ")) == 2
    verify(SECRET, headers, BODY, now=AT)
    verify(new, headers, BODY, now=AT + 299)
    verify([new_secret(), new], headers, BODY, now=AT)


@pytest.mark.parametrize(
    ("change", "body", "now"),
    [
        ({}, b'{"test": 1}', AT),
        ({}, BODY, AT + 301),
        ({}, BODY, AT - 301),
        ({"webhook-id": "msg_other"}, BODY, AT),
        ({"webhook-timestamp": "1614265331"}, BODY, AT),
        ({"webhook-timestamp": "now"}, BODY, AT),
        ({"webhook-signature": ""}, BODY, AT),
        ({"webhook-signature": "v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="}, BODY, AT),
        ({"webhook-signature": "v1"}, BODY, AT),
    ],
)
def test_what_was_changed_on_its_way_is_refused(change: dict[str, str], body: bytes, now: float) -> None:
    with pytest.raises(BadSignature):
        verify(SECRET, {**sign(SECRET, MESSAGE, AT, BODY), **change}, body, now=now)


def test_a_missing_header_is_refused() -> None:
    with pytest.raises(BadSignature):
        verify(SECRET, {}, BODY)


def test_header_names_are_read_in_any_case() -> None:
    verify(SECRET, {name.title(): value for name, value in sign(SECRET, MESSAGE, AT, BODY).items()}, BODY, now=AT)


def test_new_secrets_differ_and_have_256_bits() -> None:
    assert new_secret() != new_secret()
    assert new_secret().startswith("whsec_")
    assert len(new_secret()) == len("whsec_") + 44


def test_a_secret_or_an_id_that_cannot_sign_is_refused() -> None:
    with pytest.raises(ValueError, match="base64"):
        sign("whsec_é!", MESSAGE, AT, BODY)
    with pytest.raises(ValueError, match="dot"):
        sign(SECRET, "a.b", AT, BODY)
