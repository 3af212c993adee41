"""What deliveries state."""

from django.dispatch import Signal

#: Deliveries came to their end (sent, failed, skipped or unknown), in the transaction that records it.
#: provides args: deliveries (list[Delivery])
deliveries_ended = Signal()

#: Servers said that there are no such addresses, in the transaction that records the failure.
#: provides args: deliveries (list[Delivery])
addresses_refused = Signal()
