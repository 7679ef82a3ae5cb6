"""The sums: pure functions from numbers to numbers."""
