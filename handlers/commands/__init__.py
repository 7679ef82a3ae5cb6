"""The subcommands of `/cost`, one file each."""
