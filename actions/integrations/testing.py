"""Test a connection: one harmless question, and its answer in a sentence."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from actions.channels.answers import said
from actions.channels.provider_answers import NOT_LET_IN, json_of
from actions.integrations.base import Tested
from actions.outbound.errors import OutboundError
from actions.outbound.response import Response


def tested(ask: Callable[[], Response], name_in: Callable[[Mapping[str, Any]], str]) -> Tested:
    """Ask, and say under which name the other side knows us (`name_in` finds it in the answer)."""
    try:
        response = ask()
    except OutboundError as error:
        return Tested(False, error.message)
    if response.status in NOT_LET_IN:
        return Tested(False, _("The provider refuses the key. %(said)s") % {"said": said(response)})
    if not response.is_success:
        return Tested(False, said(response))
    name = name_in(json_of(response))
    if not name:
        return Tested(False, _("The answer makes no sense; check the address. %(said)s") % {"said": said(response)})
    return Tested(True, _("It works: the provider knows us as “%(name)s”.") % {"name": name})
