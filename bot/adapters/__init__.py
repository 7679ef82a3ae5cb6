"""The surfaces: each turns its own events into questions and answers into messages."""
