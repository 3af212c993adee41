"""A crowd of profiles of every sort, for the contract tests of conditions: rows as doors would have left them."""

import itertools
import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from actions.models import Track
from crm import db
from crm.models import (
    Cart,
    Consent,
    ConsentChange,
    ConsentDefinition,
    CustomField,
    CustomValue,
    Module,
    Movement,
    Newsletter,
    Order,
    OrderStatusChange,
    Ownership,
    Participation,
    Pot,
    Product,
    Profile,
    ProfileTag,
    Referral,
    Segment,
    Tag,
    Template,
    Tier,
)
from tests.factories.deliveries import a_delivery

NOW = datetime(2026, 3, 10, 22, 30, tzinfo=UTC)
TEXTS = [
    "",
    "Paris",
    "PARIS",
    "pâris",
    "Évry",
    "evry-sur-seine",
    "50%_off",
    "a\\b",
    "Straße",
    "STRASSE",
    "Œuvre",
    "Łódź",
    " x ",
]
LANGUAGES = ["", "fr", "fr_FR", "en", "en_GB", "fil", "de_DE"]
STATUSES = ["new", "processing", "paid", "shipped", "delivered", "cancelled", "failed", "refunded"]
NUMBERS = [Decimal("0"), Decimal("10"), Decimal("10.5000"), Decimal("-3.1416"), Decimal("0.1"), Decimal("1000000")]


def make_crowd(seed: int, size: int = 14) -> list[int]:
    """Insert products, tags, consents, custom fields and profiles with all of them; return the profiles' ids."""
    chance = random.Random(seed)
    products = [Product(reference=f"P{i}", name=f"Product {i}") for i in range(3)]
    definitions = [ConsentDefinition(name=f"News{i}", label={"en": f"News {i}"}) for i in range(2)]
    fields = [CustomField(name=kind, label=kind, type=kind) for kind in ("text", "number", "boolean", "date")]
    fields.append(CustomField(name="size", label="Size", type="choice", choices=["S", "M", "L"]))
    modules = [
        Module(name=f"Module {i}", slug=f"m{i}", kind=kind) for i, kind in enumerate(("game", "quiz", "referral"))
    ]
    tiers = [Tier(name="Bronze", threshold=0), Tier(name="Silver", threshold=100), Tier(name="Gold", threshold=150)]
    template = Template.objects.create(name="Letter")
    Newsletter.objects.bulk_create([Newsletter(name=f"Letter {i}", template=template) for i in range(2)])
    for row in [
        *modules,
        *tiers,
        *products,
        *definitions,
        *fields,
        *(tags := [Tag(name=name) for name in ("VIP", "Été", "new")]),
    ]:
        row.save()
    profiles = db.insert_rows([_profile(chance, i) for i in range(size)])
    for profile in profiles:
        _give(chance, profile, products, definitions, fields, tags)
        _take_part(chance, profile, modules[:2])
        _carts(chance, profile)
    for sponsor, referee in itertools.pairwise(profiles):
        _refer(chance, chance.choice([sponsor, profiles[0]]), referee, modules[2])
    make_segments()
    return [profile.pk for profile in profiles]


def make_segments() -> None:
    """Make a segment of the French, and one of those out of it who have points or a birthday in the coming days."""
    french = {"kind": "profile_language", "config": {"operator": "is", "value": "fr"}}
    rich = {"kind": "pot_balance", "config": {"operator": "gt", "value": 0}}
    soon = {"field": "birthday", "type": "date", "operator": "next_days", "value": 20}
    either = {"mode": "any", "rules": [rich, {"kind": "profile_field", "config": soon}]}
    first = Segment.objects.create(name="French", rules={"rules": [french]})
    Segment.objects.create(name="Others", rules={"rules": [{"segment": str(first.uid), "negated": True}, either]})


def _take_part(chance: random.Random, profile: Profile, modules: list[Module]) -> None:
    for module in modules:
        for _ in range(chance.choice([0, 0, 1, 2])):
            at, outcome = _time(chance), {"is_complete": chance.random() < 0.6, "is_winner": chance.random() < 0.4}
            rows = [Participation(profile=profile, module=module, created_at=at, updated_at=at, **outcome)]
            db.insert_rows(rows)


def _refer(chance: random.Random, sponsor: Profile, referee: Profile, module: Module) -> None:
    if sponsor.pk == referee.pk or chance.random() < 0.3:
        return
    at = _time(chance)
    status = chance.choice(["pending", "validated", "validated"])
    was = chance.random() < 0.5
    db.insert_rows(
        [
            Referral(
                module=module,
                sponsor=sponsor,
                referee=referee,
                status=status,
                created_at=at,
                updated_at=at,
                validated_at=at if status == "validated" or was else None,
                taken_back_at=at + timedelta(days=3) if status == "pending" and was else None,
            )
        ]
    )


def _carts(chance: random.Random, profile: Profile) -> None:
    for number in range(chance.choice([0, 1, 2])):
        at = _time(chance)
        cart = Cart(
            profile=profile,
            key=f"k{number}",
            status=chance.choice(["open", "open", "open", "converted", "emptied"]),
            stage=chance.choice(["cart", "checkout"]),
            total=chance.choice([0, 4999, 5000, 12000]),
            last_activity_at=at,
            created_at=at - timedelta(days=chance.choice([0, 6])),
            updated_at=at,
        )
        db.insert_rows([cart])


