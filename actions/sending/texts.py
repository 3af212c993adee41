"""Render the texts of deliveries that are no mails: each content holds them by name. Never inside a transaction."""

from collections.abc import Sequence

from actions.channels.results import Final
from actions.guards import ASKING, purpose_of
from actions.links import links_of
from actions.models import Delivery
from actions.referral_links import leading_nowhere
from actions.rendering.renderer import renderer
from actions.rendering.texts import Job, RenderFailed, Texts
from actions.sending.letters import contents_of, job_of


def render_texts(deliveries: Sequence[Delivery], *, to_show: bool = False) -> list[dict[str, str] | Final]:
    """Return the rendered texts of each delivery by name, or why there can never be any, in order.

    To be shown in the back-office they are rendered without the customer's links: who looks at them acts for nobody.
    """
    contents = contents_of(deliveries)
    links = links_of(deliveries, (parts for parts, _texts in contents.values()))
    jobs: list[Job] = []
    places: list[tuple[int, str]] = []
    for index, delivery in enumerate(deliveries):
        parts, _texts = contents[delivery.content_id]
        named = links[index] if purpose_of(delivery) in ASKING else {}
        named = leading_nowhere(named) if to_show else named
        for name, text in parts.get("texts", {}).items():
            jobs.append(job_of(delivery, (parts, Texts(text=str(text))), named))
            places.append((index, name))
    rendered: list[dict[str, str] | Final] = [{} for _delivery in deliveries]
    for (index, name), answer in zip(places, renderer().render_many(jobs), strict=True):
        found = rendered[index]
        if isinstance(answer, RenderFailed):
            rendered[index] = Final(answer.message)
        elif isinstance(found, dict):
            found[name] = answer.text
    return rendered
