"""What the ledger states."""

from django.dispatch import Signal

#: Events were recorded, in the transaction of the change they tell of.
#: provides args: events (list[Event])
events_recorded = Signal()
