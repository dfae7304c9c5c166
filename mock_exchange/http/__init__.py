"""HTTP/1.1 on asyncio protocols and httptools, with limits on everything a client can send. Knows nothing of orders."""
