"""Segments in the back-office: a list with counts, an editor of nested rules, and who is in them."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from crm.models import Segment, User
from crm.services.segments import count_segment, save_segment
from tests.factories.messages import NewsletterFactory, SegmentFactory
from tests.factories.people import ProfileFactory, TagFactory, UserFactory

pytestmark = pytest.mark.django_db

FRENCH = {"kind": "profile_language", "config": {"operator": "is", "value": "fr"}, "negated": False}
LIST = "admin:crm_segment_changelist"


def page_of(segment: Segment, name: str = "change") -> str:
    return reverse(f"admin:crm_segment_{name}", args=[segment.pk])


def condition(name: str, inside: str, kind: str, **values: Any) -> dict[str, Any]:
    """What a browser posts of one condition."""
    own = {f"{name}-{key}": value for key, value in values.items()}
    return {f"{name}-in": inside, f"{name}-kind": kind, f"{name}-shown": kind, **own}


def posted(*names: str, **values: Any) -> dict[str, Any]:
    return {"name": "Audience", "node": ["g0", *names], "g0-in": "", "g0-mode": "all", **values}


def french(name: str = "c1", inside: str = "g0") -> dict[str, Any]:
    return condition(name, inside, "profile_language", operator="is", value="fr")


def somebody(client: Client, role: str) -> None:
    user: User = UserFactory(is_superuser=False)
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)


def test_nested_rules_are_saved_as_they_stand_on_the_page(admin: Client) -> None:
    tag = TagFactory(name="VIP")
    data = posted(
        *("c1", "g2", "c3", "c4"),
        **french(),
        **{"g2-in": "g0", "g2-mode": "any", "g2-negated": "on", "c3-negated": "on", "save": "1"},
        **condition("c3", "g2", "has_tag", operator="any_of", value=[tag.key]),
        **condition("c4", "g2", "order_count", operator="gte", value="2", within_count="30", within_unit="days"),
    )
    response = admin.post(reverse("admin:crm_segment_add"), data)
    segment = Segment.objects.get()
    assert response.headers["Location"] == page_of(segment)
    tagged, ordered = segment.rules["rules"][1]["rules"]
    assert segment.rules["mode"] == "all"
    assert segment.rules["rules"][0] == {**FRENCH, "schema": 1}
    assert (segment.rules["rules"][1]["mode"], segment.rules["rules"][1]["negated"]) == ("any", True)
    assert (tagged["config"], tagged["negated"]) == ({"operator": "any_of", "value": ["vip"]}, True)
    assert ordered["config"]["within_count"] == 30
    assert segment.size == 0
    again = admin.get(page_of(segment)).content.decode()
    assert re.findall(r'name="node" value="(\w+)"', again) == ["g0", "c1", "g2", "c3", "c4"]
    assert again.count("checked") >= 5


def test_buttons_add_and_remove_rows_and_save_nothing(admin: Client) -> None:
    segment = SegmentFactory(rules={"rules": [FRENCH]})

    def nodes(**pressed: str) -> list[str]:
        page = admin.post(page_of(segment), posted("c1", **french(), **pressed)).content.decode()
        return re.findall(r'name="node" value="(\w+)"', page)

    assert nodes(add="g0") == ["g0", "c1", "c2"]
    assert nodes(group="g0") == ["g0", "c1", "g2", "c3"]
    assert nodes(remove="c1") == ["g0"]
    assert nodes(add="g9") == ["g0", "c1"]
    segment.refresh_from_db()
    assert segment.rules == {"rules": [FRENCH]}


def test_another_kind_shows_its_form_with_nothing_complained_of(admin: Client) -> None:
    data = posted("c1", **{**french(), "c1-kind": "cart_open"})
    page = admin.post(reverse("admin:crm_segment_add"), data).content.decode()
    assert 'name="c1-stage"' in page
    assert "wf-errors" not in page


@pytest.mark.parametrize(
    "data",
    [
        posted("c1", save="1", **condition("c1", "g0", "profile_language", operator="is", value="xx")),
        posted("c1", save="1", **condition("c1", "g0", "profile_field", field="pk__in", operator="is", value="1")),
        posted("c1", "c1", save="1", **french()),
        posted("x", save="1"),
        posted("c99999999", save="1"),
        {**posted(save="1"), "name": ""},
        {**posted(save="1"), "name": "x" * 121},
    ],
)
def test_what_is_wrong_is_said_and_not_saved(admin: Client, data: dict[str, Any]) -> None:
    page = admin.post(reverse("admin:crm_segment_add"), data)
    assert page.status_code == 200
    assert "wf-errors" in page.content.decode()
    assert not Segment.objects.exists()


def test_a_segment_that_would_contain_itself_is_refused_by_name(admin: Client) -> None:
    inner = SegmentFactory(name="Inner")
    outer = SegmentFactory(name="Outer", rules={"rules": [{"segment": str(inner.uid)}]})
    seen = admin.get(page_of(inner)).context["seen"]
    chosen = condition("c1", "g0", "in_segment", segment=str(outer.uid))
    data = posted("c1", save="1", seen=seen, **chosen)
    page = admin.post(page_of(inner), data).content.decode()
    assert "A segment cannot contain itself: Inner → Outer → Inner." in page
    inner.refresh_from_db()
    assert inner.rules == {}
    looked = admin.post(page_of(inner, "look"), data).content.decode()
    assert "Inner → Outer → Inner" in looked


def test_what_somebody_else_changed_meanwhile_is_not_overwritten_unseen(admin: Client) -> None:
    segment = SegmentFactory(name="First")
    seen = admin.get(page_of(segment)).context["seen"]
    save_segment(segment, name="Second", rules={})
    page = admin.post(page_of(segment), posted(save="1", seen=seen))
    assert "Somebody changed the segment meanwhile" in page.content.decode()
    segment.refresh_from_db()
    assert segment.name == "Second"
    again = admin.post(page_of(segment), posted(save="1", seen=page.context["seen"]))
    assert again.status_code == 302


def test_who_is_in_it_is_counted_and_shown_as_it_is_typed(admin: Client) -> None:
    for number in range(12):
        ProfileFactory(language="fr", first_name=f"Zoe{number}", last_name="Fr")
    ProfileFactory(language="en", first_name="John")
    found = admin.post(reverse("admin:crm_segment_look_new"), posted("c1", **french())).content.decode()
    assert ">12<" in "".join(found.split())
    assert found.count("<li>") == 10
    assert "Zoe11" in found
    assert "John" not in found
    wrong = condition("c1", "g0", "profile_language", operator="is", value="")
    assert "Fill in" in admin.post(reverse("admin:crm_segment_look_new"), posted("c1", **wrong)).content.decode()
    everybody = admin.post(reverse("admin:crm_segment_look_new"), posted()).content.decode()
    assert ">13<" in "".join(everybody.split())


def test_the_list_shows_the_counts_searches_and_leaves_out_the_archived(admin: Client) -> None:
    ProfileFactory(language="fr")
    segment = SegmentFactory(name="French", rules={"rules": [FRENCH]})
    count_segment(segment)
    SegmentFactory(name="Others")
    SegmentFactory(name="Old", is_archived=True)
    page = admin.get(reverse(LIST)).content.decode()
    assert "not counted yet" in page
    assert "Old" not in page
    assert "Others" not in admin.get(reverse(LIST), {"q": "rench"}).content.decode()
    assert "Old" in admin.get(reverse(LIST), {"shown": "archived"}).content.decode()
    Segment.objects.all().delete()
    assert "No segments yet" in admin.get(reverse(LIST)).content.decode()


def test_archived_references_and_uses_are_told(admin: Client) -> None:
    TagFactory(name="Former", is_archived=True)
    rule = {"kind": "has_tag", "config": {"operator": "any_of", "value": ["former"]}}
    segment = SegmentFactory(name="Tagged", rules={"rules": [rule]})
    SegmentFactory(name="Around", rules={"rules": [{"segment": str(segment.uid)}]})
    NewsletterFactory(name="Spring", segment=segment)
    page = admin.get(page_of(segment)).content.decode()
    assert "is archived: Former" in page
    assert "Around" in page
    assert "Spring" in page


def test_a_segment_is_archived_and_put_back_and_never_deleted(admin: Client) -> None:
    segment = SegmentFactory()
    for expected in (True, False):
        admin.post(page_of(segment, "archive"))
        segment.refresh_from_db()
        assert segment.is_archived is expected
    assert admin.post(page_of(segment, "delete"), {"post": "yes"}).status_code == 403


def test_a_rule_of_a_kind_that_is_gone_breaks_no_page(admin: Client) -> None:
    segment = SegmentFactory(rules={"rules": [{"kind": "gone", "config": {}}, FRENCH]})
    page = admin.get(page_of(segment)).content.decode()
    assert "does not exist any more and are missing below: gone." in page
    assert "cannot ask this" in admin.get(page_of(segment, "look")).content.decode()


def test_who_may_only_look_sees_rules_in_words_and_who_may_not_see_profiles_sees_none(client: Client) -> None:
    ProfileFactory(language="fr", first_name="Zoe")
    segment = SegmentFactory(rules={"rules": [{**FRENCH, "negated": True}, {"mode": "any", "rules": [FRENCH]}]})
    somebody(client, "Customer service")
    page = client.get(page_of(segment)).content.decode()
    assert "Any of these holds:" in page
    assert "<form" not in page.split('id="builder-panel"')[1].split("</section>")[0]
    for url in (page_of(segment), page_of(segment, "archive"), reverse("admin:crm_segment_add")):
        assert client.post(url, posted(save="1")).status_code == 403
    somebody(client, "Accountant")
    assert client.get(page_of(segment)).status_code == 403
    assert client.get(page_of(segment, "look")).status_code == 403
    assert client.post(reverse("admin:crm_segment_look_new"), posted()).status_code == 403
