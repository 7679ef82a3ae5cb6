"""Walks through the Slack surface, from a signed request to what a person sees."""
