"""Adapters around :mod:`network`: layers, stores, exchange formats, noding, the map scene, search, the demo city."""
