"""The kinds of values that bodies and queries hold, as shops write them: texts for numbers, words for statuses."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from typing import Annotated, Any

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from crm.errors import Invalid
from crm.values import parse_money

_YEARS = range(1900, 2200)


class Body(BaseModel):
    """A part of a body: names in camelCase, numbers welcome where a text is meant, unknown names passed over."""

    model_config = ConfigDict(
        alias_generator=to_camel, coerce_numbers_to_str=True, str_strip_whitespace=True, extra="ignore"
    )

    def given(self, *names: str) -> dict[str, Any]:
        """Return those of the named values that the body holds."""
        return {name: getattr(self, name) for name in names if name in self.model_fields_set}


@contextmanager
def pointing(prefix: str, names: Mapping[str, str] | None = None) -> Iterator[None]:
    """Say of what a service refuses where it stands in the body: `names` maps the service's names to the body's."""
    try:
        yield
    except Invalid as error:
        path = [(names or {}).get(part, part) for part in error.field.split(".") if part]
        raise Invalid(error.message, field=".".join([prefix, *path])) from error


def _cents(value: Any) -> int | None:
    if value is None:
        return None
    try:
        return parse_money(value)
    except Invalid as error:
        said: Any = error.message
        raise PydanticCustomError("amount", said) from None


def _instant(value: Any) -> datetime | None:
    if value is None:
        return None
    instant = _read_instant(value) if isinstance(value, str) and len(value) <= 40 else None
    if instant is None or instant.year not in _YEARS:
        said: Any = _("This must be a date or a time as in ISO 8601: 2026-01-31 or 2026-01-31T18:30:00+01:00.")
        raise PydanticCustomError("instant", said)
    return instant


def _read_instant(text: str) -> datetime | None:
    try:
        instant = parse_datetime(text.strip())
        if instant is None:
            day = parse_date(text.strip())
            instant = None if day is None else datetime.combine(day, time())
        if instant is not None and instant.tzinfo is None:
            instant = timezone.make_aware(instant)
        return None if instant is None else instant.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _no_boolean(value: Any) -> Any:
    # True counts as 1 for Python, and for nobody who sends points.
    if isinstance(value, bool):
        raise PydanticCustomError("int_type", "")
    return value


def _words(value: Any) -> Any:
    """Accept one word, or words between commas, where a list is meant."""
    if isinstance(value, str):
        return [word for word in value.split(",") if word.strip()]
    return value


#: an amount as shops write it ("54.00", 54, 54.1), in cents
Cents = Annotated[int, BeforeValidator(_cents), WithJsonSchema({"type": ["string", "number"], "examples": ["54.00"]})]
#: an instant in UTC; without an offset it is in the site's time zone, a day is its midnight
Instant = Annotated[
    datetime, BeforeValidator(_instant), WithJsonSchema({"type": "string", "examples": ["2026-01-31T18:30:00+01:00"]})
]
Whole = Annotated[int, BeforeValidator(_no_boolean)]
Word = Annotated[str, Field(min_length=1, max_length=80)]
Words = Annotated[list[Word], BeforeValidator(_words), Field(max_length=200)]


def written(value: Any) -> str | None:
    """Write a value as V2 answers it: numbers and booleans as texts, instants in ISO 8601, nothing as null."""
    if value is None:
        return None
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)
