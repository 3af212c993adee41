"""Newsletters and scenarios: what leaves without an event, to many at once."""
