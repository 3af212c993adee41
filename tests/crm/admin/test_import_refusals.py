"""What the page of an import says of the lines that are refused."""

import pytest
from django.test import Client
from django.urls import reverse

from crm.admin.import_refusals import refusals_of
from crm.models import Import
from crm.services.imports import check, work_on
from tests.crm.imports.importing import checked, imported

pytestmark = pytest.mark.django_db


def page_of(client: Client, source: Import) -> str:
    return client.get(reverse("admin:crm_import_change", args=[source.pk])).content.decode()


def file_of(*emails: str) -> str:
    return "Mail\n" + "".join(f"{email}\n" for email in emails)


def test_equal_reasons_stand_together_with_lines_and_values(admin: Client) -> None:
    source = checked(file_of("zoe@example.com", *(f"no{n}" for n in range(7)), "no1"))
    [refusal] = refusals_of(source)
    assert refusal.why == "Mail: This is not an e-mail address."
    assert (refusal.number, refusal.lines) == (8, [3, 4, 5, 6, 7])
    assert refusal.values == ["no0", "no1", "no2", "no3", "no4"]
    page = page_of(admin, source)
    assert page.count("This is not an e-mail address.") == 1
    assert "“no0”" in page
    assert "3, 4, 5, 6, 7 …" in page


def test_the_values_are_kept_no_longer_than_the_lines() -> None:
    source = imported(file_of("zoe@example.com", "nonsense"))
    [refusal] = refusals_of(source)
    assert (refusal.number, refusal.values) == (1, [])
    assert all("nonsense" not in str(chunk.outcomes) for chunk in source.chunks.all())


def test_nothing_is_imported_where_every_line_is_refused(admin: Client) -> None:
    page = page_of(admin, checked(file_of("no", "neither")))
    assert "Every line is refused" in page
    assert 'name="run"' not in page
    assert 'name="run"' in page_of(admin, checked(file_of("no", "zoe@example.com")))


def test_what_was_refused_before_goes_when_a_new_check_begins(admin: Client) -> None:
    source = checked(file_of("no"))
    assert "This is not an e-mail address." in page_of(admin, source)
    check(source, mapping=source.mapping, date_order="ymd", deletes_empty=False)
    assert "This is not an e-mail address." not in page_of(admin, source)
    assert work_on(source)
    assert "This is not an e-mail address." in page_of(admin, source)


def test_the_name_of_the_file_keeps_its_letters(admin: Client) -> None:
    source = checked(file_of("zoe@example.com"))
    page = page_of(admin, source)
    assert ">people.csv<" in page
    assert "People.csv" not in page
