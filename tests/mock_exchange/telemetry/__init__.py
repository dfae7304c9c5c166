"""What the exchange tells of itself."""
