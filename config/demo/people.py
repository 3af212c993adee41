"""Who comes to the demo shop: invented people, with addresses and numbers that are nobody's.

Mails end in `.example`, which no name server knows; mobiles are from the ranges that France, Britain and North America
keep for films.
"""

import unicodedata
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any, NamedTuple

from config.demo.shop import FAVOURITES
from crm.models import Profile

_FIRST = {
    "fr": {
        "female": "Camille Léa Manon Chloé Inès Jade Louise Zoé Anaïs Margaux Élise Clémence Aïcha Solène Nadia "
        "Béatrice Hélène Juliette Maëlys Fatou",
        "male": "Hugo Lucas Nathan Théo Jules Arthur Malo Yanis Antoine Baptiste Étienne Karim Rémi Gaspard Loïc "
        "Mathis Olivier Samuel Thibault Ousmane",
    },
    "en": {
        "female": "Olivia Emily Grace Sophie Charlotte Isla Freya Harriet Priya Maeve",
        "male": "Oliver George Harry Jack Noah Callum Rory Theodore Arjun Owen",
    },
}
_LAST = {
    "fr": "Martin Bernard Dubois Thomas Robert Petit Durand Leroy Moreau Lefèvre Roux Fournier Girard Mercier Guérin "
    "Chevalier Le·Goff Kerviel Benali Diallo Nguyen Faure Rousseau Masson Garnier Perrin",
    "en": "Smith Jones Taylor Brown Wilson Evans Hughes Walker O’Brien Murphy Clarke Patel Khan Bennett Whitaker",
}


class Place(NamedTuple):
    """Where people live, how many of them, and how their mobile numbers begin ("": they gave none)."""

    language: str
    country: str
    zone: str
    share: int
    cities: tuple[tuple[str, str], ...]
    mobile: str = ""


_FRENCH = (
    *(("Nantes", "44000"), ("Nantes", "44300"), ("Paris", "75011"), ("Paris", "75018"), ("Lyon", "69002")),
    *(("Rennes", "35000"), ("Lille", "59800"), ("Bordeaux", "33000"), ("Marseille", "13006"), ("Annecy", "74000")),
    *(("Toulouse", "31000"), ("Brest", "29200")),
)
_PLACES = (
    Place("fr_FR", "FR", "Europe/Paris", 76, _FRENCH, "063998"),
    Place("fr_BE", "BE", "Europe/Brussels", 6, (("Bruxelles", "1050"), ("Namur", "5000"))),
    Place("fr_CA", "CA", "America/Toronto", 3, (("Montréal", "H2T 1S6"),), "51455501"),
    Place(
        *("en_GB", "GB", "Europe/London", 12),
        (("London", "N1 9GU"), ("Bristol", "BS1 4ST"), ("Edinburgh", "EH1 2NG")),
        "07700900",
    ),
    Place("en_IE", "IE", "Europe/Dublin", 3, (("Dublin", "D02 X285"), ("Galway", "H91 T8NW"))),
)
_STREETS = {
    "fr": ("rue des Tanneurs", "quai de la Fosse", "rue du Moulin", "avenue Foch", "place Viarme", "rue Kervégan"),
    "en": ("Mill Lane", "Church Street", "Harbour Road", "Queen’s Terrace", "Orchard Close"),
}
_HOSTS = ("courriel.example", "poste.example", "mail.example", "boite.example")


@dataclass
class Person:
    """Somebody, before and after the shop knows them."""

    number: int
    email: str
    fields: dict[str, Any]
    custom: dict[str, Any]
    consents: dict[str, str]
    tags: tuple[str, ...]
    #: how readily they buy, more is more often
    appetite: float
    is_import: bool = False
    profile: Profile | None = None
    cart_keys: list[str] = field(default_factory=list)

    @property
    def known(self) -> Profile:
        """The profile, once the shop knows them."""
        assert self.profile is not None
        return self.profile


def invent_people(random: Random, count: int, today: date) -> list[Person]:
    """Invent so many people; the same random state gives the same ones."""
    taken: set[str] = set()
    return [_person(random, number, today, taken) for number in range(count)]


def _person(random: Random, number: int, today: date, taken: set[str]) -> Person:
    place = random.choices(_PLACES, [each.share for each in _PLACES])[0]
    tongue = place.language[:2]
    gender = random.choice(("female", "female", "male"))
    first = random.choice(_FIRST[tongue][gender].split())
    last = random.choice(_LAST[tongue].split()).replace("·", " ")
    city, postcode = random.choice(place.cities)
    fields = {
        "external_id": f"C{10_001 + number}",
        "first_name": first,
        "last_name": last,
        "gender": gender if random.random() < 0.9 else "",
        "birthday": today - timedelta(days=random.randint(19 * 365, 72 * 365)) if random.random() < 0.75 else None,
        "language": place.language,
        "address": f"{random.randint(1, 120)} {random.choice(_STREETS[tongue])}",
        "postcode": postcode,
        "city": city,
        "country": place.country,
        "mobile": _mobile(random, place.mobile) if place.mobile and random.random() < 0.8 else "",
        "time_zone": place.zone,
    }
    custom: dict[str, Any] = {"journey": "Prospect"}
    if random.random() < 0.6:
        custom["favourite"] = random.choice(FAVOURITES)
    if random.random() < 0.3:
        custom["cups_a_day"] = random.randint(1, 7)
    news = random.choices(("accepted", "refused", "unknown"), (74, 16, 10))[0]
    consents = {} if news == "unknown" else {"NewsEmail": news}
    if fields["mobile"] and random.random() < 0.4:
        consents["NewsSMS"] = random.choice(("accepted", "accepted", "refused"))
    shares = {"newsletter-2024": 0.2, "tea-lover": 0.25, "gift-buyer": 0.15}
    tags = tuple(tag for tag, share in shares.items() if random.random() < share)
    email = _email(random, taken, f"{first}.{last}")
    return Person(number, email, fields, custom, consents, tags, min(random.paretovariate(1.8), 5))


def _email(random: Random, taken: set[str], name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.lower().replace(" ", "")).encode("ascii", "ignore").decode()
    host, number = random.choice(_HOSTS), 1
    while (email := f"{plain}{number if number > 1 else ''}@{host}") in taken:
        number += 1
    taken.add(email)
    return email


def _mobile(random: Random, beginning: str) -> str:
    length = 11 if beginning.startswith("07") else 10
    return beginning + "".join(random.choice("0123456789") for _digit in range(length - len(beginning)))
