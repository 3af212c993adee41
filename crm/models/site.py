"""The shop that Declic serves and the settings that hold for all of it."""

from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from crm.errors import Invalid
from crm.values import Reader, parse_country, parse_currency, parse_language, parse_time_zone

_READERS: dict[str, Reader] = {
    "country": parse_country,
    "currency": parse_currency,
    "language": parse_language,
    "time_zone": parse_time_zone,
}


class Site(models.Model):
    """The one row of settings of the shop: name, addresses, defaults and legal bases (spec section 1 and 6)."""

    name = models.CharField(_("name"), max_length=120, default="My shop")
    url = models.JSONField(_("address"), default=dict, blank=True, help_text=_("One address for each language."))
    cart_url = models.JSONField(_("cart address"), default=dict, blank=True, help_text=_("One for each language."))
    sender_name = models.CharField(_("sender's name"), max_length=120, blank=True, default="")
    sender_email = models.EmailField(_("sender's e-mail"), default="shop@example.com")
    reply_to = models.EmailField(_("reply to"), blank=True, default="")
    language = models.CharField(_("default language"), max_length=8, default="fr")
    time_zone = models.CharField(_("time zone"), max_length=64, default="Europe/Paris")
    country = models.CharField(_("default country"), max_length=2, default="FR")
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    order_legal_bases = models.ManyToManyField(
        "crm.ConsentDefinition", verbose_name=_("legal bases given by an order"), related_name="+", blank=True
    )
    account_legal_bases = models.ManyToManyField(
        "crm.ConsentDefinition", verbose_name=_("legal bases given by an account"), related_name="+", blank=True
    )
    uncounted_statuses = models.JSONField(
        _("order statuses that do not count"),
        default=list,
        blank=True,
        help_text=_("Empty: failed, cancelled and refunded orders are left out of counts and sums."),
    )
    tracks_messages = models.BooleanField(
        _("follow opens and clicks"),
        default=True,
        help_text=_("E-mails then carry links of ours that lead on, and a picture that nobody sees."),
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("shop")
        verbose_name_plural = _("shop")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="site_is_one_row")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse a country, currency, language or zone that is none: all that is written and timed rests on them."""
        errors: dict[str, str] = {}
        for name, read in _READERS.items():
            try:
                setattr(self, name, read(getattr(self, name), field=name))
            except Invalid as error:
                errors[name] = error.message
        if errors:
            raise ValidationError(errors)

    def save(self, *args: Any, **options: Any) -> None:
        """Keep to the one row."""
        self.pk = 1
        super().save(*args, **options)

    @classmethod
    def current(cls) -> Self:
        """Return the site, made with its defaults the first time."""
        return cls.objects.get_or_create(pk=1)[0]

    def address(self, language: str, *, cart: bool = False) -> str:
        """Return the shop's (or its cart's) URL in a language (fr serves fr_FR), else the default one, else empty."""
        urls: dict[str, str] = self.cart_url if cart else self.url
        return urls.get(language) or urls.get(language.partition("_")[0]) or urls.get(self.language) or ""
