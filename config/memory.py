"""How seldom the garbage collector looks: batches make tens of thousands of short-lived objects and few cycles."""

import gc

#: container objects made before the youngest are looked at (Python's own: 700); it cost a third of a batch's time
YOUNGEST = 100_000


def settle_memory() -> None:
    """Set aside all that is loaded, which stays for ever, and look at the rest less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNGEST, 20, 20)
