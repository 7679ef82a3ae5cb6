"""What every destination has to show: `suite` says it, one file for each destination plugs in."""
