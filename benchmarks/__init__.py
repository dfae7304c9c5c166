"""What brownout's own parts cost, measured beside what others use for the same job. `benchmarks/README.md` says how."""
