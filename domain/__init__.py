"""The nouns and the ports: what costbot talks about, with no clock, no network and no vendor."""
