"""The doors for developers: bodies, keys, problems, idempotency, and the V2 routes (spec section 9)."""
