"""A newsletter in a house, in its environment: reads "make PEOPLE", "pause ID", "resume ID" and answers each."""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from actions.mailings import newsletters  # noqa: E402
from benchmarks.speed.fill import profiles  # noqa: E402
from crm.models import Newsletter, Profile, Template, TemplateText  # noqa: E402

#: slow enough to be paused thrice on its way
PER_MINUTE = 6000


def make(people: int) -> int:
    """Send a newsletter to everybody who accepts, so many more people among them; return its id."""
    if Profile.objects.count() < people:
        profiles(people)
    template = Template.objects.create(name="News")
    TemplateText.objects.create(template=template, language="en", subject="News", html="<p>{{ profile.email }}</p>")
    newsletter = Newsletter.objects.create(
        name="News", template=template, consents=["NewsEmail"], per_minute=PER_MINUTE
    )
    newsletters.schedule_newsletter(newsletter)
    return newsletter.pk


def pause(pk: int) -> None:
    """Pause it."""
    newsletters.pause_newsletter(Newsletter.objects.get(pk=pk))


def resume(pk: int) -> None:
    """Resume it."""
    newsletters.resume_newsletter(Newsletter.objects.get(pk=pk))


if __name__ == "__main__":
    for line in sys.stdin:
        verb, number = line.split()
        print({"make": make, "pause": pause, "resume": resume}[verb](int(number)), flush=True)
