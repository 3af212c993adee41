"""A small API on the real machinery, to try what every route shares; it is its own urlconf."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import path
from ninja import NinjaAPI

from crm.api import handlers
from crm.api.auth import allows
from crm.api.body import StrictParser
from crm.api.idempotency import posting
from crm.api.routing import SlashRouter
from crm.api.values import Body
from crm.cause import current
from crm.errors import Invalid, Refused
from crm.models import Tag


class TagPost(Body):
    name: str
    then: str = ""


router = SlashRouter()


@router.get("/who", auth=allows("customers:read"))
def who(request: HttpRequest) -> dict[str, Any]:
    return {"actor": current().actor}


@router.post("/tags", auth=allows("customers:write"))
@posting(202)
def make_tag(request: HttpRequest, body: TagPost) -> dict[str, Any]:
    """Make a tag, then fail in the way that `then` names."""
    if body.then == "invalid":
        Tag.objects.create(name=body.name)
        raise Invalid("Too blue.", field="tag.name")
    if body.then == "refused":
        raise Refused("Not today.")
    if body.then == "bug":
        Tag.objects.create(name=body.name)
        raise KeyError("a bug")
    return {"id": Tag.objects.create(name=body.name).pk, "by": current().actor}


class LockPost(Body):
    names: list[str]


def before_second_lock() -> object:
    """Tests put a barrier here."""


@router.post("/locks", auth=allows("customers:write"))
@posting()
def take_locks(request: HttpRequest, body: LockPost) -> dict[str, Any]:
    """Lock tags one after the other."""
    for number, name in enumerate(body.names):
        if number and not getattr(request, "waited", False):
            request.waited = True  # type: ignore[attr-defined]
            before_second_lock()
        Tag.objects.select_for_update().get(name=name)
    return {}


api = NinjaAPI(parser=StrictParser(), urls_namespace="small", docs_url=None)
handlers.install(api)
api.add_router("", router)
urlpatterns = [path("api/", api.urls), path("admin/", admin.site.urls)]
