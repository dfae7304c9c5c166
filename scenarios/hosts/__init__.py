"""Generators on other hosts: how they join a run, what they are told, and how all that they measure comes back."""
