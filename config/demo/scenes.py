"""Scenes that must not be missing: each shows something that a marketer will look for."""

from collections.abc import Mapping
from functools import partial

from config.demo.deeds import Purchase
from config.demo.people import Person
from config.demo.story import Story
from config.demo.workflows import BROCHURE, REDEEM
from workflows.models import Workflow
from workflows.services import lifecycle, pausing


def add_scenes(story: Story, workflows: Mapping[str, Workflow]) -> None:
    """Add all scenes, before the story decides who arrives when."""
    early = iter([person for person in story.people if person.is_import])
    sleepers = [next(early) for _person in range(max(len(story.people) // 24, 4))]
    _brochures(story, [next(early) for _person in range(6)])
    _points_in_stores(story)
    _sleepers(story, sleepers)
    _referrals(story)
    _switches(story, workflows, next(early))
    _the_present(story, [next(early) for _person in range(5)])


def _brochures(story: Story, people: list[Person]) -> None:
    """Three days after the brochure: a mail, unless the masterclass was bought or the call was taken back."""
    calendar, shop = story.calendar, story.shop
    for index, person in enumerate(people):
        person.consents["NewsEmail"] = "accepted" if index else "refused"
        place = calendar.on((index + 1) / 8)
        key = f"B-{index + 1}"
        calendar.add(place, partial(shop.call, person, BROCHURE, key, language=person.fields["language"]), later=9)
        if index in (2, 4):
            bought = calendar.after(place, 1)
            story.order(Purchase(person, [("MASTERCLASS", 1)]), place if bought is None else bought)
        if index == 3:
            story.afterwards(place, 1, partial(shop.call_off, person, BROCHURE, key))


def _points_in_stores(story: Story) -> None:
    """Points used at the till: most have enough, and for one who has not the run fails with the reason."""
    for index in range(6):
        place = story.calendar.ago(2 + index * 5)
        deed = partial(story.shop.use_points_in_store, REDEEM, is_rich=index != 1)
        story.calendar.add(place, deed, later=11)
    for index in range(4):
        story.calendar.add(story.calendar.ago(3 + index * 6), story.shop.redeem, later=12)


def _sleepers(story: Story, people: list[Person]) -> None:
    """The shop tags who sleeps; some come back within the week and get their points."""
    place = story.calendar.ago(12)
    story.calendar.add(place, partial(story.shop.tag_asleep, people[:-2]), later=5)
    story.calendar.add(story.calendar.ago(3), partial(story.shop.tag_asleep, people[-2:]), later=5)
    for person in people[:2]:
        back = story.calendar.after(place, 2)
        story.order(Purchase(person, story.basket()), place if back is None else back)


def _referrals(story: Story) -> None:
    """Newcomers brought by customers: most order and validate, one cancels and the gifts are taken back."""
    newcomers = [person for person in story.people if not person.is_import][: max(len(story.people) // 20, 4)]
    sponsors = [person for person in story.people if person.is_import][-3:]
    for index, referee in enumerate(newcomers):
        place = story.calendar.on(0.15 + 0.75 * index / len(newcomers))
        story.known_from[referee.number] = place
        story.calendar.add(place, partial(story.shop.refer, sponsors[index % 3], referee), later=6.5)
        if index % 4 != 3:
            story.order(Purchase(referee, [("BOX-MORNING", 1)]), place, fate=0.01 if index == 1 else 1, later=9)


def _switches(story: Story, workflows: Mapping[str, Workflow], buyer: Person) -> None:
    """A marketer pauses one workflow while a run waits in it, and switches another off."""
    calendar = story.calendar
    place = calendar.on(0.7)
    story.order(Purchase(buyer, [("CAN-FIG", 1)]), place, fate=0.9)
    off = partial(lifecycle.deactivate, workflows["candle"], live_runs="stop")
    story.afterwards(place, 2, off)
    place = calendar.ago(9)
    buyer.consents["NewsEmail"] = "refused"
    calendar.add(place, partial(story.shop.consent, buyer, "NewsEmail", "accepted"), later=10)
    calendar.add(place, partial(pausing.pause, workflows["gift"]), later=32)


def _the_present(story: Story, people: list[Person]) -> None:
    """What still waits when somebody looks: carts of just now, a first parcel of yesterday, a sale of today."""
    calendar, shop = story.calendar, story.shop
    last = len(calendar.times) - 1
    for person in people[:3]:
        person.consents["NewsEmail"] = "accepted"
        calendar.add(last, partial(shop.push, person, story.cart_key(), story.basket(most=4)), later=8)
    first = Purchase(people[3], [("CER-POT", 1), ("TEA-GYOKURO", 1)])
    calendar.add(calendar.ago(3.5), partial(shop.place, first, "paid"), later=9)
    calendar.add(calendar.ago(1), partial(shop.follow, first, "delivered"), later=9)
    today = Purchase(people[4], [("TEA-SENCHA", 2)])
    calendar.add(last, partial(shop.place, today, "paid"), later=9)
