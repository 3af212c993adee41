"""What people, the shop and its team do: each deed is one call of a service, at the time that the clock says."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from random import Random
from typing import Any

from config.demo.catalogue import PRODUCTS, SHOP
from config.demo.people import Person
from crm import clock
from crm.cause import Cause, Origin, caused_by
from crm.consent_sources import ConsentSource
from crm.models import ConsentDefinition, Module, Movement, Participation, Pot, Reward, Site
from crm.services.carts import push_cart
from crm.services.consents import set_consent
from crm.services.orders import upsert_order
from crm.services.pots import move_points
from crm.services.profiles import change_fields, upsert_profile
from crm.services.referrals import start_referral
from crm.services.rewards import redeem_reward
from crm.services.tags import TagChange, change_tags, change_tags_many
from triggers.services import record_call
from workflows.services.runs import stop_runs

SHOP_DOOR = Cause(Origin.API, "Boutique en ligne")
TRACKER = Cause(Origin.TRACKER, "maison-brume.example")
CLAIRE = Cause(Origin.BACK_OFFICE, "claire")
IMPORT = Cause(Origin.IMPORT, "clients.csv")
DOORS = {"tracker": TRACKER, "api": SHOP_DOOR, "module": Cause(Origin.MODULE, "quel-the"), "back_office": CLAIRE}
Basket = Sequence[tuple[str, int]]


@dataclass
class Purchase:
    """An order of a person; it gets its reference when it is placed."""

    person: Person
    basket: Basket
    cart_key: str = ""
    coupon: str = ""
    reference: str = ""

    @property
    def amount(self) -> int:
        """Return what the basket costs, in cents."""
        return total_of(self.basket)


@dataclass
class Shop:
    """The hands that do the deeds; numbers orders in the order in which they are placed."""

    random: Random
    referral_module: Module
    quiz: Module
    numbers: Any = field(default_factory=lambda: count(20_001))

    def sign_up(self, person: Person, door: str) -> None:
        """Make somebody known to the shop."""
        person.profile, _created = upsert_profile(
            cause=IMPORT if person.is_import else DOORS[door],
            email=person.email,
            fields=person.fields,
            custom=person.custom,
            consents=person.consents,
            tags_add=person.tags,
        )

    def place(self, purchase: Purchase, status: str, days_ago: int = 0, failure: str = "") -> None:
        """Place an order; one of the past comes with an import."""
        purchase.reference = f"MB-{next(self.numbers)}"
        lines = [
            {"reference": ref, "name": PRODUCTS[ref][0], "quantity": number, "unit_price": PRODUCTS[ref][2]}
            for ref, number in purchase.basket
        ]
        upsert_order(
            purchase.person.known,
            cause=IMPORT if days_ago else SHOP_DOOR,
            reference=purchase.reference,
            status=status,
            amount=purchase.amount,
            lines=lines,
            coupon=purchase.coupon,
            cart_key=purchase.cart_key,
            failure={"code": "card_declined", "message": failure} if failure else None,
            occurred_at=clock.now() - timedelta(days=days_ago) if days_ago else None,
        )

    def follow(self, purchase: Purchase, status: str, amount: int | None = None) -> None:
        """Bring an order to its next status, or to another amount."""
        upsert_order(purchase.person.known, cause=SHOP_DOOR, reference=purchase.reference, status=status, amount=amount)

    def push(self, person: Person, key: str, basket: Basket) -> None:
        """Push a cart as the plugins of shops write it; an empty basket empties it."""
        push_cart(person.known, cause=TRACKER, key=key, payload=_pushed(basket), checkout_url=f"{SHOP}/panier/{key}")

    def call(self, person: Person, identifier: str, key: str, **data: Any) -> None:
        """Call the trigger endpoint for a person."""
        record_call(person.email, identifier=identifier, key_name="id", key_value=key, data=data, cause=SHOP_DOOR)

    def use_points_in_store(self, identifier: str, *, is_rich: bool) -> None:
        """Let somebody ask at the till for 200 points' worth, who has them or has too few."""
        pots = Pot.objects.select_related("profile").order_by("-balance", "pk")
        pots = pots.filter(balance__gte=200) if is_rich else pots.filter(balance__gt=0, balance__lt=120)
        if pot := pots.first():
            data = {"store": self.random.choice(("Nantes", "Rennes")), "till": "2"}
            key = f"T-{next(self.numbers)}"
            record_call(
                pot.profile.email, identifier=identifier, key_name="ticket", key_value=key, data=data, cause=SHOP_DOOR
            )

    def redeem(self) -> None:
        """Let the richest turn points into the first reward."""
        reward = Reward.objects.order_by("points", "pk").first()
        pot = Pot.objects.select_related("profile").order_by("-balance", "pk").first()
        if reward and pot and pot.balance >= reward.points:
            redeem_reward(pot.profile, reward=reward, cause=Cause(Origin.MODULE, "cagnotte"))

    def refer(self, sponsor: Person, referee: Person) -> None:
        """Note who brought whom."""
        start_referral(sponsor.known, referee.known, module=self.referral_module, cause=DOORS["module"])

    def take_part(self, person: Person) -> None:
        """Answer the quiz."""
        with caused_by(Cause(Origin.MODULE, "quel-the")):
            answers = {"moment": self.random.choice(("matin", "après-midi", "soir"))}
            row = Participation(profile=person.known, module=self.quiz, answers=answers)
            row.is_complete, row.is_winner = self.random.random() < 0.8, self.random.random() < 0.1
            row.save()

    def consent(self, person: Person, name: str, status: str) -> None:
        """Accept or refuse in the preference centre."""
        definition = ConsentDefinition.objects.get(name=name)
        by = ConsentSource.PREFERENCE_CENTRE
        set_consent(person.known, definition=definition, status=status, cause=TRACKER, source=by)

    def excuse(self, person: Person) -> None:
        """Give points for a parcel that came late."""
        source = Movement.Source.BACK_OFFICE
        move_points(person.known, points=40, cause=CLAIRE, source=source, reason="Colis en retard, avec nos excuses")

    def edit(self, person: Person) -> None:
        """Correct what customer service was told on the phone."""
        change_fields(person.known, values={"address2": "Bât. B, 3e étage"}, cause=CLAIRE)

    def tag_asleep(self, people: Sequence[Person]) -> None:
        """Tag those who have not bought for long, as a nightly job of the shop does."""
        known = [person.known.pk for person in people]
        change_tags_many([TagChange(pk, ("inactive",), (), SHOP_DOOR) for pk in known])

    def tag(self, person: Person, name: str) -> None:
        """Tag somebody by hand."""
        change_tags(person.known, add=[name], cause=CLAIRE)

    def call_off(self, person: Person, identifier: str, key: str) -> None:
        """Call the stop endpoint."""
        stop_runs(identifier, key=key, profile=person.known)


def total_of(basket: Basket) -> int:
    """Return what a basket costs, in cents."""
    return sum(PRODUCTS[reference][2] * number for reference, number in basket)


def _pushed(basket: Basket) -> dict[str, Any]:
    items = [
        {
            "idProduct": reference,
            "unique_id": reference,
            "name": PRODUCTS[reference][0],
            "category": PRODUCTS[reference][1],
            "price": f"{PRODUCTS[reference][2] / 120:.2f}",
            "total_price": f"{PRODUCTS[reference][2] * number / 100:.2f}",
            "quantity": str(number),
            "lienProduit": f"{SHOP}/{reference.lower()}",
        }
        for reference, number in basket
    ]
    return {
        "cart_items_count": str(len(items)),
        "cart_items_qty": str(sum(number for _reference, number in basket)),
        "cart_currency_code": Site.current().currency,
        "cart_grandTotal": f"{total_of(basket) / 100:.2f}",
        "items": items,
    }
