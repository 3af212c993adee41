"""Filters of our templates."""

from collections.abc import Mapping
from typing import Any

from django import template

from crm import words
from crm.words import money

register = template.Library()


@register.filter
def signed(number: int) -> str:
    """Return points with their sign."""
    return words.points(number)


@register.filter
def amount_of(thing: Any) -> str:
    """Return the amount of a row or mapping that has `amount` (cents) and `currency`."""
    if isinstance(thing, Mapping):
        return money(thing["amount"] or 0, thing["currency"])
    return money(thing.amount, thing.currency)


@register.filter
def said(value: Any) -> str:
    """Return a plain value in words."""
    return words.said(value)
