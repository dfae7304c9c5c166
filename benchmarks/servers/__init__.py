"""Servers that the benchmarks compare with or lean on."""
