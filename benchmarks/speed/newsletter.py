"""Have a stack prepare a newsletter, in its environment: `python -m benchmarks.speed.newsletter N`; prints JSON."""

import json
import os
import sys
import time
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from actions.mailings.newsletters import cancel_newsletter, schedule_newsletter  # noqa: E402
from benchmarks.speed.fill import profiles  # noqa: E402
from crm.models import Newsletter, Profile, Template, TemplateText  # noqa: E402

HTML = "<p>Hello {{ profile.first_name }}, here is what is new.</p>"


def prepare(count: int) -> dict[str, Any]:
    """Send a newsletter to all profiles, `count` at least; return for how many it was prepared, and the seconds.

    One recipient a minute keeps the mail workers out of it; it is cancelled in the end.
    """
    if (missing := count - Profile.objects.count()) > 0:
        profiles(missing)
    template = Template.objects.create(name="Newsletter")
    TemplateText.objects.create(template=template, language="en", subject="News", html=HTML)
    row = Newsletter.objects.create(name="News", template=template, consents=["NewsEmail"], per_minute=1)
    schedule_newsletter(row)
    while row.prepared_at is None or row.began_at is None:
        time.sleep(0.5)  # each look costs the measured machine a little
        row.refresh_from_db(fields=["began_at", "prepared_at", "planned"])
    seconds = (row.prepared_at - row.began_at).total_seconds()
    cancel_newsletter(row)
    while row.ended_at is None:
        time.sleep(0.5)
        row.refresh_from_db(fields=["ended_at"])
    return {"recipients": row.planned, "seconds": seconds}


if __name__ == "__main__":
    print(json.dumps(prepare(int(sys.argv[1]))))
