"""Fill the database of a house, in its environment: people, a webhook target, live workflows; prints an API key.

python -m tests.faults.prepare PEOPLE TARGET-URL
"""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from actions.integrations import make_target  # noqa: E402
from crm.cause import Cause, Origin  # noqa: E402
from crm.services.api_keys import make_key  # noqa: E402
from crm.services.profiles import upsert_profile  # noqa: E402
from tests.factories import drafts  # noqa: E402


def prepare(people: int, url: str) -> str:
    """Make people, of whom every tenth refuses the newsletter, and three workflows; return the key."""
    for number in range(people):
        status = "refused" if number % 10 == 9 else "accepted"
        email = f"p{number}@faults.example"
        upsert_profile(cause=Cause(Origin.API), email=email, consents={"NewsEmail": status})
    target, _secret = make_target(name="Shop", url=url)
    has_points = drafts.condition("pot_balance", operator="gte", value=0)
    called = drafts.trigger("api_call", identifier="shop", repeated="starts")
    left = drafts.trigger("sale_abandoned", stage="either", idle_minutes=10)
    block = drafts.block("c", has_points, yes=[drafts.points("p", 5), drafts.tag("t", "buyer"), drafts.mail("m")])
    drafts.live_workflow(block, name="Reward", triggers=[called])
    call = drafts.action("w", "call_webhook", target=str(target.uid), event="shop.called", include=["data"])
    drafts.live_workflow(call, name="Tell", triggers=[called])
    drafts.live_workflow(drafts.points("p", 1), drafts.mail("m"), name="Left", triggers=[left])
    made = make_key("faults")
    return f"{made.api_key.public_key}:{made.private_key}"


if __name__ == "__main__":
    print(prepare(int(sys.argv[1]), sys.argv[2]))
