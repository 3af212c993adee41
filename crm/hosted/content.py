"""What a module's page says and asks for: `Module.settings["page"]`, written in the back-office."""

from dataclasses import dataclass
from typing import Any, Self

from crm import clock
from crm.models import Module

#: the fields of a profile that a page may ask for, besides the e-mail
ASKED = ("first_name", "last_name", "gender", "birthday", "mobile", "address", "postcode", "city", "company")
#: kinds of modules that have a page
HOSTED = frozenset({Module.Kind.FORM, Module.Kind.REFERRAL})


@dataclass(frozen=True, slots=True)
class PageContent:
    """The texts of a page, the fields and questions it asks, and the consents that it offers, by technical name."""

    title: str = ""
    intro: str = ""
    thanks: str = ""
    asks: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    consents: tuple[str, ...] = ()

    @classmethod
    def of(cls, module: Module) -> Self:
        """Read what is stored; what is not there has its default."""
        row: dict[str, Any] = module.settings.get("page") or {}
        return cls(
            title=str(row.get("title") or module.name),
            intro=str(row.get("intro") or ""),
            thanks=str(row.get("thanks") or ""),
            asks=tuple(name for name in row.get("asks", cls.usual()) if name in ASKED),
            questions=tuple(row.get("questions") or ()),
            consents=tuple(row.get("consents") or ()),
        )

    @staticmethod
    def usual() -> tuple[str, ...]:
        """Return what a page asks for that nobody has set up."""
        return ("first_name",)


def state_of(module: Module) -> str:
    """Tell whether a module is to come ("soon"), takes people in ("open") or has ended ("over")."""
    now = clock.now()
    if module.starts_at is not None and module.starts_at > now:
        return "soon"
    return "over" if module.ends_at is not None and module.ends_at <= now else "open"
