"""Is what the analytics say right? Measured on events that are known, beside other methods."""
