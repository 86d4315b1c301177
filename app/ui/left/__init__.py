"""The left side of the window: plans of this session, faults of the data, layers of the map."""
