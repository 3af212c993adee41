"""Profiles out of CSV files, with SPREAD's rules (spec section 8, other-systems.md)."""
