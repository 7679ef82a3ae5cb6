"""One file per view: values in, a card out; every view ships EXAMPLES."""
