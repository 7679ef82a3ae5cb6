"""What buttons do, one file each."""
