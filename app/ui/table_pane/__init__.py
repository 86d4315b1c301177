"""The attribute table under the map."""
