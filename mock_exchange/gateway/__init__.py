"""Binance Spot REST: from an HTTP request to work for the engine, and from what the engine did to the venue's JSON."""
