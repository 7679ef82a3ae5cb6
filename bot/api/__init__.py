"""Health, metrics and, later, the REST interface."""
