"""The form of every type (triggers, conditions, control blocks, actions): each string is kept as it is, or refused."""

import itertools
import json
import random
from collections.abc import Iterator
from typing import Any

import pytest
from django import forms
from django.http import QueryDict
from django.utils import translation

from actions.base import action_types
from crm.conditions.base import condition_types
from crm.forms import ConfigForm
from crm.models import Site
from tests.factories.consents import ConsentDefinitionFactory, LegalBasisFactory
from tests.factories.integrations import a_brevo, a_twilio, a_whatsapp
from tests.factories.messages import SegmentFactory, TemplateTextFactory
from tests.factories.modules import ModuleFactory, ReferralModuleFactory
from tests.factories.people import CustomFieldFactory, TagFactory
from tests.factories.points import CouponPoolFactory, TierFactory
from tests.factories.sales import ProductFactory
from tests.naughty import HARD, naughty_strings, typeable_strings
from triggers.base import trigger_types
from workflows.control.base import control_types

pytestmark = pytest.mark.django_db

TYPES = [*trigger_types, *condition_types, *control_types, *action_types]
every_type = pytest.mark.parametrize("cls", TYPES, ids=lambda cls: cls.kind)


@pytest.fixture(autouse=True)
def _shop() -> None:
    Site.current()
    ConsentDefinitionFactory(channels=["email", "sms", "whatsapp"])
    LegalBasisFactory()
    for kind in ("text", "number", "date", "boolean"):
        CustomFieldFactory(type=kind)
    for make in (TemplateTextFactory, SegmentFactory, ModuleFactory, ReferralModuleFactory, TagFactory, ProductFactory):
        make()
    for make in (CouponPoolFactory, TierFactory):
        make()
    for integration in (a_twilio, a_whatsapp, a_brevo):
        integration()


def shapes(form_class: type[ConfigForm]) -> list[dict[str, Any]]:
    """Return what is chosen where other fields depend on it, so that each field is asked for in one of them."""
    found: list[dict[str, Any]] = []
    waiting: list[dict[str, Any]] = [{}]
    seen: set[tuple[str, ...]] = set()
    while waiting and len(found) < 60:
        config = waiting.pop(0)
        fields = form_class.check_config(config).fields
        signature = tuple(f"{name}:{type(field).__name__}" for name, field in fields.items())
        if signature in seen and config:
            continue
        seen.add(signature)
        found.append({**usual(fields), **config})
        for name in form_class.adapts_on:
            choices = getattr(fields.get(name), "choices", None)
            if choices and name not in config:
                waiting += [{**config, name: str(value)} for value, _label in itertools.islice(choices, 60) if value]
    return found


def usual(fields: dict[str, forms.Field]) -> dict[str, Any]:
    """Return a value for each field that is chosen from a list."""
    config: dict[str, Any] = {}
    for name, field in fields.items():
        values = [str(value) for value, _label in getattr(field, "choices", ()) if str(value)]
        if values:
            is_many = isinstance(field, forms.MultipleChoiceField | forms.ModelMultipleChoiceField)
            config[name] = values[:1] if is_many else values[0]
    return config


def written_in(form: ConfigForm) -> list[str]:
    """Return the fields in which one writes."""
    return [name for name, field in form.fields.items() if not hasattr(field, "choices")]


def kept_or_refused(cls: Any, form: ConfigForm, given: dict[str, str]) -> None:
    if not form.is_valid():
        assert all(str(message) for messages in form.errors.values() for message in messages)
        return
    config = form.config()
    written = json.dumps(config, ensure_ascii=False)
    assert "\\u0000" not in written
    written.encode()
    again = cls.form_class.check_config(config)
    assert again.is_valid(), (given, again.errors)
    assert again.config() == config, given
    for language in ("en", "fr"):
        with translation.override(language):
            assert cls(config).describe()
    for name, text in given.items():
        if isinstance(form.fields[name], forms.CharField) and isinstance(config[name], str):
            assert "".join(config[name].split()) == "".join(text.split()), (name, text)


def rounds(strings: list[str], cls: Any) -> Iterator[tuple[dict[str, Any], dict[str, str]]]:
    """Yield a shape, and texts for the fields in which one writes, until every string stood somewhere."""
    found = [(shape, written_in(cls.form_class.check_config(shape))) for shape in shapes(cls.form_class)]
    # where one only chooses, a few are enough
    source = iter(strings if any(names for _shape, names in found) else strings[::9])
    for shape, written in itertools.cycle(found):
        names = written or list(shape)
        given = dict(zip(names, source, strict=False))
        if given:
            yield shape, given
        if len(given) < max(len(names), 1):
            return


@every_type
def test_what_is_typed_is_kept_or_refused(cls: Any) -> None:
    strings = typeable_strings()
    random.Random(cls.kind).shuffle(strings)
    for shape, given in rounds(strings, cls):
        data = QueryDict(mutable=True)
        for name, value in {**shape, **given}.items():
            data.setlist(f"config-{name}", value if isinstance(value, list) else [value])
        kept_or_refused(cls, cls.form_class(data), {} if given.keys() & shape.keys() else given)


@every_type
def test_what_stands_in_a_file_is_kept_or_refused(cls: Any) -> None:
    values: list[Any] = [*HARD, *naughty_strings()[::60], None, True, -1, 0, 1.5, 10**400, float("nan"), float("inf")]
    values += [
        [],
        {},
        [[]],
        ["\ud800"],
        {"count": 10**40, "unit": "weeks"},
        {"count": "\0"},
        [None],
        [{}] * 3,
        ["x"] * 500,
    ]
    deep: Any = "x"
    for _level in range(900):
        deep = [deep]
    for shape in shapes(cls.form_class)[:3]:
        names = list(cls.form_class.check_config(shape).fields)
        for number, value in enumerate([*values, deep]):
            for name in names if number % 7 == 0 else names[number % len(names) :][:1] if names else []:
                kept_or_refused(cls, cls.form_class.check_config({**shape, name: value}), {})
