"""Kinds of integration: what can be connected, what its form asks, how it is tested and what it unlocks."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.utils.functional import Promise

from actions.integrations.store import save_integration, secrets_of
from crm.registry import Registry

if TYPE_CHECKING:
    from actions.integrations.forms import IntegrationForm
    from actions.models import Integration


@dataclass(frozen=True, slots=True)
class Tested:
    """How a test of the connection ended; `said` is a sentence for whoever set it up."""

    is_fine: bool
    said: str


class IntegrationKind(ABC):
    """A kind of integration; an instance is one that is set up."""

    kind: ClassVar[str]
    label: ClassVar[str | Promise]
    #: what it is good for, in a sentence
    text: ClassVar[str | Promise]
    icon: ClassVar[str] = "hub"
    form_class: ClassVar["type[IntegrationForm]"]
    #: kinds of action that are offered while it is on
    unlocks: ClassVar[frozenset[str]] = frozenset()
    #: whether there may be several of it
    is_many: ClassVar[bool] = False
    #: names under which the other side calls us, with what to say of the address
    callbacks: ClassVar[Mapping[str, str | Promise]] = {}

    def __init__(self, row: "Integration") -> None:
        self.row = row

    @property
    def settings(self) -> Mapping[str, Any]:
        """What is no secret."""
        found: dict[str, Any] = self.row.settings
        return found

    @cached_property
    def secrets(self) -> dict[str, str]:
        """The secrets in clear; raises Undecipherable."""
        return secrets_of(self.row)

    @classmethod
    def save(cls, row: "Integration", form: "IntegrationForm") -> str:
        """Write what a valid form holds; returns a secret that was made and is shown once, or empty."""
        name, is_active = form.cleaned_data["name"], form.cleaned_data["is_active"]
        save_integration(row, name=name, settings=form.settings(), secrets=form.secrets(), is_active=is_active)
        return ""

    @abstractmethod
    def test_connection(self) -> Tested:
        """Ask the other side, at once, whether it knows us; changes nothing there. Not inside a transaction."""

    def receive(self, request: HttpRequest, what: str) -> HttpResponse:
        """Answer a call of the other side (`what` is one of `callbacks`); refuse what is not signed as it should be."""
        return HttpResponseNotFound()


#: Any app may register.
integration_kinds: Registry[IntegrationKind] = Registry("integration kind")
