"""Pressures after the plan on screen: the pane under the map, computed behind the plan."""
