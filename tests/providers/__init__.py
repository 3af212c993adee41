"""Doubles of the services that Declic calls: they check each call as the service's documents say."""
