"""Many consoles, one truth: what is written here goes to the hub, what others wrote comes from there."""
