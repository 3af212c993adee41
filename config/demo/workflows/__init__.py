"""The workflows of the demo shop, as a marketer would build them."""

from collections.abc import Iterator

from config.demo.steps import Row
from config.demo.workflows import keeping, selling
from config.demo.workflows.keeping import REDEEM
from config.demo.workflows.means import Means
from config.demo.workflows.selling import BROCHURE
from workflows.freezing import freeze
from workflows.models import Workflow
from workflows.services.drafts import create_workflow
from workflows.services.lifecycle import activate
from workflows.validation import clean_document

__all__ = ["BROCHURE", "REDEEM", "Means", "documents", "make_workflows"]


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
    yield "cart", selling.abandoned_cart(means)
    yield "welcome", keeping.welcome(means)
    yield "points", selling.points_on_order()
    yield "thanks", selling.thanks(means)
    yield "winback", keeping.winback(means)
    yield "brewing", selling.brewing(means)
    yield "circle", keeping.circle(means)
    yield "payment", selling.failed_payment(means)
    yield "redeem", keeping.redeem(means)
    yield "masterclass", selling.masterclass(means)
    yield "gift", keeping.gift(means)
    yield "candle", selling.candle(means)
    yield "checkout", selling.checkout(means)
