"""Workflows about carts, orders and what was bought."""

from config.demo.steps import Row, act, ask, at_most, document, end, fact, has_ordered, mail, trigger, wait
from config.demo.words import said
from config.demo.workflows.means import Means

#: the name that the shop calls when somebody asks for the brochure
BROCHURE = "masterclass_brochure"


def abandoned_cart(means: Means) -> Row:
    """Remind of a cart, twice where it is large."""
    again = [wait("day", 1, "days"), ask("large", [_cart_of(80)], yes=[mail("again", means.templates["cart_again"])])]
    reminder = [mail("reminder", means.templates["cart"]), *again]
    return document(
        said("Abandoned cart", "Panier abandonné"),
        [trigger("cart_updated")],
        [wait("hour", 1, "hours"), ask("ordered", [has_ordered(1, "hours")], yes=[end("bought")], no=reminder)],
        limit=at_most(1, every=3),
    )


def points_on_order() -> Row:
    """Give a point for each euro."""
    statuses = ["paid", "shipped", "delivered"]
    return document(
        said("Points on every order", "Points sur chaque commande"),
        [trigger("order_updated", on_creation=True, on_status=True, status_from=[], status_to=[], on_amount=True)],
        [act("points", "points_on_order", points=1, per=100, statuses=statuses)],
    )


def thanks(means: Means) -> Row:
    """Thank for the first delivery."""
    thanks = [
        mail("mail", means.templates["thanks"]),
        act("points", "give_points", points=50, reason=said("First order", "Première commande")),
        act("customer", "set_field", field="custom.journey", mode="value", value="Customer"),
    ]
    delivered = trigger("order_updated", on_creation=False, on_status=True, status_from=[], status_to=["delivered"])
    first = ask("first", [fact("first_order", operator="is_yes")], yes=thanks, no=[end("known")])
    name = said("Thank you after the first delivery", "Merci après la première livraison")
    return document(name, [delivered], [wait("two-days", 2, "days"), first])


def brewing(means: Means) -> Row:
    """Tell how the green tea is brewed."""
    return document(
        said("How to brew a great green tea", "Bien préparer un grand thé vert"),
        [trigger("sale_succeeded")],
        [wait("on-its-way", 4, "days"), mail("advice", means.templates["brewing"])],
        scope=means.scope("TEA-SENCHA", "TEA-GYOKURO"),
        limit=at_most(1),
    )


def failed_payment(means: Means) -> Row:
    """Write half an hour after a payment failed."""
    return document(
        said("Payment failed", "Paiement échoué"),
        [trigger("sale_failed")],
        [
            wait("half-an-hour", 30, "minutes"),
            mail("mail", means.templates["payment_failed"], ground="LegalBasisOrder"),
        ],
    )


def masterclass(means: Means) -> Row:
    """Write after the brochure, unless it was bought."""
    return document(
        said("Masterclass: after the brochure", "Masterclass : après la brochure"),
        [trigger("api_call", identifier=BROCHURE, repeated="updates")],
        [wait("three-days", 3, "days"), mail("mail", means.templates["masterclass"])],
        scope=means.scope("MASTERCLASS"),
        stop_if_owned=True,
        limit=at_most(1, every=30),
    )


def candle(means: Means) -> Row:
    """Tell how the candle lasts; switched off by the story."""
    return document(
        said("Candle care", "Entretien des bougies"),
        [trigger("sale_succeeded")],
        [wait("four-days", 4, "days"), mail("mail", means.templates["candle"])],
        scope=means.scope("CAN-FIG", "CAN-SMOKE"),
    )


def checkout(means: Means) -> Row:
    """Remind who left the payment page; a draft."""
    return document(
        said("Payment page left", "Page de paiement quittée"),
        [trigger("sale_abandoned", stage="checkout", idle_minutes=60)],
        [ask("large", [_cart_of(120)], yes=[mail("mail", means.templates["cart_again"])], no=[end("small")])],
    )


def _cart_of(amount: int) -> Row:
    return fact("data_value", path="cart.total", type="number", operator="gte", value=str(amount))
