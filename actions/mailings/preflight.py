"""What stands in the way of a mailing, and what is risky about it, before it is sent."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from actions.base import Problem
from actions.mailings.counting import count_audience
from actions.mailings.message import message_of
from actions.models import AudienceCount
from actions.rendering.known import problems_of_texts, usual_paths
from crm.errors import Invalid
from crm.models import Newsletter, Site
from crm.models.mailing import Mailing
from crm.words import language_name


def own_problems(mailing: Mailing) -> Iterator[Problem]:
    """Say what is wrong with the message and its ground: template, languages, length, consents, merge tags."""
    message = message_of(mailing)
    yield from message.problems()
    if not mailing.consents:
        is_service = mailing.purpose == "service"
        asked = _("Choose at least one legal basis.") if is_service else _("Choose at least one consent.")
        yield Problem(asked, code="no_consent")
    if message.content["languages"]:
        for text in problems_of_texts(message.texts(), usual_paths()):
            yield Problem(text, blocks=False, code="text")


def newsletter_problems(newsletter: Newsletter) -> tuple[list[Problem], AudienceCount | None]:
    """Return all problems of a newsletter, what blocks first, and what is known of its recipients by now."""
    problems, count = list(own_problems(newsletter)), None
    try:
        count = count_audience(newsletter)
    except Invalid as error:
        problems.append(Problem(error.message, code="segment"))
    else:
        problems += audience_problems(newsletter, count)
    return sorted(problems, key=lambda problem: not problem.blocks), count


def audience_problems(newsletter: Newsletter, count: AudienceCount) -> Iterator[Problem]:
    """Say when nobody would get it, and who would get it in another language than their own, once that is known."""
    if newsletter.segment is not None and newsletter.segment.is_archived:
        yield Problem(_("The segment is archived."), blocks=False, code="segment_archived")
    if count.error:
        yield Problem(_("Who would get it cannot be counted: %s") % count.error, code="segment")
    if count.number == 0:
        yield Problem(_("Nobody would get it: look at the segment and at the consents."), code="nobody")
    written = message_of(newsletter).content["languages"]
    if not written:
        return
    default = Site.current().language
    for language, number in sorted((count.by_language or {}).items()):
        short = language.partition("_")[0]
        if language and not {language, short} & {*written, default}:
            said = ngettext(
                "There is no text in %(language)s: %(number)d recipient gets the one of the default language.",
                "There is no text in %(language)s: %(number)d recipients get the one of the default language.",
                number,
            )
            named = {"language": language_name(short), "number": number}
            yield Problem(said % named, blocks=False, code="language")
