"""The benchmarks, as far as they decide something or must keep running."""
