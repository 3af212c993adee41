"""Errors of Meta's Cloud API: which of them pass (developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes).

Meta asks to decide by `error.code`, not by the status of the answer. What is not listed here is final: a wrong
parameter, a template that is unknown or paused, a number without WhatsApp, an account without permission or money.
"""

#: throughput, rate limits of the app, the account and the pair of numbers; service overloaded, down or in maintenance
TEMPORARY = frozenset({2, 4, 80007, 130429, 131016, 131048, 131056, 131057, 133004})
#: "Something went wrong", "API unknown": Meta does not say whether the message was taken
UNKNOWN = frozenset({1, 131000})
#: the recipient wants no marketing from us
OPTED_OUT = 131050
#: our token is no longer good, or lacks a permission
NOT_LET_IN = frozenset({0, 3, 10, 190, *range(200, 300)})
