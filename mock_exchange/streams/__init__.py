"""The venue's market streams: what is told to whom, when, and in which words. Knows the engine, not the sockets."""
