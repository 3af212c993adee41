"""What actions send out of the house: each effect plans its deliveries in bulk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from actions.base import Effect, Failed, Outcome, Skipped
from actions.models import Integration
from actions.models.delivery import Channel
from actions.planning import Contents, Plan, plan_many
from actions.reasons import INTEGRATION_OFF, reason_label
from crm.models import User


@dataclass(frozen=True, slots=True)
class SendEmail(Effect):
    """An e-mail to the profile, to another profile (`other_id`), or (`to`) to fixed addresses."""

    contents: Contents
    rules: Mapping[str, object]
    to: tuple[str, ...] | None = None
    other_id: int | None = None

    @classmethod
    def apply_many(cls, effects: "list[SendEmail]") -> list[Outcome]:
        """Plan all."""
        return plan_many(
            [
                Plan(each.step, Channel.EMAIL, each.contents, each.rules, each.to, other_id=each.other_id)
                for each in effects
            ]
        )


@dataclass(frozen=True, slots=True)
class NotifyTeam(Effect):
    """An e-mail to users of the back-office, by their names, and to addresses."""

    contents: Contents
    users: tuple[str, ...]
    addresses: tuple[str, ...]

    @classmethod
    def apply_many(cls, effects: "list[NotifyTeam]") -> list[Outcome]:
        """Look all users up once and plan all."""
        names = {name for each in effects for name in each.users}
        users = User.objects.filter(username__in=names, is_active=True).exclude(email="")
        emails = dict(users.values_list("username", "email"))
        rules = {"purpose": "team", "consents": []}
        return plan_many(
            [Plan(each.step, Channel.EMAIL, each.contents, rules, each.recipients(emails)) for each in effects]
        )

    def recipients(self, emails: Mapping[str, str]) -> Sequence[str]:
        """Return the addresses, without those of users who are gone."""
        return [*(emails[name] for name in self.users if name in emails), *self.addresses]


@dataclass(frozen=True, slots=True)
class CallTarget(Effect):
    """A call of a webhook target, by its uid."""

    contents: Contents
    target: str

    @classmethod
    def apply_many(cls, effects: "list[CallTarget]") -> list[Outcome]:
        """Look all targets up once and plan a call of each that is switched on."""
        active = Integration.objects.filter(uid__in={each.target for each in effects}, is_active=True)
        urls = {str(row.uid): str(row.settings.get("url", "")) for row in active}
        on = [each for each in effects if urls.get(each.target)]
        planned = iter(
            plan_many(
                [
                    Plan(
                        each.step,
                        Channel.WEBHOOK,
                        each.contents,
                        {"purpose": "none", "consents": [], "target": each.target},
                        (urls[each.target],),
                    )
                    for each in on
                ]
            )
        )
        return [next(planned) if urls.get(each.target) else Skipped(INTEGRATION_OFF) for each in effects]


class AnnounceTo(CallTarget):
    """A call on which what follows depends: a target that is switched off is a failure, not a step left out."""

    @classmethod
    def apply_many(cls, effects: "list[CallTarget]") -> list[Outcome]:
        """Plan all calls; those that cannot be made fail."""
        outcomes = CallTarget.apply_many(effects)
        return [Failed(reason_label(each.reason)) if isinstance(each, Skipped) else each for each in outcomes]
