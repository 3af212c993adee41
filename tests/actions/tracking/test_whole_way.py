"""A newsletter is opened by a robot and by a person: only the person starts what waits for a reading."""

from datetime import timedelta

import pytest

from actions.models import MailboxMessage
from actions.sending import deliver
from actions.tracking.figures import figures_of_newsletters
from crm import clock
from crm.models import ProfileTag
from tests.actions.tracking.reading import PARTS, PERSON, ROBOT, SHOP, fetch, links_in, of_newsletter, picture_in
from tests.factories.deliveries import a_profile
from tests.factories.workflows import action, check, condition, live, trigger
from tests.workflows.engine.driving import states, work
from workflows.preview.story import story_of

pytestmark = pytest.mark.django_db


def tags() -> list[str]:
    return sorted(ProfileTag.objects.values_list("tag__name", flat=True))


def test_a_robot_and_then_a_person_read_a_newsletter() -> None:
    now = clock.now()
    profile = a_profile("zoe@example.com")
    delivery, newsletter = of_newsletter(
        profile, parts=PARTS, status="planned", due_at=now, planned_at=now, ended_at=None, subject=""
    )
    key = f"newsletter:{newsletter.uid}"
    listed = {"which": "list", "messages": [key]}
    live(action("add_tag", tag="read"), triggers=[trigger("newsletter_read", **listed)])
    live(action("add_tag", tag="scenario"), triggers=[trigger("scenario_read", which="any")])
    live(
        check(
            condition("message_read", act="click", **listed, within_count=1, within_unit="days"),
            yes=[action("add_tag", tag="clicked")],
            no=[action("add_tag", tag="not clicked")],
        ),
        triggers=[trigger("link_clicked", which="any", link=SHOP)],
    )
    deliver("mail", 10)
    html = MailboxMessage.objects.get(recipient="zoe@example.com").html
    link, picture = links_in(html)[0], picture_in(html)

    fetch(picture, ROBOT)
    fetch(link)  # within seconds of sending
    work()
    assert (tags(), states()) == ([], [])

    with clock.at(now + timedelta(minutes=5)):
        fetch(picture)
        work()
        assert tags() == ["read"]
        assert fetch(link)["Location"] == SHOP
        fetch(link)
        fetch(picture, PERSON)
        work()
    assert tags() == ["clicked", "read"]
    assert states() == [("done", ""), ("done", "")]
    figures = figures_of_newsletters([newsletter])[newsletter.pk]
    assert (figures.sent, figures.opened, figures.opened_by_machine) == (1, 1, 1)
    assert (figures.clicked, figures.clicked_by_machine) == (1, 1)
    assert delivery.tracks.count() == 6


def test_the_page_of_a_run_tells_what_became_of_its_mail() -> None:
    from tests.actions.test_whole_way import mail_then_points
    from workflows.models import Run

    mail_then_points()
    work()
    run = Run.objects.get()
    sent = run.profile.deliveries.get()
    from actions.tracking.recording import record_open

    with clock.at(clock.now() + timedelta(minutes=5)):
        record_open(sent.pk, agent=PERSON)
    story = story_of(run)
    heard = [words for chapter in story.chapters for each in chapter.deliveries for words in each.heard]
    assert len(heard) == 1
    assert heard[0].startswith("Opened")
