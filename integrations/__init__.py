"""The outside: one vendor, one folder."""
