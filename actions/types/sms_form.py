"""The form of A2, which counts what is written, and how an SMS ends."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from actions.channels.sms_text import Size, size_of, with_stop, without_tags
from actions.integrations.sms import sms_provider
from actions.types.grounds import GroundsForm
from crm.forms import TextField
from crm.models import Site

#: no provider sends more
MOST_PARTS = 10
SIZE = _("%(units)s of %(room)s characters, %(parts)s SMS (%(alphabet)s).")


class SendSmsForm(GroundsForm):
    """What it says; it is counted as one writes."""

    channel = "sms"

    text = TextField(label=_("Text"), max_length=1530, widget=forms.Textarea({"rows": 5}))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        stop = stop_text() if self.chosen("purpose") != "service" else ""
        words = {name: f"%{name}" for name in ("units", "room", "parts", "alphabet")}
        note = _now("What merge tags print is not counted.")
        field = self.fields["text"]
        field.widget.attrs.update({"data-sms": f"{str(SIZE) % words} {note}", "data-sms-stop": stop})
        field.help_text = f"{say_size(size_of(self.counted(self.chosen('text'))))} {note}"

    def counted(self, text: str) -> str:
        """Return what is counted of a text: with how to stop, without merge tags."""
        plain = without_tags(text).strip()
        return plain if self.chosen("purpose") == "service" else with_stop(plain, stop_text(), "")

    def clean_text(self) -> str:
        """Refuse what no provider sends."""
        text = str(self.cleaned_data["text"])
        if size_of(self.counted(text)).parts > MOST_PARTS:
            raise forms.ValidationError(_now("This is longer than 10 SMS: shorten it."), code="too_long")
        return text


def stop_text() -> str:
    """Return how to stop, as the provider's settings or the language of the shop have it."""
    provider = sms_provider()
    stop = str(provider.settings.get("stop_text", "")) if provider else ""
    return with_stop("", stop, Site.current().language).strip()


def say_size(size: Size) -> str:
    """Say how long a text is."""
    return str(SIZE) % {"units": size.units, "room": size.room, "parts": size.parts, "alphabet": size.alphabet}
