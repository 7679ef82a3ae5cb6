"""The steps from one shape of the state to the next; `versions` holds one file per step."""
