"""Messages as a chosen profile would get them, rendered as in production, with invented data where nothing happened."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from actions.base import Action
from actions.referral_links import NAME, programmes
from actions.rendering.namespaces import profile_namespace, site_namespace
from actions.rendering.offered import profile_tags
from actions.rendering.renderer import renderer
from actions.rendering.shown import Shown
from actions.rendering.texts import Job, Rendered, RenderFailed, Texts
from crm import clock
from crm.conditions.facts import facts_of, plain_profile
from crm.models import Profile, Site
from triggers.models import Event
from workflows.drafts import all_steps
from workflows.preview.recap import action_of, trigger_of

Row = Mapping[str, Any]
#: where the link to unsubscribe leads in a preview
_NOWHERE = "#unsubscribe"


def render_messages(actions: Sequence[Action], document: Row, profile: Profile | None) -> list[Shown | None]:
    """Render what each action sends, for a profile (None: nobody in particular); None where it sends no message."""
    site = Site.current()
    language = (profile.language if profile else "") or site.language
    zone = (profile.time_zone if profile else "") or site.time_zone
    parts = [action.message(language) for action in actions]
    if not any(each is not None for each in parts):
        return [None for _each in parts]
    context = _context(document, profile, site, language)
    jobs = [
        Job(Texts.of(each), context, str(each.get("language") or language), zone) for each in parts if each is not None
    ]
    answers = iter(renderer().render_many(jobs))
    return [
        None if each is None else _shown(next(answers), action, str(each.get("language") or language))
        for action, each in zip(actions, parts, strict=True)
    ]


def profile_to_show(chosen: str) -> Profile | None:
    """Return the profile chosen by id, else one for whom something happened, else the newest."""
    if chosen.isdecimal() and len(chosen) < 19:
        found = Profile.objects.filter(pk=chosen, erased_at__isnull=True).first()
        if found is not None:
            return found
    last = Event.objects.order_by("-id").values_list("profile_id", flat=True).first()
    alive = Profile.objects.filter(erased_at__isnull=True)
    return (alive.filter(pk=last).first() if last else None) or alive.order_by("-id").first()


def sample_data(document: Row, profile: Profile | None) -> dict[str, Any]:
    """Return `data` as the last event of the profile that a trigger reads had it, gaps filled with the tags' labels."""
    data: dict[str, Any] = {}
    for row in all_steps(dict(document)):
        action = action_of(row) if row["type"] == "action" else None
        for variable in action.gives() if action else ():
            _set(data, variable.path, f"[{variable.label}]")
    for row in document.get("triggers", []):
        trigger = trigger_of(row)
        if trigger is None:
            continue
        for variable in trigger.variables():
            _set(data, variable.path.removeprefix("data."), f"[{variable.label}]")
        event = _last_event(trigger.reads, profile)
        if event is not None:
            return _merged(data, event.snapshot)
    return data


def _context(document: Row, profile: Profile | None, site: Site, language: str) -> dict[str, Any]:
    plain = plain_profile(facts_of([profile.pk], clock.now())[profile.pk]) if profile else _sample_profile()
    return {
        "profile": profile_namespace(plain),
        "data": sample_data(document, profile),
        "site": site_namespace(site, language),
        "unsubscribe_url": _NOWHERE,
        "preferences_url": "#preferences",
        "pot_url": "#pot",
        "confirm_url": "#confirm",
        NAME: {module.slug: "#referral" for module in programmes()},
    }


def _sample_profile() -> dict[str, Any]:
    """Return nobody in particular: each tag shows its label."""
    plain: dict[str, Any] = {}
    for tag in profile_tags():
        _set(plain, tag.path.removeprefix("profile."), f"[{tag.label}]")
    return plain


def _shown(answer: Rendered | RenderFailed, action: Action, language: str) -> Shown:
    if isinstance(answer, RenderFailed):
        return Shown(error=answer.message)
    answer = action.finished(answer, language=language, link=_NOWHERE)
    return Shown(answer.subject or _("(no subject)"), answer.html, answer.text)


def _last_event(kinds: frozenset[str], profile: Profile | None) -> Event | None:
    if profile is None:
        return None
    return Event.objects.filter(profile=profile, kind__in=kinds).order_by("-id").first()


def _set(data: dict[str, Any], path: str, value: Any) -> None:
    """Put a value at a dotted path; `[]` makes a list of one."""
    *parents, last = path.split(".")
    for part in parents:
        name, _bracket, is_list = part.partition("[")
        inner = data.setdefault(name, [{}] if is_list else {})
        data = inner[0] if isinstance(inner, list) and inner else inner
        if not isinstance(data, dict):
            return
    if last != "*":
        data.setdefault(last.partition("[")[0], value)


def _merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for name, value in above.items():
        old = merged.get(name)
        merged[name] = _merged(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return merged
