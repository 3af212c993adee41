"""The story of the demo shop: who does what when; all of it is decided beforehand, nothing is done here."""

from collections.abc import Callable, Sequence
from functools import partial
from random import Random

from config.demo.calendar import Calendar
from config.demo.catalogue import POPULAR
from config.demo.deeds import Basket, Purchase, Shop, total_of
from config.demo.people import Person

#: what banks answer to those who pay
REFUSALS = {
    "fr": ("Carte refusée par la banque", "Plafond de la carte atteint", "Authentification interrompue"),
    "en": ("Card declined by the bank", "Card limit reached", "Authentication interrupted"),
}


class Story:
    """Fills a calendar with the everyday life of the shop."""

    def __init__(self, random: Random, calendar: Calendar, shop: Shop, people: Sequence[Person]) -> None:
        self.random, self.calendar, self.shop, self.people = random, calendar, shop, people
        #: when each person becomes known (place in the calendar); importees from the beginning
        self.known_from: dict[int, int] = {}
        self._carts = 0
        for person in people:
            person.is_import = person.number < len(people) * 0.55
            if person.is_import:
                self.known_from[person.number] = 0

    def tell(self) -> None:
        """Tell everything."""
        self.arrivals()
        self.purchases(len(self.people) * 42 // 100)
        self.carts(max(len(self.people) // 5, 12))
        self.failed_payments(max(len(self.people) // 30, 3))
        self.small_things(max(len(self.people) // 16, 5))

    def arrivals(self) -> None:
        """Import those whom the shop knew before, with what they had bought; the others sign up one by one."""
        calendar, shop = self.calendar, self.shop
        for person in self.people:
            if person.is_import:
                person.custom["member_since"] = calendar.start.date().replace(year=calendar.start.year - 1)
                calendar.add_at(calendar.start, partial(shop.sign_up, person, "api"))
                if self.random.random() < 0.3:
                    past = Purchase(person, self.basket())
                    calendar.add_at(calendar.start, partial(shop.place, past, "delivered", self.random.randint(5, 200)))
            else:
                door = self.random.choices(("tracker", "api", "module", "back_office"), (5, 3, 2, 1))[0]
                place = self.known_from.setdefault(person.number, calendar.on(self.random.random() ** 0.8))
                calendar.add(place, partial(shop.sign_up, person, door), later=self.random.uniform(0, 6))

    def purchases(self, number: int) -> None:
        """Let people order, some of them again and again; most orders are paid, shipped and delivered."""
        for _purchase in range(number):
            person, place = self.somebody()
            self.order(Purchase(person, self.basket()), place, fate=self.random.random())

    def order(self, purchase: Purchase, place: int, *, fate: float = 1, later: float | None = None) -> None:
        """Place an order and let it take its way: a low fate cancels it, a somewhat higher one brings it back."""
        later = self.random.uniform(7, 12) if later is None else later
        is_slow = fate < 0.25
        self.calendar.add(place, partial(self.shop.place, purchase, "processing" if is_slow else "paid"), later=later)
        if fate < 0.07:
            self.afterwards(place, 1, partial(self.shop.follow, purchase, "cancelled"))
            return
        if is_slow:
            self.afterwards(place, 0.4, partial(self.shop.follow, purchase, "paid"))
        if 0.25 < fate < 0.31 and len(purchase.basket) > 1:
            less = purchase.amount - total_of(purchase.basket[-1:])
            self.afterwards(place, 1, partial(self.shop.follow, purchase, "paid", less))
        if fate < 0.45:
            self.afterwards(place, 1.5, partial(self.shop.follow, purchase, "shipped"))
        self.afterwards(place, 3, partial(self.shop.follow, purchase, "delivered"))
        if 0.31 < fate < 0.35:
            self.afterwards(place, 8, partial(self.shop.follow, purchase, "refunded"))

    def carts(self, number: int) -> None:
        """Let people fill carts: left, ordered soon, ordered after the reminder, or emptied."""
        for index in range(number):
            person, place = self.somebody(every=5)
            key, basket = self.cart_key(), self.basket(most=4)
            push = partial(self.shop.push, person, key)
            self.calendar.add(place, partial(push, basket[:1]), later=8)
            self.calendar.add(place, partial(push, basket), later=10)
            match index % 8:
                case 0 | 1:
                    self.order(Purchase(person, basket, cart_key=key), place, later=34)
                case 2:
                    self.calendar.add(place, partial(push, ()), later=33)
                case 3 | 4:
                    self.order(Purchase(person, basket, cart_key=key), place, later=150)
                case _:
                    pass

    def failed_payments(self, number: int) -> None:
        """Let payments fail; some are made good within the half-hour."""
        for index in range(number):
            person, place = self.somebody(every=5)
            failed = Purchase(person, self.basket())
            why = self.random.choice(REFUSALS[person.fields["language"][:2]])
            self.calendar.add(place, partial(self.shop.place, failed, "failed", failure=why), later=11)
            if index % 3 == 0:
                self.calendar.add(place, partial(self.shop.follow, failed, "paid"), later=31)

    def small_things(self, number: int) -> None:
        """Let people change their mind, answer the quiz, move, and be consoled."""
        deeds: list[tuple[Callable[..., object], tuple[str, ...], int]] = [
            (self.shop.consent, ("NewsEmail", "refused"), number),
            (self.shop.consent, ("NewsEmail", "accepted"), number),
            (self.shop.consent, ("NewsSMS", "accepted"), number),
            (self.shop.take_part, (), number * 2),
            (self.shop.excuse, (), number),
            (self.shop.edit, (), number // 2),
            (self.shop.tag, ("vip",), number // 2),
        ]
        for deed, details, times in deeds:
            for _time in range(times):
                person, place = self.somebody()
                self.calendar.add(place, partial(deed, person, *details), later=self.random.uniform(7, 12))

    def somebody(self, *, every: int = 1) -> tuple[Person, int]:
        """Return somebody, those with appetite more often, and a time at which the shop knows them.

        `every` takes each n-th time only, and not the last: what has the engine work again an hour later is done on
        few days.
        """
        last = len(self.calendar.times) - (1 if every == 1 else 2)
        known = [person for person in self.people if self.known_from[person.number] <= last]
        person = self.random.choices(known, [person.appetite for person in known])[0]
        place = self.random.randint(self.known_from[person.number], last)
        return person, min(-(-place // every) * every, last)

    def basket(self, most: int = 3) -> Basket:
        """Fill a basket."""
        references = {self.random.choice(POPULAR) for _line in range(self.random.randint(1, most))}
        return [(reference, self.random.choice((1, 1, 1, 2))) for reference in sorted(references)]

    def cart_key(self) -> str:
        """Return a key that no other cart has."""
        self._carts += 1
        return f"panier-{5_000 + self._carts}"

    def afterwards(self, place: int, days: float, deed: Callable[[], object]) -> None:
        """Have something done so many days after a busy time, if the story goes on for so long."""
        found = self.calendar.after(place, days)
        if found is not None:
            self.calendar.add(found, deed)
