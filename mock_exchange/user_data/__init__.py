"""What happens to an account, told to whoever listens to it: the venue's user data stream."""
