"""The Pressure desk: what is measured now, what was, and what is wrong."""
