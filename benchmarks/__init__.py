"""Measurements and replays, run by hand or by `make bench`."""
