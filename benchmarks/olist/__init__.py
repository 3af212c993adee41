"""The real orders of a shop platform, as a shop would send them."""
