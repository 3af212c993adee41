"""Texts that marketers write: merge tags and Liquid, rendered in a limited child process.

Nothing is imported here: the child process loads this package too and must stay light.
"""
