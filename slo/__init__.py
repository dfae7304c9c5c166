"""The judge: samples, objectives, budgets, statistics, capacity, verdicts, reports. No sockets, no clock."""
