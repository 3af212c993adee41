"""The types of action that come with Declic; this list is the order in which they are offered."""

# isort: off
from actions.types.send_email import SendEmailAction
from actions.types.send_sms import SendSmsAction
from actions.types.send_whatsapp import SendWhatsAppAction
from actions.types.brevo_contact import BrevoContact
from actions.types.brevo_add_to_list import BrevoAddToList
from actions.types.brevo_remove_from_list import BrevoRemoveFromList
from actions.types.brevo_template import BrevoTemplate
from actions.types.points_on_order import PointsOnOrder
from actions.types.give_points import GivePoints
from actions.types.take_points import TakePoints
from actions.types.give_coupon import GiveCouponAction
from actions.types.add_tag import AddTag
from actions.types.remove_tag import RemoveTag
from actions.types.ask_consent import AskConsentAction
from actions.types.withdraw_consent import WithdrawConsent
from actions.types.set_field import SetFieldAction
from actions.types.call_webhook import CallWebhook
from actions.types.notify_team import NotifyTeamAction

__all__ = [
    "AddTag",
    "AskConsentAction",
    "BrevoAddToList",
    "BrevoContact",
    "BrevoRemoveFromList",
    "BrevoTemplate",
    "CallWebhook",
    "GiveCouponAction",
    "GivePoints",
    "NotifyTeamAction",
    "PointsOnOrder",
    "RemoveTag",
    "SendEmailAction",
    "SendSmsAction",
    "SendWhatsAppAction",
    "SetFieldAction",
    "TakePoints",
    "WithdrawConsent",
]
