"""The stock of a pool: every line that is no new code is named, and nothing is half added."""

import pytest

from crm.errors import Invalid
from crm.models import Coupon
from crm.services import coupon_codes
from crm.services.coupon_codes import add_codes, read_codes
from tests.factories.points import CouponFactory, CouponPoolFactory
from tests.naughty import naughty_strings

pytestmark = pytest.mark.django_db


def test_codes_are_read_from_lines_with_or_without_quotes() -> None:
    read = read_codes('\ufeffA1\r\n"B2"\n\n  C3  \n')

    assert (read.new, read.wrong) == (["A1", "B2", "C3"], [])


def test_each_wrong_line_is_named_with_its_number_and_why() -> None:
    CouponFactory(code="OLD")

    read = read_codes("code\nA1\nOLD\nA1\nB2;C3\nD 4\n" + "E" * 61)

    assert read.new == ["A1"]
    assert [line.number for line in read.wrong] == [1, 3, 4, 5, 6, 7]
    assert "OLD" in str(read.wrong[1])
    assert "2" in read.wrong[2].why


def test_more_than_can_be_read_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coupon_codes, "MOST", 2)

    with pytest.raises(Invalid):
        read_codes("A\nB\nC")


def test_naughty_strings_are_codes_or_named_as_wrong() -> None:
    read = read_codes("\n".join(naughty_strings()))

    assert read.wrong
    assert add_codes(CouponPoolFactory(), codes=read.new) == len(read.new)
    assert Coupon.objects.count() == len(read.new)


def test_thousands_of_codes_are_added_at_once() -> None:
    pool = CouponPoolFactory()

    assert add_codes(pool, codes=read_codes("\n".join(f"C{n}" for n in range(12_000))).new) == 12_000
    assert pool.coupons.count() == 12_000
