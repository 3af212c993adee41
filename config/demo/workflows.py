"""The workflows of the demo shop, as a marketer would build them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from config.demo.shop import TEAM
from config.demo.steps import Row, act, ask, at_most, document, end, fact, has_ordered, mail, trigger, wait
from config.demo.words import said
from crm.models import Product, Template
from workflows.freezing import freeze
from workflows.models import Workflow
from workflows.services.drafts import create_workflow
from workflows.services.lifecycle import activate
from workflows.validation import clean_document

#: names that a shop's developer calls
REDEEM, BROCHURE = "store_redeem", "masterclass_brochure"


@dataclass(frozen=True, slots=True)
class Means:
    """What the documents refer to."""

    templates: Mapping[str, Template]
    products: Mapping[str, Product]

    def scope(self, *references: str) -> list[str]:
        """Return a product scope."""
        return [str(self.products[reference].uid) for reference in references]


def make_workflows(means: Means) -> dict[str, Workflow]:
    """Make all workflows and activate all but the draft; returns them by key."""
    made = {}
    for key, row in documents(means):
        cleaned = clean_document(row)
        made[key] = create_workflow(name=cleaned["name"], document=cleaned)
        if key != "checkout":
            activate(made[key], digest=freeze(cleaned)[1], user=None)
    return made


def documents(means: Means) -> Iterator[tuple[str, Row]]:
    """Iterate over the keys and documents."""
    yield "cart", _abandoned_cart(means)
    yield "welcome", _welcome(means)
    yield "points", _points_on_order()
    yield "thanks", _thanks(means)
    yield "winback", _winback(means)
    yield "brewing", _brewing(means)
    yield "circle", _circle(means)
    yield "payment", _failed_payment(means)
    yield "redeem", _redeem(means)
    yield "masterclass", _masterclass(means)
    yield "gift", _gift(means)
    yield "candle", _candle(means)
    yield "checkout", _checkout(means)


def _abandoned_cart(means: Means) -> Row:
    again = [wait("day", 1, "days"), ask("large", [_cart_of(80)], yes=[mail("again", means.templates["cart_again"])])]
    reminder = [mail("reminder", means.templates["cart"]), *again]
    return document(
        said("Abandoned cart", "Panier abandonné"),
        [trigger("cart_updated")],
        [wait("hour", 1, "hours"), ask("ordered", [has_ordered(1, "hours")], yes=[end("bought")], no=reminder)],
        limit=at_most(1, every=3),
    )


def _welcome(means: Means) -> Row:
    first = [
        mail("welcome", means.templates["welcome"]),
        act("tag", "add_tag", tag="welcomed"),
        wait("four-days", 4, "days"),
    ]
    later = ask("ordered", [has_ordered()], yes=[end("bought")], no=[mail("again", means.templates["welcome_again"])])
    origins = ["tracker", "module", "api", "back_office"]
    name = said("Welcome", "Bienvenue")
    return document(name, [trigger("profile_created", origins=origins)], [*first, later], limit=at_most(1))


def _points_on_order() -> Row:
    statuses = ["paid", "shipped", "delivered"]
    return document(
        said("Points on every order", "Points sur chaque commande"),
        [trigger("order_updated", on_creation=True, on_status=True, status_from=[], status_to=[], on_amount=True)],
        [act("points", "points_on_order", points=1, per=100, statuses=statuses)],
    )


def _thanks(means: Means) -> Row:
    thanks = [
        mail("mail", means.templates["thanks"]),
        act("points", "give_points", points=50, reason=said("First order", "Première commande")),
        act("customer", "set_field", field="custom.journey", mode="value", value="Customer"),
    ]
    delivered = trigger("order_updated", on_creation=False, on_status=True, status_from=[], status_to=["delivered"])
    first = ask("first", [fact("first_order", operator="is_yes")], yes=thanks, no=[end("known")])
    name = said("Thank you after the first delivery", "Merci après la première livraison")
    return document(name, [delivered], [wait("two-days", 2, "days"), first])


def _winback(means: Means) -> Row:
    asleep = fact("changed_value", field="tags", side="new", operator="is", value="inactive")
    back = act("points", "give_points", points=100, reason=said("Good to see you again", "Heureux de vous revoir"))
    steps = [
        act("asleep", "set_field", field="custom.journey", mode="value", value="Asleep"),
        mail("miss", means.templates["winback"]),
        wait("a-week", 1, "weeks"),
        ask("back", [has_ordered(1, "weeks")], yes=[back], no=[end("still-asleep")]),
    ]
    return document(
        said("Win back sleeping customers", "Reconquête des clients endormis"),
        [trigger("profile_updated", fields_watched=["tags"])],
        [ask("is-asleep", [asleep], yes=steps, no=[end("other-tag")])],
    )


def _brewing(means: Means) -> Row:
    return document(
        said("How to brew a great green tea", "Bien préparer un grand thé vert"),
        [trigger("sale_succeeded")],
        [wait("on-its-way", 4, "days"), mail("advice", means.templates["brewing"])],
        scope=means.scope("TEA-SENCHA", "TEA-GYOKURO"),
        limit=at_most(1),
    )


def _circle(means: Means) -> Row:
    team = act(
        "team",
        "notify_team",
        users=[],
        addresses=[TEAM],
        subject=said("New in the Circle: {{ profile.full_name }}", "Nouveau au Cercle : {{ profile.full_name }}"),
        text=said(
            "{{ profile.full_name }} ({{ profile.city }}) has {{ data.pot.balance }} points. Send a handwritten card!",
            "{{ profile.full_name }} ({{ profile.city }}) a {{ data.pot.balance }} points. Envoyez une carte !",
        ),
    )
    steps = [
        mail("mail", means.templates["club"]),
        act("tag", "add_tag", tag="circle"),
        act("ambassador", "set_field", field="custom.journey", mode="value", value="Ambassador"),
        team,
    ]
    newly = [fact("pot_balance", operator="gte", value=300), fact("has_tag", operator="none_of", value=["circle"])]
    return document(
        said("Circle: 300 points reached", "Cercle : 300 points atteints"),
        [trigger("pot_updated", sources=["workflow", "referral", "back_office"], direction="gains")],
        [ask("enough", newly, yes=steps)],
    )


def _failed_payment(means: Means) -> Row:
    return document(
        said("Payment failed", "Paiement échoué"),
        [trigger("sale_failed")],
        [
            wait("half-an-hour", 30, "minutes"),
            mail("mail", means.templates["payment_failed"], ground="LegalBasisOrder"),
        ],
    )


def _redeem(means: Means) -> Row:
    reason = said("Used at the till", "Utilisés en boutique")
    return document(
        said("Points used in a shop", "Points utilisés en boutique"),
        [trigger("api_call", identifier=REDEEM, repeated="starts")],
        [
            act("take", "take_points", points=200, reason=reason),
            mail("mail", means.templates["redeemed"], ground="LegalBasisOptin"),
        ],
    )


def _masterclass(means: Means) -> Row:
    return document(
        said("Masterclass: after the brochure", "Masterclass : après la brochure"),
        [trigger("api_call", identifier=BROCHURE, repeated="updates")],
        [wait("three-days", 3, "days"), mail("mail", means.templates["masterclass"])],
        scope=means.scope("MASTERCLASS"),
        stop_if_owned=True,
        limit=at_most(1, every=30),
    )


def _gift(means: Means) -> Row:
    accepted = fact("consent_new_status", operator="is", value="accepted")
    first = fact("has_tag", operator="none_of", value=["thanked"])
    reason = said("Newsletter", "Newsletter")
    gift = [
        act("points", "give_points", points=20, reason=reason),
        act("tag", "add_tag", tag="thanked"),
        wait("an-hour", 1, "hours"),
        mail("mail", means.templates["gift"]),
    ]
    return document(
        said("Newsletter gift", "Cadeau de la newsletter"),
        [trigger("consent_updated", consents=["NewsEmail"], to_confirm=False)],
        [ask("accepted", [accepted, first], yes=gift, no=[end("no-gift")])],
    )


def _candle(means: Means) -> Row:
    return document(
        said("Candle care", "Entretien des bougies"),
        [trigger("sale_succeeded")],
        [wait("four-days", 4, "days"), mail("mail", means.templates["candle"])],
        scope=means.scope("CAN-FIG", "CAN-SMOKE"),
    )


def _checkout(means: Means) -> Row:
    return document(
        said("Payment page left", "Page de paiement quittée"),
        [trigger("sale_abandoned", stage="checkout", idle_minutes=60)],
        [ask("large", [_cart_of(120)], yes=[mail("mail", means.templates["cart_again"])], no=[end("small")])],
    )


def _cart_of(amount: int) -> Row:
    return fact("data_value", path="cart.total", type="number", operator="gte", value=str(amount))
