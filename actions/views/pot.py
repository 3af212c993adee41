"""The pot of a profile: its balance, its history, and the rewards that points may be turned into."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from actions.links import POT
from crm import clock
from crm.cause import Cause, Origin
from crm.errors import Invalid, Refused
from crm.hosted.frame import Frame
from crm.hosted.serving import customers_page, no_page
from crm.models import Coupon, Movement, Pot, Profile, Reward, Tier
from crm.services.rewards import redeem_reward
from crm.words import points

#: as much of the history stands on the page
SHOWN = 50
#: why points moved, as a customer reads it; what staff and code note as the reason is not for customers
SOURCES = {
    Movement.Source.REFERRAL: _("Referral"),
    Movement.Source.ORDER_POINTS: _("Points for your order"),
    Movement.Source.REWARD: _("Reward taken"),
    Movement.Source.BACK_OFFICE: _("From our team"),
    Movement.Source.API: _("From the shop"),
    Movement.Source.WORKFLOW: _("From the shop"),
}


@customers_page
@require_http_methods(["GET", "HEAD", "POST"])
def pot_page(request: HttpRequest, token: str) -> HttpResponse:
    """Show the pot, or (`?reward=`) ask whether to take a reward; a POST takes it, once for each look at the page."""
    profile = POT.profile(token)
    if profile is None:
        return no_page(request)
    frame, refusal = Frame.of(profile), ""
    with frame.spoken():
        if request.method == "POST":
            try:
                coupon = _redeem(profile, request)
            except (Invalid, Refused) as error:
                refusal = error.message
            else:
                return HttpResponseRedirect(f"{POT.path(profile.uid)}?given={coupon.pk}")
        context = {**_shown(profile, frame.site.currency), "back": POT.path(profile.uid), "refusal": refusal}
        wanted = _number(request.GET.get("reward"))
        offer = next((each for each in context["rewards"] if each["reward"].pk == wanted and not each["missing"]), None)
        if offer is not None and not refusal:
            return frame.page(request, "actions/redeem.html", {**context, "offer": offer})
        context["given"] = _given(profile, request)
        return frame.page(request, "actions/pot.html", context, status=409 if refusal else 200)


def _redeem(profile: Profile, request: HttpRequest) -> Coupon:
    reward = Reward.objects.filter(pk=_number(request.POST.get("reward"))).first()
    if reward is None:
        raise Refused(str(_("This reward is not offered any more.")))
    return redeem_reward(profile, reward=reward, cause=Cause(Origin.MODULE), after=_number(request.POST.get("after")))


def _shown(profile: Profile, currency: str) -> dict[str, Any]:
    pot = Pot.objects.filter(profile=profile).first() or Pot(profile=profile)
    rewards = Reward.objects.filter(is_active=True).select_related("pool").order_by("points", "pk")
    coupons = Coupon.objects.filter(profile=profile, taken_back_at=None).select_related("pool").order_by("-given_at")
    movements = Movement.objects.filter(profile=profile).select_related("order").order_by("-id")[:SHOWN]
    offers, now = [_offer(row, currency, pot.balance) for row in rewards], clock.now()
    return {
        "pot": pot,
        "balance": _grouped(pot.balance),
        "tier": Tier.objects.filter(threshold__lte=pot.earned).order_by("-threshold").first(),
        "rewards": offers,
        "next": next((offer for offer in offers if offer["missing"]), None),
        "movements": [_line(row) for row in movements],
        "has_more": pot.movements_count > SHOWN,
        "coupons": [(row, row.pool.worth(currency), _is_over(row, now)) for row in coupons[:SHOWN]],
    }


def _line(movement: Movement) -> dict[str, Any]:
    """Return a line of the history: why, with the order that it was for, when, how many, and what there was then."""
    return {
        "why": SOURCES[Movement.Source(movement.source)],
        "order": movement.order.reference if movement.order else "",
        "at": movement.occurred_at,
        "points": points(movement.points),
        "balance": _grouped(movement.balance_after),
    }


def _offer(reward: Reward, currency: str, balance: int) -> dict[str, Any]:
    missing = max(reward.points - balance, 0)
    return {
        "reward": reward,
        "worth": reward.pool.worth(currency),
        "price": _grouped(reward.points),
        "missing": missing,
        "more": _grouped(missing),
        "left": _grouped(balance - reward.points),
    }


def _grouped(number: int) -> str:
    return number_format(number, force_grouping=True)


def _is_over(coupon: Coupon, now: Any) -> bool:
    return coupon.valid_until is not None and coupon.valid_until <= now


def _given(profile: Profile, request: HttpRequest) -> Coupon | None:
    """Return the coupon that was just given, to be shown on top."""
    return Coupon.objects.filter(profile=profile, pk=_number(request.GET.get("given"))).first()


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 19 else 0
