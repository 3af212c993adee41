"""Which page an address of a module leads to."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from crm.hosted.serving import customers_page, no_page
from crm.hosted.sponsoring import SponsorPage
from crm.hosted.taking_part import TakePartPage
from crm.models import Module

#: the page of each kind of module that has one
PAGES = {Module.Kind.FORM.value: TakePartPage.as_view(), Module.Kind.REFERRAL.value: SponsorPage.as_view()}


@customers_page
def module_page(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Serve the page of a module, as its kind wants it."""
    kind = Module.objects.filter(slug=slug).values_list("kind", flat=True).first()
    return PAGES[kind](request, slug=slug) if kind in PAGES else no_page(request)


@customers_page
def nowhere(request: HttpRequest, elsewhere: str) -> HttpResponse:
    """Say that there is no such page, to customers: what else is served here is not theirs."""
    return no_page(request)
