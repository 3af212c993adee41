"""Turn deliveries of e-mail into mails: contents, rendered texts, sender and headers. Never inside a transaction."""

import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from email.utils import parseaddr
from functools import cache
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from actions.channels.mime import Mail, one_line
from actions.channels.results import Final
from actions.guards import purpose_of
from actions.links import links_of
from actions.models import Content, Delivery
from actions.referral_links import leading_nowhere
from actions.rendering.namespaces import profile_namespace
from actions.rendering.renderer import renderer
from actions.rendering.texts import Job, Rendered, RenderFailed, Texts
from actions.tracking.rewriting import followed, rewriter_of
from crm.models import Site

_KEPT = 64
_texts: dict[int, tuple[str, Mapping[str, Any], Texts]] = {}


def write_letters(deliveries: Sequence[Delivery]) -> list[Mail | Final]:
    """Return a mail for each delivery, or why there can never be one, in order."""
    contents = contents_of(deliveries)
    site = Site.current()
    links = links_of(deliveries, (parts for parts, _texts in contents.values()))
    jobs = [
        job_of(delivery, contents[delivery.content_id], named)
        for delivery, named in zip(deliveries, links, strict=True)
    ]
    tracked = followed(deliveries, site)
    letters: list[Mail | Final] = []
    for delivery, named, rendered in zip(deliveries, links, renderer().render_many(jobs), strict=True):
        if isinstance(rendered, RenderFailed):
            letters.append(Final(rendered.message))
            continue
        delivery.subject = one_line(rendered.subject)[:250]
        parts = contents[delivery.content_id][0]
        mail = _mail(delivery, parts, rendered, named, site)
        if mail.html and delivery.pk in tracked:
            markup = rewriter_of(str(parts.get("html") or "")).rewritten(mail.html, delivery.pk)
            mail = replace(mail, html=markup)
        letters.append(mail)
    return letters


def render_delivery(delivery: Delivery) -> Rendered | RenderFailed:
    """Render a delivery as it was or will be sent, to be shown."""
    parts = contents_of([delivery])[delivery.content_id]
    links = leading_nowhere(links_of([delivery], [parts[0]])[0])
    rendered = renderer().render(job_of(delivery, parts, links))
    if isinstance(rendered, RenderFailed):
        return rendered
    return _framed(rendered, delivery, parts[0], links)


def job_of(delivery: Delivery, content: tuple[Mapping[str, Any], Texts], links: Mapping[str, Any]) -> Job:
    """Return what the renderer needs for a delivery."""
    parts, texts = content
    frozen = delivery.context
    context = {
        "profile": profile_namespace(frozen.get("profile", {})),
        "data": frozen.get("data", {}),
        "site": frozen.get("site", {}),
        **links,
    }
    return Job(texts, context, str(parts.get("language") or ""), str(frozen.get("time_zone") or settings.TIME_ZONE))


def contents_of(deliveries: Iterable[Delivery]) -> dict[int, tuple[Mapping[str, Any], Texts]]:
    """Return the parts of each content by its id, kept in this process by their hash."""
    wanted = {delivery.content_id for delivery in deliveries}
    digests = dict(Content.objects.filter(pk__in=wanted).values_list("pk", "digest"))
    missing = [pk for pk in wanted if pk not in _texts or _texts[pk][0] != digests[pk]]
    if missing:
        if len(_texts) > _KEPT:
            _texts.clear()
            missing = list(wanted)
        for content in Content.objects.filter(pk__in=missing):
            _texts[content.pk] = (content.digest, content.parts, Texts.of(content.parts))
    return {pk: _texts[pk][1:] for pk in wanted}


def _mail(
    delivery: Delivery, parts: Mapping[str, Any], rendered: Rendered, links: Mapping[str, Any], site: Site
) -> Mail:
    headers = {"Auto-Submitted": "auto-generated", "X-Declic-Delivery": str(delivery.uid)}
    if purpose_of(delivery) == "marketing":
        headers["List-Unsubscribe"] = f"<{links['unsubscribe_url']}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    rendered = _framed(rendered, delivery, parts, links)
    sender = str(parts.get("sender_email") or site.sender_email or parseaddr(settings.DEFAULT_FROM_EMAIL)[1])
    return Mail(
        sender_name=str(parts.get("sender_name") or site.sender_name or site.name),
        sender_email=sender,
        recipient=delivery.recipient,
        subject=rendered.subject,
        html=rendered.html,
        text=rendered.text,
        message_id=f"{delivery.uid}@{sender.rpartition('@')[2] or 'localhost'}",
        reply_to=str(parts.get("reply_to") or site.reply_to),
        headers=headers,
    )


def _framed(rendered: Rendered, delivery: Delivery, parts: Mapping[str, Any], links: Mapping[str, Any]) -> Rendered:
    language = str(parts.get("language") or "")
    if "confirm_url" in links:
        return with_footer(rendered, language, links["confirm_url"], "confirm")
    return (
        with_footer(rendered, language, links["unsubscribe_url"]) if purpose_of(delivery) == "marketing" else rendered
    )


def with_footer(rendered: Rendered, language: str, link: str, to: str = "unsubscribe") -> Rendered:
    """Add the link that a message cannot do without, where it was forgotten."""
    markup, text = rendered.html, rendered.text
    words = _footer_words(language)[to]
    if markup and html.escape(link) not in markup and link not in markup:
        footer = (
            f'<p style="font-size:12px;text-align:center"><a href="{html.escape(link)}">{html.escape(words)}</a></p>'
        )
        at = markup.lower().rfind("</body>")
        markup = f"{markup}{footer}" if at < 0 else f"{markup[:at]}{footer}{markup[at:]}"
    if link not in text:
        text = f"{text}\n\n{words}: {link}\n"
    return Rendered(rendered.subject, markup, text)


@cache
def _footer_words(language: str) -> dict[str, str]:
    with translation.override(language.partition("_")[0] or settings.LANGUAGE_CODE):
        return {"unsubscribe": _("Unsubscribe"), "confirm": _("Yes, I confirm")}
