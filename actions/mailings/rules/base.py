"""What a rule of a scenario is: on a day, whose turn it is, and for what occasion."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import ClassVar

from django.db.models import QuerySet
from django.utils.functional import Promise

from actions.mailings.days import Day
from crm.models import Profile
from crm.registry import Registry


class ScenarioRule(ABC):
    """When a scenario writes to whom; `kind` is a `Scenario.Rule`."""

    kind: ClassVar[str]
    #: whether it counts days, and the least number of them that makes sense
    counts_days: ClassVar[bool] = True
    least_days: ClassVar[int] = 1
    #: one sentence: who gets it, once for what
    help: ClassVar[str | Promise]

    @abstractmethod
    def find(self, day: Day, days: int) -> "Iterator[QuerySet[Profile]]":
        """Yield the profiles whose turn it is on a day, along an index."""

    @abstractmethod
    def occasion(self, day: Day, days: int) -> str:
        """Return what they are written for; a profile is written to once for each."""

    @abstractmethod
    def describe(self, days: int) -> str:
        """Say the rule in plain words, in the current language."""


#: Any app may register.
scenario_rules: Registry[ScenarioRule] = Registry("scenario rule")
