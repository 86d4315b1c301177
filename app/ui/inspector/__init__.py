"""The right side of the window: what is picked, and the plan."""
