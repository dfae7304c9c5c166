"""The commands, one file each. They turn options into calls and results into words; nothing is decided here."""
