"""The newsletters and scenarios of the demo shop, made as a marketer makes them and sent as the scheduler does."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from functools import partial

from actions.mailings.newsletters import schedule_newsletter
from actions.mailings.preparing import prepare_all
from actions.mailings.releasing import release_all
from actions.mailings.scenarios import check_all, switch_on
from actions.sending import deliver
from config.demo.calendar import ZONE
from config.demo.readers import Readers
from config.demo.story import Story
from config.demo.words import said
from crm import clock
from crm.models import Newsletter, Scenario, Segment, Template

GROUND = ["NewsEmail"]
#: days ago on which the newsletter was sent, and how long after it people read it
SENT_AGO, READ_AFTER = 6, {0: 0.25, 1: 0.2, 2: 0.1}
#: so many have their birthday in the last week, that the scenario is seen to work
BIRTHDAYS = 4


def make_scenarios(templates: Mapping[str, Template]) -> None:
    """Make the scenarios and switch them on."""
    rows = [
        (said("Birthday wishes", "Vœux d’anniversaire"), "birthday", Scenario.Rule.BIRTHDAY, 0),
        (
            said("Ten days after a purchase", "Dix jours après un achat"),
            "after_purchase",
            Scenario.Rule.AFTER_PURCHASE,
            10,
        ),
    ]
    for name, template, rule, days in rows:
        switch_on(
            Scenario.objects.create(name=name, template=templates[template], rule=rule, days=days, consents=GROUND)
        )


def add_mailings(story: Story, templates: Mapping[str, Template], readers: Segment) -> None:
    """Have a newsletter sent and read, others written, and the scenarios looked through every evening."""
    calendar = story.calendar
    _birthdays(story)
    for place in range(len(calendar.times)):
        calendar.add(place, write_to_whose_turn_it_is, later=6)
    place = calendar.ago(SENT_AGO)
    sent = Newsletter(name=said("Spring harvest", "Récoltes de printemps"), template=templates["collection"])
    sent.segment, sent.consents = readers, GROUND
    calendar.add(place, partial(send_out, sent), later=7)
    crowd = Readers(story.random, sent)
    calendar.add(place, crowd.fetch_by_machines, later=7.5)
    for days, share in READ_AFTER.items():
        story.afterwards(place, days, partial(crowd.read, share))
    story.afterwards(place, 2, crowd.one_unsubscribes)
    calendar.add(len(calendar.times) - 1, partial(write_others, templates, readers), later=1)


def send_out(newsletter: Newsletter) -> None:
    """Send a newsletter now, to the last message."""
    newsletter.save()
    schedule_newsletter(newsletter)
    prepare_all()
    release_all()
    while deliver("mail", 100):
        release_all()
    release_all()


def write_to_whose_turn_it_is() -> None:
    """Look the scenarios through, and send what came due."""
    check_all()
    while deliver("mail", 100):
        pass


def write_others(templates: Mapping[str, Template], readers: Segment) -> None:
    """Plan a newsletter for the day after tomorrow, and leave another one as a draft."""
    planned = Newsletter.objects.create(
        name=said("Spring harvest: the last tins", "Récoltes de printemps : dernières boîtes"),
        template=templates["collection"],
        segment=readers,
        consents=GROUND,
        per_minute=100,
    )
    day = clock.now().astimezone(ZONE).date() + timedelta(days=2)
    schedule_newsletter(planned, send_at=datetime.combine(day, time(10), ZONE))
    Newsletter.objects.create(
        name=said("A cup for two", "Une tasse à deux"),
        template=templates["winback"],
        consents=GROUND,
    )


def _birthdays(story: Story) -> None:
    """Let some who read mails have their birthday in these days."""
    early = [person for person in story.people if person.is_import][-BIRTHDAYS:]
    for number, person in enumerate(early):
        day = story.calendar.now.date() - timedelta(days=1 + number)
        person.fields["birthday"] = day.replace(year=1984 + 4 * number)  # leap years, so that the day exists
        person.consents["NewsEmail"] = "accepted"
