"""What the map shows, as arrays: cells, levels of detail, labels, plans as lines, and hit-testing. No Qt.

Scene coordinates are float32 metres relative to the scene's origin in the project CRS, x east, y north: 4 mm exact
over 60 km, at half the memory of float64.
"""
