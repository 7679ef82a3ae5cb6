"""The parts of anomaly detection: what was to be expected, how much is usual, what is over."""
