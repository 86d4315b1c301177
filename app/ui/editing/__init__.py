"""Editing in the window: tools on the map, the form, what an edit would do, proposals, and the mends of the drawing."""
