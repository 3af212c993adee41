"""The panel of a profile page that leads to the pages the customer has: what customer service passes on."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from actions.links import POT, PREFERENCES
from actions.referral_links import programmes
from crm.admin.panels import Panel, profile_panels
from crm.hosted.links import own_link
from crm.models import Profile


@profile_panels.register
class CustomersPages(Panel):
    """The addresses of the customer's own pages; whoever has one acts for the customer."""

    kind = "customers_pages"
    title = _("Customer's own pages")
    template = "actions/admin/customers_pages.html"
    column = "aside"
    order = 60
    permission = "crm.change_profile"

    def context(self, row: Profile) -> Mapping[str, object] | None:
        """Return the addresses; none for somebody who was erased."""
        if row.erased_at is not None:
            return None
        return {
            "preferences_url": PREFERENCES.url(row.uid),
            "pot_url": POT.url(row.uid),
            "referrals": [(module, own_link(module, row.uid)) for module in programmes()],
        }
