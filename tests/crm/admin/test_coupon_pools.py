"""The page of a coupon pool: codes pasted or out of a file, and its figures."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from crm.models import Coupon, CouponPool
from crm.services.coupons import give_coupon
from tests.crm.admin.forms import errors_of, save
from tests.factories.causes import BY_API
from tests.factories.people import ProfileFactory
from tests.factories.points import CouponFactory, CouponPoolFactory

pytestmark = pytest.mark.django_db


def add(admin: Client, pool: CouponPool, **fields: object) -> HttpResponse:
    return save(admin, reverse("admin:crm_couponpool_change", args=[pool.pk]), **fields)


def a_file(content: bytes, name: str = "codes.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_wrong_lines_are_named_and_nothing_is_added(admin: Client) -> None:
    pool = CouponPoolFactory()
    CouponFactory(code="OLD")

    answer = add(admin, pool, codes="A1\nOLD\nB 2\nA1")

    assert answer.status_code == 200
    lines = errors_of(answer)["codes"]
    assert ["OLD" in lines[0], "B 2" in lines[1], "A1" in lines[2]] == [True, True, True]
    assert not pool.coupons.exists()


def test_wrong_lines_are_left_out_where_that_is_chosen(admin: Client) -> None:
    pool = CouponPoolFactory()

    assert add(admin, pool, codes="A1\nB 2\nA1", leaves_out="on").status_code == 302

    assert [coupon.code for coupon in pool.coupons.all()] == ["A1"]


@pytest.mark.parametrize("content", [b"A1\r\nB2\r\n", b'\xef\xbb\xbf"A1"\n"B2"', b"A1\nB2\n\n"])
def test_codes_come_out_of_a_file(admin: Client, content: bytes) -> None:
    pool = CouponPoolFactory()

    assert add(admin, pool, codes_file=a_file(content)).status_code == 302

    assert sorted(pool.coupons.values_list("code", flat=True)) == ["A1", "B2"]


def test_a_file_that_is_no_text_is_refused(admin: Client) -> None:
    pool = CouponPoolFactory()

    answer = add(admin, pool, codes_file=a_file(b"PK\x03\x04\0\0\0", "codes.xlsx"))

    assert list(errors_of(answer)) == ["codes_file"]


def test_many_wrong_lines_are_counted(admin: Client) -> None:
    answer = add(admin, CouponPoolFactory(), codes="\n".join("B 2" for _line in range(80)))

    assert len(errors_of(answer)["codes"]) == 51
    assert "30" in errors_of(answer)["codes"][-1]


def test_the_list_shows_what_was_given_used_and_is_left(admin: Client) -> None:
    pool = CouponPoolFactory()
    add(admin, pool, codes="A1\nA2\nA3")
    give_coupon(ProfileFactory(), pool=pool, cause=BY_API)

    [row] = admin.get(reverse("admin:crm_couponpool_changelist")).context["cl"].result_list

    assert (row.number, row.free, row.given, row.used) == (3, 2, 1, 0)


def test_a_pool_that_makes_its_codes_takes_none(admin: Client) -> None:
    pool = CouponPoolFactory(is_generated=True)

    assert add(admin, pool, codes="A1").status_code == 302
    assert not Coupon.objects.exists()
