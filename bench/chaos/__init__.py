"""The bot under faults: what plays the outside, what kills, and what is counted."""
