"""Generators on other hosts: clocks, shipping, and the protocol over real sockets."""
