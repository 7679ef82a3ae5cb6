"""The parts of the forecast: members, their weights by past errors, fees by day, bounds."""
