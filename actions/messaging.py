"""What leaves by providers: each effect plans its deliveries in bulk, unless the integration is switched off."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from actions.base import Effect, Outcome, Skipped
from actions.integrations import active, is_set_up
from actions.integrations.kinds import Brevo, WhatsApp
from actions.integrations.sms import is_sms_switched_off, sms_provider
from actions.models.delivery import Channel
from actions.planning import Contents, Plan, plan_many
from actions.reach import ByMobile, Reach, by_email
from actions.reasons import INTEGRATION_OFF


@dataclass(frozen=True, slots=True)
class Message(Effect):
    """A message to the profile, with the rules under which it may leave."""

    contents: Contents
    rules: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class SendSms(Message):
    """An SMS to the profile's mobile."""

    @classmethod
    def apply_many(cls, effects: "list[SendSms]") -> list[Outcome]:
        """Plan all, to the countries of the provider."""
        provider = sms_provider()
        if provider is None and is_sms_switched_off():
            return [Skipped(INTEGRATION_OFF) for _each in effects]
        countries = provider.settings.get("countries", ()) if provider else ()
        return _planned(effects, Channel.SMS, ByMobile(frozenset(countries)))


@dataclass(frozen=True, slots=True)
class SendWhatsApp(Message):
    """A WhatsApp template to the profile's mobile."""

    @classmethod
    def apply_many(cls, effects: "list[SendWhatsApp]") -> list[Outcome]:
        """Plan all."""
        if active(WhatsApp) is None and is_set_up(WhatsApp):
            return [Skipped(INTEGRATION_OFF) for _each in effects]
        return _planned(effects, Channel.WHATSAPP, ByMobile())


@dataclass(frozen=True, slots=True)
class CallBrevo(Message):
    """Something done in Brevo with the profile's e-mail."""

    @classmethod
    def apply_many(cls, effects: "list[CallBrevo]") -> list[Outcome]:
        """Plan all."""
        if active(Brevo) is None:
            return [Skipped(INTEGRATION_OFF) for _each in effects]
        return _planned(effects, Channel.BREVO, by_email)


def _planned(effects: Sequence[Message], channel: Channel, reach: Reach) -> list[Outcome]:
    return plan_many([Plan(each.step, channel, each.contents, each.rules, reach=reach) for each in effects])
