"""The figures of a workflow's branches: who went which way, what they did afterwards, how far that can be trusted."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm import clock
from workflows.admin.pages import WorkflowPage
from workflows.figures import BlockFigures, ExitFigures, figures_of
from workflows.preview.recap import StepWords, describe_step
from workflows.proportions import ENOUGH, Comparison, Share

PERIODS = {
    "30": gettext_lazy("30 days"),
    "90": gettext_lazy("90 days"),
    "365": gettext_lazy("365 days"),
}


@dataclass(frozen=True, slots=True)
class ShareWords:
    """A share as it is shown: the rate, its interval as a bar from 0 to 100, or that it is too early."""

    share: Share
    rate: str
    between: str
    low: float
    width: float
    point: float


@dataclass(frozen=True, slots=True)
class ExitWords:
    """An exit as it is shown."""

    figures: ExitFigures
    part: str
    shares: list[ShareWords]


@dataclass(frozen=True, slots=True)
class BlockWords:
    """A block as it is shown."""

    figures: BlockFigures
    said: StepWords
    exits: list[ExitWords]
    #: what each comparison shows, and whether it shows a difference
    findings: list[tuple[str, bool]]


class FiguresPage(WorkflowPage):
    """All blocks with exits, over a period."""

    template_name = "workflows/figures.html"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Show them."""
        days = request.GET.get("days", "")
        days = days if days in PERIODS else "90"
        blocks = figures_of(self.workflow, since=clock.now() - timedelta(days=int(days)))
        return self.page(
            title=_("Figures of the branches"),
            subtitle=self.workflow.name,
            blocks=[say_block(block) for block in blocks],
            periods=PERIODS.items(),
            days=days,
            enough=ENOUGH,
        )


def say_block(block: BlockFigures) -> BlockWords:
    """Say a block and its figures."""
    names = [each.name for each in block.exits]
    findings = []
    for deed, comparisons in block.comparisons.items():
        for name, each in zip(names[1:], comparisons, strict=True):
            findings.append((say_comparison(DEEDS[deed], names[0], name, each), each.is_shown()))
    exits = [
        ExitWords(
            each, percent(each.runs / block.runs) if block.runs else "", [say_share(s) for s in each.shares.values()]
        )
        for each in block.exits
    ]
    return BlockWords(block, describe_step(block.row), exits, findings)


def say_share(share: Share) -> ShareWords:
    """Say a share with its interval."""
    low, high = share.interval()
    between = _("%(low)s to %(high)s") % {"low": percent(low), "high": percent(high)}
    return ShareWords(
        share,
        percent(share.rate),
        between,
        round(100 * low, 2),
        round(100 * (high - low), 2),
        round(100 * share.rate, 2),
    )


#: what customers did, as a comparison says it
DEEDS = {"ordered": gettext_lazy("Later ordered"), "paid": gettext_lazy("Later paid")}


def say_comparison(deed: Any, first: str, second: str, each: Comparison) -> str:
    """Say what two shares show, and what they do not."""
    low, high = each.interval()
    said = {
        "deed": deed,
        "first": first,
        "second": second,
        "difference": points(each.difference),
        "low": points(low),
        "high": points(high),
        "chance": number_format(round(max(each.chance(), 0.0001), 4), 4),
    }
    if each.is_early:
        return _("%(deed)s, “%(second)s” beside “%(first)s”: too early to tell.") % said
    if not each.is_shown():
        text = _(
            "%(deed)s, “%(second)s” beside “%(first)s”: no difference is shown. It is %(difference)s points here; "
            "anything from %(low)s to %(high)s fits these figures. That is no proof that they are the same."
        )
        return text % said
    text = _(
        "%(deed)s, “%(second)s” beside “%(first)s”: %(difference)s points, and from %(low)s to %(high)s fits these "
        "figures. If there were no difference, chance alone would bring one this large with probability %(chance)s."
    )
    return text % said


def percent(rate: float) -> str:
    """Say a rate."""
    return f"{number_format(round(100 * rate, 1), 1)} %"


def points(difference: float) -> str:
    """Say a difference of rates in percentage points, with its sign."""
    return f"{'+' if difference >= 0 else '−'}{number_format(round(abs(100 * difference), 1), 1)}"
