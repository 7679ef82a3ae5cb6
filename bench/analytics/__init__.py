"""What is measured of the analytics; see docs/accuracy.md."""
