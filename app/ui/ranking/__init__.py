"""Which segments and valves matter most: asked in the background, listed, coloured on the map."""
