"""Who took part in a module, what they answered, and how that is handed out."""

import csv
import io
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from crm.cause import Cause, caused_by
from crm.models import Participation
from crm.services.participations import record_participation
from tests.factories.modules import ModuleFactory, ParticipationFactory
from tests.factories.people import ProfileFactory, UserFactory

pytestmark = pytest.mark.django_db
LIST = "/admin/crm/participation/"


def took_part(**values: Any) -> Participation:
    return ParticipationFactory(profile__email="julie@example.com", is_complete=True, **values)


def exported(client: Client, *rows: Participation) -> list[list[str]]:
    answer = client.post(LIST, {"action": "export_csv", "_selected_action": [row.pk for row in rows]})
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.reader(io.StringIO(text), delimiter=";"))


def test_the_page_shows_questions_answers_times_and_origin(admin: Client) -> None:
    with caused_by(Cause("module")):
        row = took_part(module__name="Tea survey", answers={"Favourite tea?": "Sencha"}, is_winner=True)

    page = admin.get(reverse("admin:crm_participation_change", args=[row.pk])).content.decode()

    for shown in ("Tea survey", "Favourite tea?", "Sencha", str(row.profile), "Completed", "Module"):
        assert shown in page, shown
    assert reverse("admin:crm_profile_page", args=[row.profile_id]) in page
    assert row.origin == "module"


def test_the_first_column_of_the_list_and_the_profile_lead_to_the_answers(admin: Client) -> None:
    row = took_part()
    page = reverse("admin:crm_participation_change", args=[row.pk])
    assert page in admin.get(LIST).content.decode()
    assert page in admin.get(reverse("admin:crm_profile_page", args=[row.profile_id])).content.decode()


def test_a_module_leads_to_its_participations_only(admin: Client) -> None:
    row, other = took_part(module__name="Ours"), ParticipationFactory()
    page = admin.get(reverse("admin:crm_module_change", args=[row.module_id])).content.decode()
    address = f"{LIST}?module__id__exact={row.module_id}"
    assert address in page
    shown = admin.get(address).context["cl"].result_list
    assert [each.pk for each in shown] == [row.pk] != [other.pk]


def test_it_is_completed_when_it_becomes_complete() -> None:
    row = ParticipationFactory()
    assert row.completed_at is None
    record_participation(row, cause=Cause("api"), is_complete=True)
    completed = row.completed_at
    assert completed is not None
    record_participation(row, cause=Cause("api"), is_winner=True)
    row.refresh_from_db()
    assert (row.completed_at, row.origin) == (completed, "back_office")


def test_answers_are_columns_in_the_order_of_the_page_and_no_formulas(admin: Client) -> None:
    module = ModuleFactory(kind="form", settings={"page": {"questions": ["Tea?", "=Cake?"]}})
    first = took_part(module=module, answers={"Old": True, "=Cake?": "+1", "Tea?": "Sencha"})
    second = ParticipationFactory(module=module, profile=ProfileFactory(external_id="=x"), answers={"More": {"a": [1]}})

    head, *lines = exported(admin, first, second)

    assert head[8:] == ["Tea?", "'=Cake?", "Old", "More"]
    assert lines[0][:1] + lines[0][8:] == ["julie@example.com", "Sencha", "+1", "1", ""]
    assert lines[1][1] == "'=x"
    assert lines[1][8:] == ["", "", "", '{"a": [1]}']


def test_more_answers_than_columns_are_kept_in_the_last(admin: Client) -> None:
    row = took_part(answers={f"q{n}": str(n) for n in range(203)})
    head, line = exported(admin, row)
    assert head[-2:] == ["q199", "…"]
    assert line[-1] == '{"q200": "200", "q201": "201", "q202": "202"}'


def test_an_export_asks_as_many_queries_for_many_as_for_few(admin: Client, django_assert_num_queries: Any) -> None:
    from crm.imports.answers import write_participations

    for _n in range(5):
        ParticipationFactory(answers={"a": 1})
    with django_assert_num_queries(3):
        list(write_participations(Participation.objects.all()))


def test_an_export_leaves_a_line_in_the_audit_log(admin: Client) -> None:
    exported(admin, took_part())
    line = LogEntry.objects.get()
    assert line.get_change_message() == "1 participation exported as CSV"


def test_who_may_not_hand_out_data_is_offered_no_export() -> None:
    row, user = took_part(), UserFactory(is_superuser=False)
    user.groups.add(Group.objects.get(name="Marketer"))
    client = Client()
    client.force_login(user)
    page = client.get(LIST)
    assert page.status_code == 200
    assert "export_csv" not in page.content.decode()
    answer = client.post(LIST, {"action": "export_csv", "_selected_action": [row.pk]})
    assert not LogEntry.objects.exists()
    assert "csv" not in answer.headers.get("Content-Type", "")
