"""Load clients under comparison, each sending the same signed order in a closed loop until it is told to stop."""
