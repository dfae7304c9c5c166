"""The venue's WebSocket API: the calls of REST as JSON messages, logons, and subscriptions to user data."""
