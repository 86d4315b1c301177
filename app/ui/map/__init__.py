"""The map: painting functions that work on any painter, and the widget that shows them."""
