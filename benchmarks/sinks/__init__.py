"""Servers on the loopback that take what is sent and write it down, each in a process of its own."""
