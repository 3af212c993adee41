"""Verbs on workflows: the only code that changes them."""
