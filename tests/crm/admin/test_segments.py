"""Segments in the back-office: their rules in words, and how many are in them."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.messages import SegmentFactory
from tests.factories.people import ProfileFactory, ProfileTagFactory

pytestmark = pytest.mark.django_db


def page_of(segment: object) -> str:
    return reverse("admin:crm_segment_change", args=[segment.pk])  # type: ignore[attr-defined]


def test_a_segment_says_who_is_in_it_and_how_many(admin: Client) -> None:
    ProfileFactory(language="en")
    ProfileFactory(language="fr")
    rule = {"kind": "profile_language", "config": {"operator": "is", "value": "fr"}, "negated": False}
    inner = SegmentFactory(name="French", rules={"mode": "all", "rules": [rule]})
    outer = SegmentFactory(rules={"mode": "any", "rules": [{"segment": str(inner.uid), "negated": True}]})
    shown = admin.get(page_of(inner))
    assert shown.status_code == 200
    assert "All of these hold:" in shown.content.decode()
    assert "French" in shown.content.decode()
    assert ">1<" in "".join(shown.content.decode().split())
    assert "is in the segment “French”" in admin.get(page_of(outer)).content.decode()


def test_a_segment_without_rules_is_everybody(admin: Client) -> None:
    ProfileTagFactory()
    ProfileFactory()
    page = admin.get(page_of(SegmentFactory(rules={}))).content.decode()
    assert "Everybody." in page
    assert ">2<" in "".join(page.split())


def test_a_segment_that_contains_itself_says_so(admin: Client) -> None:
    segment = SegmentFactory()
    segment.rules = {"mode": "all", "rules": [{"segment": str(segment.uid)}]}
    segment.save()
    assert "A segment cannot contain itself." in admin.get(page_of(segment)).content.decode()
