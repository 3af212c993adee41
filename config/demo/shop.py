"""What the demo shop is: its settings, custom fields, loyalty, modules, segments and people behind the counter."""

from typing import Any

from config.demo.catalogue import SHOP
from config.demo.words import said
from crm.conditions.segments import clean_rules
from crm.models import (
    CouponPool,
    CustomField,
    Module,
    ReferralSettings,
    Reward,
    Segment,
    ShopStatus,
    Site,
    Tag,
    Tier,
)
from crm.services.coupon_codes import add_codes

#: the choices of the custom fields
FAVOURITES = ("Green", "Black", "Oolong", "Herbal")
JOURNEY = ("Prospect", "Customer", "Ambassador", "Asleep")
#: tags that workflows ask for, add and watch
TAGS = ("circle", "inactive", "thanked", "welcomed")
TEAM = "equipe@maison-brume.example"


def make_shop() -> None:
    """Set up everything that is there before the first customer comes."""
    site = Site.current()
    site.name = site.sender_name = "Maison Brume"
    site.language = "fr"
    site.url = {"fr": f"{SHOP}/fr", "en": f"{SHOP}/en"}
    site.cart_url = {"fr": f"{SHOP}/fr/panier", "en": f"{SHOP}/en/cart"}
    site.sender_email, site.reply_to = "bonjour@maison-brume.example", "bonjour@maison-brume.example"
    site.save()
    _make_custom_fields()
    for name in TAGS:
        Tag.objects.create(name=name)
    for name, status in {"En préparation": "processing", "Payée": "paid", "Remise au transporteur": "shipped"}.items():
        ShopStatus.objects.create(name=name, status=status)
    for name, threshold in {"Bronze": 0, "Silver": 200, "Gold": 500}.items():
        Tier.objects.create(name=name, threshold=threshold)
    _make_rewards()


def make_modules() -> tuple[Module, Module]:
    """Make the referral module and a quiz, and return both."""
    referral = Module.objects.create(
        name=said("A cup for two", "Une tasse à deux"), slug="une-tasse-a-deux", kind=Module.Kind.REFERRAL
    )
    ReferralSettings.objects.create(
        module=referral, needs_signup=True, needs_order=True, minimum_order=2000, sponsor_points=100, referee_points=50
    )
    quiz = Module.objects.create(
        name=said("Which tea are you?", "Quel thé êtes-vous ?"), slug="quel-the", kind=Module.Kind.QUIZ, language="fr"
    )
    return referral, quiz


def make_segments() -> Segment:
    """Make the audiences that a marketer asks for first, one of them built on another; returns that of readers."""
    readers = _segment(
        said("Newsletter readers", "Abonnés à la newsletter"),
        [_rule("consent_status", consent="NewsEmail", operator="is", value="accepted")],
    )
    _segment(
        said("Regulars: three orders or more", "Fidèles : trois commandes ou plus"),
        [_rule("order_count", operator="gte", value=3, within_count=None, within_unit="")],
    )
    _segment(
        said("Asleep: bought once, not in 60 days", "Endormis : un achat, aucun depuis 60 jours"),
        [
            _rule("has_ordered", within_count=None, within_unit="", operator="", value=None),
            _rule("has_ordered", True, within_count=60, within_unit="days", operator="", value=None),
        ],
    )
    _segment(
        said("English readers with 150 points", "Lecteurs anglais avec 150 points"),
        [
            {"segment": str(readers.uid)},
            _rule("profile_language", operator="is", value="en"),
            _rule("pot_balance", operator="gte", value=150),
        ],
    )
    return readers


def _make_custom_fields() -> None:
    types = CustomField.Type
    fields: list[tuple[str, str, str, tuple[str, ...]]] = [
        ("favourite", said("Favourite tea", "Thé préféré"), types.CHOICE, FAVOURITES),
        ("journey", said("Customer journey", "Parcours client"), types.CHOICE, JOURNEY),
        ("member_since", said("Customer since", "Client depuis"), types.DATE, ()),
        ("cups_a_day", said("Cups a day", "Tasses par jour"), types.NUMBER, ()),
        ("gift_wrap", said("Gift wrap by default", "Emballage cadeau par défaut"), types.BOOLEAN, ()),
    ]
    for name, label, kind, choices in fields:
        CustomField.objects.create(name=name, label=label, type=kind, choices=list(choices))


def _make_rewards() -> None:
    five = CouponPool.objects.create(
        name=said("5 € voucher", "Bon de 5 €"), is_generated=True, prefix="THE5-", discount="amount", value=500
    )
    tasting = CouponPool.objects.create(
        name=said("Tasting in Nantes", "Dégustation à Nantes"), discount="percent", value=100, valid_for_days=180
    )
    add_codes(tasting, codes=[f"DEGUST-{number:03d}" for number in range(1, 41)])
    Reward.objects.create(name=five.name, points=150, pool=five)
    Reward.objects.create(name=tasting.name, points=300, pool=tasting)
    winter = CouponPool.objects.create(name=said("Winter codes", "Codes d’hiver"), value=15, minimum=4000)
    add_codes(winter, codes=[f"HIVER-{number:02d}" for number in range(1, 21)])


def _segment(name: str, rules: list[dict[str, Any]]) -> Segment:
    return Segment.objects.create(name=name, rules=clean_rules({"mode": "all", "rules": rules}))


def _rule(kind: str, negated: bool = False, **config: Any) -> dict[str, Any]:
    return {"kind": kind, "config": config, "negated": negated}
