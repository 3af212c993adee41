"""Who was erased when: numbers, times and who did it."""

from django.contrib import admin
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from crm.admin.base import ReadOnlyAdmin
from crm.admin.display import badge, link, profile_link
from crm.models import Erasure
from crm.words import when


@admin.register(Erasure)
class ErasureAdmin(ReadOnlyAdmin):
    """The proof that the law was kept."""

    list_display = ("shown_profile", "requested_at", "requested_by", "rows", "shown_done")
    list_display_links = None
    list_select_related = ("profile",)
    ordering = ("-id",)
    is_big = True
    empty_title = _("Nobody was erased yet")
    empty_text = _("Erase a person on the page of their profile; here stays when that was done and by whom.")

    @admin.display(description=_("Profile"))
    def shown_profile(self, row: Erasure) -> SafeString | str:
        """Return the number of the profile as a link to what is left of it."""
        return profile_link(row.profile)

    @admin.display(description=_("Completed"))
    def shown_done(self, row: Erasure) -> SafeString | str:
        """Return when it was done, or that it is not; one that stopped leads to where it is tried again."""
        if row.done_at:
            return badge(when(row.done_at), "success")
        if row.stopped_by:
            page = reverse("admin:crm_profile_erase", args=[row.profile_id])
            return link(badge(_("Stopped by an error"), "danger"), page)
        return badge(_("Under way"), "info")
