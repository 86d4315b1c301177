"""The pipe network as a graph, and every answer about it.

Ground floor of the house: no Qt, no SQL, no geometry library. Coordinates are metres of the workspace's metric
project CRS, lengths metres, nominal diameters millimetres, heads metres, flows m³/s.
"""
