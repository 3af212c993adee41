"""Values as people and shops write them."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from crm import values
from crm.errors import Invalid


@pytest.mark.parametrize(
    ("reader", "written", "read"),
    [
        (values.parse_email, "  Zoe.K@Example.COM ", "Zoe.K@example.com"),
        (values.parse_email, None, ""),
        (values.parse_money, "54.00", 5400),
        (values.parse_money, "54,5", 5450),
        (values.parse_money, "1 234,56", 123456),
        (values.parse_money, 54, 5400),
        (values.parse_money, 0.1, 10),
        (values.parse_money, "0.005", 1),
        (values.parse_date, "1985-01-31", date(1985, 1, 31)),
        (values.parse_date, "31/01/1985", date(1985, 1, 31)),
        (values.parse_date, "", None),
        (values.parse_gender, "Mme", "female"),
        (values.parse_gender, "Mr.", "male"),
        (values.parse_gender, "other", ""),
        (values.parse_language, "fr-fr", "fr_FR"),
        (values.parse_language, "FR", "fr"),
        (values.parse_country, "fr", "FR"),
        (values.parse_currency, "eur", "EUR"),
        (values.parse_time_zone, "Europe/Paris", "Europe/Paris"),
        (values.parse_boolean, "oui", True),
        (values.parse_boolean, 0, False),
        (values.parse_number, "38,5", Decimal("38.5")),
    ],
)
def test_a_value_is_read_as_it_is_written(reader: Callable[[Any], Any], written: Any, read: Any) -> None:
    assert reader(written) == read


@pytest.mark.parametrize(
    ("reader", "written"),
    [
        (values.parse_email, "no at sign"),
        (values.parse_email, "a\0@example.com"),
        (values.parse_email, ["a@example.com"]),
        (values.parse_email, "a@" + "x" * 260 + ".com"),
        (values.parse_money, "ten"),
        (values.parse_money, "NaN"),
        (values.parse_money, "1e400"),
        (values.parse_money, True),
        (values.parse_money, 10**20),
        (values.parse_date, "2024-02-30"),
        (values.parse_date, "yesterday"),
        (values.parse_date, 20240101),
        (values.parse_language, "french"),
        (values.parse_country, "XX"),
        (values.parse_currency, "€"),
        (values.parse_time_zone, "../../etc/passwd"),
        (values.parse_time_zone, "Mars/Olympus"),
        (values.parse_boolean, "perhaps"),
        (values.parse_number, "Infinity"),
        (values.parse_number, 10**15),
    ],
)
def test_what_is_no_such_value_is_invalid(reader: Callable[[Any], Any], written: Any) -> None:
    with pytest.raises(Invalid):
        reader(written)


@pytest.mark.parametrize(
    ("written", "country", "read"),
    [
        ("06 12 34 56 78", "FR", "+33612345678"),
        ("0033612345678", "FR", "+33612345678"),
        ("+32 470 12 34 56", "FR", "+32470123456"),
        ("0470 12 34 56", "BE", "+32470123456"),
    ],
)
def test_a_phone_is_read_as_dialled_in_its_country(written: str, country: str, read: str) -> None:
    assert values.parse_phone(written, country=country) == read


def test_a_phone_that_cannot_be_one_is_invalid() -> None:
    with pytest.raises(Invalid):
        values.parse_phone("12", country="FR")


def test_a_date_may_be_read_with_the_month_first() -> None:
    assert values.parse_date("01/31/1985", order="mdy") == date(1985, 1, 31)


@pytest.mark.parametrize(
    "alias", ["jean.dupont+promo@gmail.com", "JeanDupont@googlemail.com", "j.e.a.n.dupont@gmail.com"]
)
def test_aliases_of_an_email_have_one_key(alias: str) -> None:
    assert values.alias_key(alias) == "jeandupont@gmail.com"
