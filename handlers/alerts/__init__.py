"""The kinds of alert, one file each."""
