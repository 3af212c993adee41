"""A7: give a coupon."""

from collections.abc import Generator, Iterable, Iterator

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from actions.base import Action, Effect, Outcome, Problem, StepContext, action_types
from actions.granting import GiveCoupon
from actions.leaving import AnnounceTo
from actions.models import Integration
from actions.planning import Contents
from crm.forms import ConfigForm, ReferenceField
from crm.models import CouponPool, Site
from triggers.base import Variable

#: what the shop is told of a code before a customer is
ANNOUNCED = {"default": "", "languages": {"": {"type": "coupon.given", "include": ["data", "profile"]}}}


class GiveCouponForm(ConfigForm):
    """Out of which pool, and who learns of the code first."""

    pool = ReferenceField(CouponPool.objects.filter(is_archived=False), label=_("Coupon pool"))
    announce = ReferenceField(
        Integration.objects.filter(kind="webhook", is_active=True),
        label=_("Tell the shop first"),
        required=False,
        help_text=_("The webhook target is told the code before the next step; where it refuses, the action fails."),
    )


@action_types.register
class GiveCouponAction(Action):
    """Give the next code of a pool, or a new one; texts of later steps have it as `data.coupon.code`."""

    kind = "give_coupon"
    label = _("Give a coupon")
    form_class = GiveCouponForm

    def plan(self, step: StepContext) -> Generator[Effect, Outcome, None]:
        """Give the code, then wait until the shop knows it, if somebody is to be told."""
        yield GiveCoupon(step, str(self.config["pool"]))
        if self.config.get("announce"):
            yield AnnounceTo(step, Contents.of(ANNOUNCED), str(self.config["announce"]))

    def describe(self) -> str:
        """Say which pool."""
        pool = self._pool()
        if pool is None:
            return _now("Give a coupon of a pool that is gone")
        names = {"name": pool.name, "worth": pool.worth(Site.current().currency)}
        if self.config.get("announce"):
            names["target"] = str(self._target() or _now("target that is gone"))
            return _now("Tell “%(target)s” a coupon of “%(name)s” (%(worth)s), then give it") % names
        return _now("Give a coupon of “%(name)s” (%(worth)s)") % names

    def gives(self) -> Iterable[Variable]:
        """List what texts may say of the coupon."""
        yield Variable("coupon.code", _("Coupon: code"))
        yield Variable("coupon.value", _("Coupon: amount or per cent"))
        yield Variable("coupon.minimum", _("Coupon: minimum order"))
        yield Variable("coupon.valid_until", _("Coupon: valid until"))
        yield Variable("coupon.name", _("Coupon: name of the pool"))
        yield Variable("coupon.discount", _("Coupon: kind of discount"))

    def problems(self) -> Iterator[Problem]:
        """Say what keeps a code from being given, or from being accepted by the shop."""
        pool = self._pool()
        if pool is None or pool.is_archived:
            yield Problem(_now("The coupon pool is archived or gone: choose another."), code="pool_gone")
        elif pool.is_generated and not self.config.get("announce"):
            message = _now("Your shop does not learn of generated codes: choose who is told first.")
            yield Problem(message, blocks=False, code="not_announced")
        elif low := CouponPool.objects.running_low().filter(pk=pool.pk).first():
            yield Problem(_left(pool.name, low.free), blocks=False, code="pool_low")  # type: ignore[attr-defined]
        if self.config.get("announce") and self._target() is None:
            yield Problem(_now("The webhook target is switched off or deleted."), code="integration_off")

    def _pool(self) -> CouponPool | None:
        return CouponPool.objects.filter(uid=self.config["pool"]).first()

    def _target(self) -> Integration | None:
        return Integration.objects.filter(uid=self.config["announce"], is_active=True).first()


def _left(name: str, number: int) -> str:
    if not number:
        return _now("The coupon pool “%(name)s” is empty: the action fails until codes are added.") % {"name": name}
    words = ngettext(
        "The coupon pool “%(name)s” has %(n)d code left.", "The coupon pool “%(name)s” has %(n)d codes left.", number
    )
    return words % {"name": name, "n": number}
