"""WebSocket connections: opened, limited, kept alive and cut here. What is said on them belongs to the endpoints."""
