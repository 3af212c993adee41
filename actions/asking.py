"""The effect that asks profiles to confirm a consent: it waits from now on, and a mail leaves."""

from dataclasses import dataclass

from actions.base import Effect, Outcome, Skipped
from actions.planning import Contents
from actions.questions import Question, ask_many
from actions.reasons import ACCEPTED, NO_ADDRESS, REFUSED
from crm.models import ConsentDefinition, ConsentStatus, Profile
from crm.services.consent_moves import ConsentMove, move_consents_many

#: where a consent stands about which one may be asked; who refused is left alone
ASKABLE = frozenset({ConsentStatus.UNKNOWN.value, ConsentStatus.TO_CONFIRM.value})
_WHY = {ConsentStatus.ACCEPTED.value: ACCEPTED, ConsentStatus.REFUSED.value: REFUSED}


@dataclass(frozen=True, slots=True)
class AskConsent(Effect):
    """The question whether to confirm a consent, by its technical name."""

    name: str
    contents: Contents

    @classmethod
    def apply_many(cls, effects: "list[AskConsent]") -> list[Outcome]:
        """Let the consents of those who have an address wait, and plan the mails, each with one call."""
        ids = dict(ConsentDefinition.objects.filter(name__in={each.name for each in effects}).values_list("name", "pk"))
        people = Profile.objects.filter(pk__any_of=[each.step.profile_id for each in effects])
        reachable = set(people.exclude(email="").values_list("pk", flat=True))
        outcomes: list[Outcome] = [Skipped(NO_ADDRESS)] * len(effects)
        asked = [at for at, each in enumerate(effects) if each.step.profile_id in reachable and each.name in ids]
        moves = [
            ConsentMove(each.step.profile_id, ids[each.name], ConsentStatus.TO_CONFIRM, ASKABLE, each.step.cause)
            for each in (effects[at] for at in asked)
        ]
        questions: dict[int, Question] = {}
        for at, (old, consent) in zip(asked, move_consents_many(moves), strict=True):
            if old in ASKABLE:
                each = effects[at]
                questions[at] = Question(each.step, each.name, consent.wording_version, each.contents)
            else:
                outcomes[at] = Skipped(_WHY[old])
        for at, outcome in zip(questions, ask_many(list(questions.values())), strict=True):
            outcomes[at] = outcome
        return outcomes
