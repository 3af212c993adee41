"""In which time zone profiles live."""

from collections.abc import Iterable
from datetime import tzinfo

from django.db.models import Subquery

from crm.models import Profile, Site
from crm.wallclock import zone_of


def zones_of(profile_ids: Iterable[int]) -> dict[int, tzinfo]:
    """Return the zone of each profile, the shop's where it has none; one query."""
    shops = Subquery(Site.objects.filter(pk=1).values("time_zone")[:1])
    rows = Profile.objects.filter(pk__any_of=set(profile_ids)).values_list("pk", "time_zone", shops)
    return {pk: zone_of(own, shop or "") for pk, own, shop in rows}
