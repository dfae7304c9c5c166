"""What the exchange acknowledges survives the process: a journal, snapshots, recovery, and the truth of it all."""