def _profile(chance: random.Random, i: int) -> Profile:
    return Profile(
        email=f"p{i}@example.com",
        email_key=f"p{i}@example.com",
        external_id=chance.choice([None, f"x{i}"]),
        first_name=chance.choice(TEXTS),
        city=chance.choice(TEXTS),
        gender=chance.choice(["", "female", "male"]),
        birthday=chance.choice([None, NOW.date(), _day(chance, 40), date(1990, 2, 28)]),
        language=chance.choice(LANGUAGES),
        country=chance.choice(["", "FR", "BE", "DE"]),
        created_at=NOW - timedelta(days=90),
        updated_at=NOW,
    )


def _give(chance: random.Random, profile: Profile, products: Any, definitions: Any, fields: Any, tags: Any) -> None:
    values = {"text": TEXTS, "number": NUMBERS, "boolean": [True, False], "size": ["S", "M", "L"]}
    for field in fields:
        if chance.random() < 0.7:
            value = _day(chance, 40) if field.name == "date" else chance.choice(values[field.name])
            column = CustomValue.COLUMN[field.type]
            db.insert_rows([CustomValue(profile=profile, field=field, **{column: value})])
    for tag in tags:
        if chance.random() < 0.4:
            db.insert_rows([ProfileTag(profile=profile, tag=tag, added_at=_time(chance))])
    for definition in definitions:
        _consent(chance, profile, definition)
    for i in range(chance.choice([0, 0, 1, 3])):
        _order(chance, profile, i, products)
    if chance.random() < 0.6:
        _pot(chance, profile)
    for _ in range(chance.choice([0, 1, 2])):
        _message(chance, profile)


def _consent(chance: random.Random, profile: Profile, definition: ConsentDefinition) -> None:
    status = "unknown"
    times = sorted(_time(chance) for _ in range(chance.choice([0, 1, 3])))
    for at in times:
        old, status = status, chance.choice(["unknown", "to_confirm", "accepted", "refused"])
        ConsentChange(
            profile=profile, definition=definition, old_status=old, status=status, occurred_at=at, recorded_at=at
        ).save()
    if times:
        db.insert_rows([Consent(profile=profile, definition=definition, status=status, changed_at=times[-1])])


def _order(chance: random.Random, profile: Profile, i: int, products: list[Product]) -> None:
    created = _time(chance)
    path = [chance.choice(STATUSES) for _ in range(chance.choice([1, 2]))]
    order = Order(
        profile=profile,
        reference=f"{profile.pk}-{i}",
        status=path[-1],
        amount=chance.choice([0, 999, 5000, 5001, 123456]),
        currency=chance.choice(["EUR", "EUR", "CHF"]),
        ordered_at=created - timedelta(hours=chance.choice([0, 1, 30])),
        created_at=created,
        updated_at=created,
    )
    db.insert_rows([order])
    for step, status in enumerate(path):
        at = created + timedelta(hours=12 * step)
        OrderStatusChange(order=order, status=status, occurred_at=at, recorded_at=at).save()
    # a status told late, that changed nothing
    OrderStatusChange(order=order, status="cancelled", is_applied=False, occurred_at=NOW, recorded_at=created).save()
    for product in products:
        if chance.random() < 0.4:
            ended = chance.choice([None, created + timedelta(days=2)])
            Ownership(profile=profile, product=product, order=order, since=created, ended_at=ended).save()


def _pot(chance: random.Random, profile: Profile) -> None:
    pot = Pot(profile=profile)
    pot.save()
    for number, at in enumerate(sorted(_time(chance) for _ in range(chance.choice([1, 3]))), 1):
        points = chance.choice([-20, 5, 100])
        moved = {"points": points, "balance_before": pot.balance, "balance_after": pot.balance + points}
        rows = [
            Movement(pot=pot, profile=profile, number=number, source="api", occurred_at=at, recorded_at=at, **moved)
        ]
        db.insert_rows(rows)
        pot.balance += points
        pot.earned += max(points, 0)
    pot.save()


def _message(chance: random.Random, profile: Profile) -> None:
    delivery = a_delivery(profile, status="sent", ended_at=NOW - timedelta(days=21), due_at=None)
    newsletters = [f"newsletter:{uid}" for uid in sorted(Newsletter.objects.values_list("uid", flat=True))]
    message = chance.choice([*newsletters, "workflow:1:a"])
    for _ in range(chance.choice([0, 1, 3])):
        at = _time(chance)
        Track(
            delivery=delivery,
            profile=profile,
            kind=chance.choice(["open", "click", "delivered"]),
            message=message,
            is_machine=chance.random() < 0.3,
            occurred_at=at,
            recorded_at=at + timedelta(hours=chance.choice([0, 5])),
        ).save()


def _time(chance: random.Random) -> datetime:
    return NOW - timedelta(hours=chance.randrange(24 * 20))


def _day(chance: random.Random, spread: int) -> date:
    return NOW.date() - timedelta(days=chance.randrange(-spread, spread))
