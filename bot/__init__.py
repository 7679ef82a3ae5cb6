"""The process: settings, adapters, router and the composition root."""
