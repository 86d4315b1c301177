"""Editing the layers of a city: changes, what they do to the network around them, drawing with snapping and undo."""
