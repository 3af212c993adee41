"""Conditions about messages: this file is the list."""

from actions.conditions.message_read import MessageRead

__all__ = ["MessageRead"]
