"""A document that no builder of ours wrote is refused with a sentence; nothing in it is stored or falls over."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from crm.conditions.base import condition_types
from crm.errors import Invalid
from tests.factories import drafts
from tests.workflows.admin.pages import at, visitor
from workflows.control.base import control_types
from workflows.exits import exits_of
from workflows.models import Workflow
from workflows.validation import check_document, clean_document

pytestmark = pytest.mark.django_db

Row = dict[str, Any]
FIELDS = [
    "profile__password",
    "__class__",
    "tags__name__regex",
    "pk__in",
    "email__regex",
    "custom.__class__",
    "city; DROP TABLE crm_profile",
    "",
    ["city"],
    {"a": 1},
    None,
    10**400,
    float("nan"),
    "\0",
    "\ud800",
    "x" * 100_000,
]
NAMES = ("field", "operator", "type", "value", "side", "path", "direction", "consent", "segment", "messages", "stage")


def deep(levels: int, inside: Any = "x") -> Any:
    for _level in range(levels):
        inside = [inside]
    return inside


def asking(kind: Any = "profile_field", **config: Any) -> Row:
    usual = {"field": "city", "operator": "is", "value": "Paris"} if kind == "profile_field" else {}
    return drafts.document(drafts.block("c", {"kind": kind, "schema": 1, "config": {**usual, **config}}), drafts.tag())


def refused(document: Any) -> str:
    with pytest.raises(Invalid) as caught:
        clean_document(document)
    assert caught.value.message.strip()
    return caught.value.message


@pytest.mark.parametrize("value", FIELDS, ids=lambda value: repr(value)[:30])
@pytest.mark.parametrize("name", ["field", "operator"])
def test_what_is_asked_is_chosen_from_a_list_of_ours(name: str, value: Any) -> None:
    refused(asking(**{name: value}))


@pytest.mark.parametrize("cls", list(condition_types), ids=lambda cls: cls.kind)
def test_no_condition_takes_what_its_form_does_not_offer(cls: Any) -> None:
    for name in NAMES:
        for value in [*FIELDS, deep(30), deep(900), [["x"]], 1e308]:
            document = asking(cls.kind, **{name: value})
            try:
                cleaned = clean_document(document)
            except Invalid:
                continue
            json.dumps(cleaned, ensure_ascii=False, allow_nan=False).encode()
            assert "\\u0000" not in json.dumps(cleaned)


@pytest.mark.parametrize("kind", ["nope", "__class__", "", "x" * 100_000, "\0", "\ud800", "add_tag"])
def test_a_kind_that_is_none_is_refused_wherever_it_stands(kind: str) -> None:
    for document in (
        asking(kind),
        drafts.document(drafts.tag(), triggers=[{"kind": kind, "schema": 1, "options": {}}]),
        drafts.document({"id": "a", "type": "action", "kind": f"{kind}?", "schema": 1, "config": {}}),
        drafts.document({"id": "a", "type": "control", "kind": kind, "schema": 1, "config": {}}),
    ):
        refused(document)


def changed(**parts: Any) -> Row:
    return {**drafts.document(drafts.tag()), **parts}


def step(**parts: Any) -> Row:
    return drafts.document({**drafts.tag(), **parts})


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        "x",
        1,
        {},
        {"name": 1},
        {"name": ["x"]},
        {"name": "x", "steps": {}},
        changed(name="\0"),
        changed(name="\ud800"),
        changed(name="x" * 10_000),
        changed(settings=[]),
        changed(settings=None),
        changed(triggers={}),
        changed(triggers=[[]]),
        changed(triggers=[{"kind": ["x"]}]),
        changed(triggers=[{"kind": "api_call", "options": []}]),
        changed(triggers=[{"kind": "api_call", "options": {}, "schema": "1"}]),
        changed(triggers=[{"kind": "api_call", "options": {}, "schema": None}]),
        changed(triggers=[{"kind": "api_call", "options": {"identifier": deep(900)}}]),
        changed(triggers=[drafts.trigger()] * 10_000),
        changed(steps=[drafts.tag()] * 10_000),
        changed(steps=[None]),
        changed(steps=deep(900, {})),
        step(id=1),
        step(id="a b"),
        step(id="x" * 37),
        step(type="__class__"),
        step(type=["action"]),
        step(kind=["add_tag"]),
        step(config=[]),
        step(config={"tag": deep(900)}),
        step(schema="1"),
        step(schema=1.5),
        step(schema=None),
        step(delay=5),
        step(delay=[1, "days"]),
        step(delay={"count": 10**400, "unit": "weeks"}),
        step(delay={"count": 10**6, "unit": "weeks"}),
        step(delay={"count": -1, "unit": "days"}),
        step(delay={"count": float("nan"), "unit": "days"}),
        step(delay={"count": 1, "unit": ["days"]}),
        step(delay={"count": 1, "unit": {}}),
        step(delay={"count": 1, "unit": "centuries"}),
        step(delay={"count": [1], "unit": "days"}),
        changed(settings={"start_delay": {"count": 10**400, "unit": "weeks"}}),
        changed(settings={"start_delay": {"count": 1, "unit": []}}),
        changed(settings={"limit": {"mode": "total", "count": 10**400}}),
        changed(settings={"limit": {"mode": [], "count": 1}}),
        changed(settings={"limit": {"mode": "period", "count": 1, "every": 1e308, "unit": "days"}}),
        changed(settings={"window": {"days": "mon", "from": 9, "to": [], "outside": "wait"}}),
        changed(settings={"scope": "x"}),
        changed(settings={"scope": [{}]}),
        changed(settings={"scope": ["\0"]}),
        drafts.document({"id": "c", "type": "condition", "mode": ["any"], "conditions": []}),
        drafts.document({"id": "c", "type": "condition", "conditions": {}}),
        drafts.document({"id": "c", "type": "condition", "conditions": [{"kind": "country", "config": []}]}),
        drafts.document(drafts.block("c", *[drafts.condition("country", operator="is_empty")] * 21)),
        drafts.document({**drafts.block("c"), "yes": {}}),
        drafts.document({**drafts.block("c"), "no": ["x"]}),
    ],
    ids=lambda document: repr(document)[:60],
)
def test_a_document_of_another_shape_is_refused(document: Any) -> None:
    refused(document)
    assert check_document(document)


def test_blocks_inside_blocks_a_thousand_deep_are_refused() -> None:
    steps: list[Row] = [drafts.tag()]
    for level in range(1_000):
        steps = [drafts.block(f"c{level}", yes=steps)]
    refused(drafts.document(*steps))


@pytest.mark.parametrize("cls", list(control_types), ids=lambda cls: cls.kind)
def test_the_exits_of_a_block_that_no_form_accepted_can_be_asked(cls: Any) -> None:
    configs: list[Any] = [dict.fromkeys(("a", "b", "c", "d", "e", "event", "at_most"), value) for value in FIELDS]
    for config in [*configs, {}, {"a": {"weight": "x", "name": []}}, {"a": {"name": {"b": 1}}}]:
        row = {"id": "w", "type": "control", "kind": cls.kind, "schema": 1, "config": config}
        assert isinstance(exits_of(row), dict)
        refused(drafts.document({**row, "yes": [], "a": []})) if cls.form_class().fields else None


def test_what_a_delay_holds_besides_is_not_stored() -> None:
    document = step(delay={"count": 3, "unit": "days", "more": ["x"]})
    assert clean_document(document)["steps"][0]["delay"] == {"count": 3, "unit": "days"}
    refused(step(delay={"count": 3, "unit": "days", "more": "\0"}))


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"null",
        b"[" * 100_000,
        b'{"name":' * 10_000,
        b"\xff\xfe",
        b'{"name": "a", "steps": NaN}',
        b'{"name": "a", "steps": [' + b"9" * 10_000 + b"]}",
        b'{"name": "\\u0000"}',
        b'{"name": "\\ud800"}',
        b"[" * 900 + b"]" * 900,
        json.dumps(step(config={"tag": deep(800)})).encode(),
        json.dumps(asking(field="profile__password")).encode(),
        json.dumps(step(delay={"count": 10**300, "unit": "weeks"})).encode(),
        b'{"x": "' + b"y" * 2_100_000 + b'"}',
    ],
    ids=lambda raw: repr(raw)[:40],
)
def test_a_file_that_is_none_is_refused_at_its_field(raw: bytes) -> None:
    file = SimpleUploadedFile("workflow.json", raw)
    page = visitor().post(at("create"), {"import": "1", "file": file})
    assert page.status_code == 200
    assert page.context["import_form"].errors["file"]
    assert not Workflow.objects.exists()
