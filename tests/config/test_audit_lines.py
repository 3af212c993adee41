"""Whatever somebody does in the back-office leaves a line in the audit log: who, when, what, and to how many."""

import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib import admin as django_admin
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse

from crm.admin import participations
from crm.admin.profile_actions import add_tag, export_csv, remove_tag
from crm.models import Import, Segment
from crm.services.imports import work_on_imports
from tests.crm.admin.conftest import admin
from tests.crm.imports.importing import checked, uploaded
from tests.factories.messages import SegmentFactory
from tests.factories.people import ProfileFactory
from tests.factories.workflows import action, live, wait
from tests.workflows.engine.driving import call, work
from workflows.models import Run

__all__ = ["admin"]

#: views that only show, or answer to who types
READING = frozenset(
    """index search login logout password_change_done autocomplete jsi18n view_on_site app_list choose_language
    crm_profile_page crm_profile_consents crm_profile_download crm_segment_look crm_segment_look_new crm_choices
    crm_newsletter_page crm_newsletter_progress crm_newsletter_message crm_newsletter_profiles crm_newsletter_count
    crm_scenario_page crm_scenario_message crm_scenario_profiles crm_template_preview
    workflows_workflow_figures workflows_workflow_render workflows_workflow_preview workflows_workflow_profiles
    workflows_workflow_message workflows_workflow_export""".split()
)
#: deeds; each keeps a line, as a test here or that of its page says
DOING = frozenset(
    """crm_apikey_revoke crm_profile_points crm_profile_reward crm_profile_tags crm_profile_consent crm_profile_erase
    crm_profile_export crm_segment_archive actions_integration_test_connection
    crm_newsletter_test crm_newsletter_send crm_newsletter_unschedule crm_newsletter_pause crm_newsletter_resume
    crm_newsletter_cancel crm_newsletter_copy crm_scenario_test crm_scenario_switch_on
    crm_scenario_switch_off
    workflows_run_stop workflows_workflow_create workflows_workflow_settings workflows_workflow_trigger
    workflows_workflow_trigger_remove workflows_workflow_step workflows_workflow_step_move
    workflows_workflow_step_remove workflows_workflow_step_duplicate workflows_workflow_undo
    workflows_workflow_activate workflows_workflow_switch_off workflows_workflow_pause workflows_workflow_resume
    workflows_workflow_exempt workflows_workflow_duplicate""".split()
)
#: what Django names and logs by itself
USUAL = ("_changelist", "_add", "_change", "_delete", "_history", "_autocomplete")


def names(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from names(one.url_patterns)
        elif one.name:
            yield one.name


def test_every_view_of_ours_is_known_to_read_or_to_leave_a_line() -> None:
    ours = {name for name in names(django_admin.site.urls[0]) if not name.endswith(USUAL)}
    assert ours - READING - DOING == set(), "does it change something? then it logs who did; and name it here"
    assert (READING | DOING) - ours == set()


def test_every_action_on_chosen_rows_is_one_that_leaves_a_line() -> None:
    found = {each for one in django_admin.site._registry.values() for each in one.actions or ()}
    assert {each for each in found if callable(each)} == {
        add_tag,
        remove_tag,
        export_csv,
        participations.export_csv,
    }
    assert {each for each in found if not callable(each)} == {"delete_selected"}  # Django's own, which logs each row


def lines() -> list[tuple[str, str]]:
    """Return who did what, the newest last."""
    return [(row.user.get_username(), row.get_change_message()) for row in LogEntry.objects.order_by("pk")]


PROFILES = "/admin/crm/profile/"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"action": "add_tag", "tag": "VIP"}, "Tag “VIP” added to 2 profiles"),
        ({"action": "remove_tag", "tag": "VIP"}, "Tag “VIP” taken off 0 profiles"),
        ({"action": "export_csv"}, "2 profiles exported as CSV"),
    ],
)
def test_what_is_done_to_many_profiles_says_to_how_many(admin: Client, chosen: dict[str, str], said: str) -> None:
    people = [ProfileFactory().pk, ProfileFactory().pk]
    admin.post(PROFILES, {**chosen, "_selected_action": people})
    assert lines() == [("jo", said)]


@pytest.mark.django_db
def test_each_step_of_an_import_is_in_the_log(admin: Client) -> None:
    file = SimpleUploadedFile("people.csv", b"email\nzoe@example.com\nann@example.com\n")
    page = admin.post("/admin/crm/import/add/", {"file": file}).headers["Location"]
    admin.post(page, {"check": "1", "column-0": "email", "date_order": "ymd"})
    work_on_imports()
    admin.post(page, {"run": "1"})
    admin.post(page, {"cancel": "1"})
    assert lines() == [
        ("jo", "Uploaded: 38\xa0bytes"),
        ("jo", "Check begun: 2 lines"),
        ("jo", "Import begun: 2 lines"),
        ("jo", "Import cancelled: 2 lines"),
    ]
    assert {row.object_repr for row in LogEntry.objects.all()} == {"people.csv"}


@pytest.mark.django_db
def test_what_was_refused_leaves_no_line(admin: Client) -> None:
    source = uploaded("email\nzoe@example.com\n")
    admin.post(reverse("admin:crm_import_change", args=[source.pk]), {"run": "1"})
    assert lines() == []


def archived_segment(client: Client) -> Any:
    return client.post(reverse("admin:crm_segment_archive", args=[SegmentFactory().pk]))


def saved_segment(client: Client) -> Any:
    return client.post(reverse("admin:crm_segment_add"), {"save": "1", "name": "All", "node": "g0", "g0-mode": "all"})


def new_workflow(client: Client) -> Any:
    return client.post(reverse("admin:workflows_workflow_create"), {"name": "Welcome"})


def copied_workflow(client: Client) -> Any:
    return client.post(reverse("admin:workflows_workflow_duplicate", args=[a_live_one().pk]))


def workflow_from_a_file(client: Client) -> Any:
    file = io.BytesIO(json.dumps(a_live_one().draft).encode())
    file.name = "workflow.json"
    return client.post(reverse("admin:workflows_workflow_create"), {"import": "1", "file": file})


def stopped_run(client: Client) -> Any:
    a_live_one()
    call(ProfileFactory())
    work()
    return client.post(reverse("admin:workflows_run_stop", args=[Run.objects.get().pk]))


def a_live_one() -> Any:
    return live(wait(5), action("give_points", points=1, reason=""))


def resumed_import(client: Client) -> Any:
    source = checked("email\nzoe@example.com\n")
    Import.objects.update(status=Import.Status.HALTED)
    return client.post(reverse("admin:crm_import_change", args=[source.pk]), {"go_on": "1"})


@pytest.mark.django_db
@pytest.mark.parametrize(
    "deed",
    [archived_segment, saved_segment, new_workflow, copied_workflow, workflow_from_a_file, stopped_run, resumed_import],
)
def test_a_deed_leaves_one_line(admin: Client, deed: Callable[[Client], Any]) -> None:
    assert deed(admin).status_code == 302
    assert [who for who, _what in lines()] == ["jo"]


@pytest.mark.django_db
def test_a_segment_taken_out_of_use_and_back_says_which(admin: Client) -> None:
    archived_segment(admin)
    admin.post(reverse("admin:crm_segment_archive", args=[Segment.objects.get().pk]))
    assert [what for _who, what in lines()] == ["The segment was archived.", "The segment is in use again."]
