"""What stands in the way of a mailing, and what is risky about it, before it is sent."""

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from actions.base import Problem
from actions.mailings.audience import audience_of, count_by_language, members, reachable
from actions.mailings.message import message_of
from actions.rendering.known import problems_of_texts, usual_paths
from crm.errors import Invalid
from crm.models import Newsletter, Profile, Site
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


def recipients_of(newsletter: Newsletter) -> dict[str, int]:
    """Count who would get it now, by language; raises Invalid for a segment that cannot be asked."""
    people = Profile.objects.filter(members(audience_of(newsletter.segment)))
    return count_by_language(reachable(people, newsletter.consents))


def newsletter_problems(newsletter: Newsletter) -> tuple[list[Problem], int]:
    """Return all problems of a newsletter, what blocks first, and the number of its recipients."""
    problems = list(own_problems(newsletter))
    by_language: dict[str, int] = {}
    try:
        by_language = recipients_of(newsletter)
    except Invalid as error:
        problems.append(Problem(error.message, code="segment"))
    else:
        problems += audience_problems(newsletter, by_language)
    return sorted(problems, key=lambda problem: not problem.blocks), sum(by_language.values())


def audience_problems(newsletter: Newsletter, by_language: Mapping[str, int]) -> Iterator[Problem]:
    """Say when nobody would get it, and who would get it in another language than their own."""
    if newsletter.segment is not None and newsletter.segment.is_archived:
        yield Problem(_("The segment is archived."), blocks=False, code="segment_archived")
    if not by_language:
        yield Problem(_("Nobody would get it: look at the segment and at the consents."), code="nobody")
    written = message_of(newsletter).content["languages"]
    if not written:
        return
    default = Site.current().language
    for language, number in sorted(by_language.items()):
        short = language.partition("_")[0]
        if language and not {language, short} & {*written, default}:
            said = ngettext(
                "There is no text in %(language)s: %(number)d recipient gets the one of the default language.",
                "There is no text in %(language)s: %(number)d recipients get the one of the default language.",
                number,
            )
            named = {"language": language_name(short), "number": number}
            yield Problem(said % named, blocks=False, code="language")
