"""How much one address or account may ask: the venue's rate limits. Off unless configured; see ``settings.py``."""
