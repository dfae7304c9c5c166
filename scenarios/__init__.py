"""The traffic: scenario files, arrival schedules, operations, the load client, and one run from start to end."""
