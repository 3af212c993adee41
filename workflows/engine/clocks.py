"""What waits by the clock (K2) ask of profiles: their zone, and one of their dates."""

from collections.abc import Sequence
from datetime import date

from crm.conditions.fields import CUSTOM
from crm.dates import BIRTHDAY
from crm.models import CustomValue, Profile, Site
from crm.wallclock import zone_of
from workflows.control.base import WaitContext, control_types
from workflows.definition import ControlStep
from workflows.engine.live import compiled_versions
from workflows.engine.requests import Clock
from workflows.models import Run

#: profile, its own zone ("": it lives in the shop's), question
Asked = tuple[int, str, Clock]


def read_clocks(asked: Sequence[Asked]) -> list[WaitContext]:
    """Answer in order: a query for the shop's zone, one for each date that is named."""
    shop = Site.current().time_zone
    named = {clock.date_field for _, _, clock in asked if clock.date_field}
    dates = {name: _dates(name, [pk for pk, _, clock in asked if clock.date_field == name]) for name in named}
    return [
        WaitContext(clock.now, zone_of(zone, shop), dates.get(clock.date_field, {}).get(pk))
        for pk, zone, clock in asked
    ]


def waits_by_clock(run: Run) -> bool:
    """Tell whether a run is in a wait that ends when its profile's clock shows a time."""
    step = compiled_versions([run.version_id])[run.version_id].definition.step(run.position)
    return run.phase == "waiting" and isinstance(step, ControlStep) and control_types[step.kind].is_by_clock


def _dates(name: str, ids: Sequence[int]) -> dict[int, date | None]:
    if name == BIRTHDAY:
        return dict(Profile.objects.filter(pk__any_of=ids).values_list("pk", "birthday"))
    values = CustomValue.objects.filter(profile_id__any_of=ids, field__name=name.removeprefix(CUSTOM))
    return dict(values.values_list("profile_id", "date"))
