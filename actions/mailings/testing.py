"""A test of a mailing: the message as it stands, to an address of one's own."""

from django.utils.translation import gettext as _

from actions.bells import ring
from actions.mailings.message import message_of
from actions.mailings.rows import Letter, rows_for
from actions.models import Delivery
from crm import db
from crm.errors import Invalid, Refused
from crm.models import Profile
from crm.models.mailing import Mailing
from crm.values import email_key

#: a test is asked for no consent and belongs to no mailing
TEST = "test"


def send_test(mailing: Mailing, *, to: str, profile: Profile | None) -> Delivery:
    """Send the message as it stands to an address, with the data of a profile, the address's own if there is one."""
    own = Profile.objects.filter(email_key=email_key(to), erased_at=None).first()
    profile = own or profile
    if profile is None:
        raise Refused(_("There is no profile yet whose data could stand in the message."))
    content = message_of(mailing).content
    if not content["languages"]:
        raise Invalid(_("The template has no text in any language."))
    mark = _("[Test] %(subject)s")
    marked = {
        name: {**parts, "subject": mark % {"subject": parts["subject"]}} for name, parts in content["languages"].items()
    }
    letter = Letter({**content, "languages": marked}, TEST, [], to=to)
    [row] = db.insert_rows(rows_for([profile.pk], letter))
    ring("mail")
    return row
