"""Load the demo shop: set it up, then live through its story.

Everything goes through services and jobs, with the time given step by step (crm.clock): no event, entry, run, journal
line, delivery or movement is written here. All of it is one transaction, so that a load that is broken off leaves the
database as empty as it was.

Mail goes to the mailbox of the back-office while this runs (`mailbox_only`), even where an e-mail server is configured.
There the addresses of the demo are suppressed at the end, so that what its workflows send later does not leave either.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from random import Random

from django.conf import settings
from django.db import transaction

from actions.channels.email.chosen import mailbox_only
from actions.models import Suppression
from config.demo.calendar import Calendar
from config.demo.catalogue import make_catalogue
from config.demo.clockwork import run_through
from config.demo.deeds import Shop
from config.demo.mailings import add_mailings, make_scenarios
from config.demo.mails import make_templates
from config.demo.people import invent_people
from config.demo.scenes import add_scenes
from config.demo.shop import TEAM, make_modules, make_segments, make_shop
from config.demo.story import Story
from config.demo.workflows import Means, make_workflows
from crm import clock
from crm.beginnings import make_beginnings
from crm.errors import Refused
from crm.models import Order, Product, Profile
from crm.values import email_key
from workflows.models import Workflow

PEOPLE, DAYS, SEED = 220, 90, 7
#: fewer would not do for all scenes
LEAST_PEOPLE, LEAST_DAYS = 50, 21


def load_demo(*, people: int = PEOPLE, days: int = DAYS, seed: int = SEED) -> None:
    """Fill an empty database with the demo shop; raises Refused where there is something in it already."""
    people, days = max(people, LEAST_PEOPLE), max(days, LEAST_DAYS)
    check_empty()
    with transaction.atomic(), mailbox_only():
        now = clock.now()
        emails = _load(people, now - timedelta(days=days), now, Random(seed))
        if settings.HAS_EMAIL_SERVER:
            _suppress(emails)


def check_empty() -> None:
    """Raise Refused where the database holds a shop already."""
    for model in (Profile, Order, Product, Workflow):
        if count := model.objects.count():
            raise Refused(
                f"The demo shop goes into an empty database only, and this one holds {count} "
                f"{model._meta.verbose_name_plural if count > 1 else model._meta.verbose_name}."
            )


def _load(count: int, start: datetime, now: datetime, random: Random) -> list[str]:
    make_beginnings()
    with clock.at(start):
        make_shop()
        products, templates = make_catalogue(), make_templates()
        referral_module, quiz = make_modules()
        readers = make_segments()
        make_scenarios(templates)
        workflows = make_workflows(Means(templates, products))
    calendar = Calendar(random, start + timedelta(minutes=1), now)
    story = Story(random, calendar, Shop(random, referral_module, quiz), invent_people(random, count, now.date()))
    add_scenes(story, workflows)
    add_mailings(story, templates, readers)
    story.tell()
    run_through(calendar)
    return [TEAM, *(person.email for person in story.people)]


def _suppress(emails: Iterable[str]) -> None:
    Suppression.objects.bulk_create(Suppression(channel="email", address=email_key(email)) for email in emails)
