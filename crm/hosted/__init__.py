"""Hosted pages of modules: forms, and referral programmes with their sponsors' links (spec section 9)."""
