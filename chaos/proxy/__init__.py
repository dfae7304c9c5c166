"""The fault proxy: a process before the venue that lets faults in at the wire, one request at a time."""
